import BronzeStore
import Foundation
import JSONReader
import PlatformCore

/// An event as it is kept: its JSON on one line, and the little of it that is looked at.
package struct CapturedEvent: Sendable {
  /// Why a body is no event.
  package struct Fault: Error, Sendable, Equatable {
    /// For a sentence: `"id" is missing`.
    package let reason: String
    /// Whether it is no JSON at all.
    package let isNoJSON: Bool
  }

  /// Its id, of printable ASCII.
  package let id: String
  /// Its type, such as `invoice.paid`.
  package let type: String
  /// Whether it carries the object itself (`event`), or only speaks of it (`v2.core.event`).
  package let isSnapshot: Bool
  /// When it happened, Unix seconds; nil for a thin one, whose time has another form.
  package let created: Int64?
  /// The version its object was rendered in; nil where it says none.
  package let apiVersion: String?
  /// Whether it is of live mode; nil where it does not say.
  package let livemode: Bool?
  /// The id of the request behind it; nil where Stripe itself was the cause.
  package let requestID: String?
  /// The whole of it on one line, values of `client_secret` masked.
  package let data: [UInt8]

  /// The years that RFC 3339 can write.
  private static let seconds = Int64(0)...253_402_300_799

  /// Reads a delivery's body.
  ///
  /// - Throws: what is wrong with it.
  package init(_ body: [UInt8]) throws(Fault) {
    let document = Parsers.shared.take()
    defer { Parsers.shared.giveBack(document) }
    let event: JSONValue
    do throws(JSONFault) {
      event = try document.parse(body)
    } catch {
      throw Fault(reason: error.reason, isNoJSON: true)
    }
    func text(_ name: String) throws(Fault) -> String {
      guard let text = event[name]?.stringValue, !text.isEmpty else {
        throw Fault(reason: "\"\(name)\" is missing or no text", isNoJSON: false)
      }
      return text
    }
    guard event.kind == .object else { throw Fault(reason: "it is no object", isNoJSON: false) }
    switch try text("object") {
    case "event": isSnapshot = true
    case "v2.core.event": isSnapshot = false
    default: throw Fault(reason: "\"object\" is neither event nor v2.core.event", isNoJSON: false)
    }
    id = try text("id")
    guard id.utf8.count <= 255, id.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw Fault(reason: "\"id\" is not the id of an event", isNoJSON: false)
    }
    type = try text("type")
    created = event["created"]?.int64
    if isSnapshot {
      guard let created, Self.seconds.contains(created) else {
        throw Fault(reason: "\"created\" is no time in seconds", isNoJSON: false)
      }
      guard event["data"]?["object"]?.kind == .object else {
        throw Fault(reason: "\"data.object\" is missing or no object", isNoJSON: false)
      }
    }
    apiVersion = event["api_version"]?.stringValue
    livemode = event["livemode"]?.bool
    // Events of very old versions name the request itself.
    requestID = event["request"]?["id"]?.stringValue ?? event["request"]?.stringValue
    data = event.minified
  }

  /// How its line says when it was observed; a thin one was when it arrived.
  func observation(at now: Int64) -> BronzeObservation {
    BronzeObservation(
      observedAt: isSnapshot ? created ?? now : now, sequence: BronzeObservation.eventSnapshot,
      apiVersion: apiVersion, correlationID: requestID)
  }
}

/// Parsers that nobody uses just now: to make one, and to give its memory back, takes longer than to read an event.
private final class Parsers: @unchecked Sendable {  // `lock` guards the list; who takes one has it alone
  static let shared = Parsers()
  private static let mostKept = 16
  private let lock = NSLock()
  private var idle: [JSONDocument] = []

  /// Its line of bronze is a level deeper, and is read within the usual limits.
  private static let limits = JSONLimits(depth: JSONLimits.standard.depth - 1)

  func take() -> JSONDocument { lock.withLock { idle.popLast() } ?? JSONDocument(limits: Self.limits) }

  func giveBack(_ document: JSONDocument) {
    lock.withLock { if idle.count < Self.mostKept { idle.append(document) } }
  }
}
