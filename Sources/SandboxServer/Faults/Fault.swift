package import Sandbox

/// Something that goes wrong on purpose: what, where, how often.
package struct Fault: Sendable, Equatable {
  /// What goes wrong.
  package enum Kind: String, CaseIterable, Sendable {
    /// 429, as if too many requests had come.
    case rateLimit = "rate_limit"
    /// 429, as if another request held the object.
    case lockTimeout = "lock_timeout"
    /// 409, as if another request ran under the same idempotency key; a request without one passes.
    case keyInUse = "key_in_use"
    /// 500.
    case serverError = "server_error"
    /// 503.
    case unavailable
    /// 403, as for a restricted key.
    case forbidden
    /// The answer comes late.
    case latency
    /// The connection is closed; nothing was done.
    case cutBefore = "cut_before"
    /// The work is done, and the connection closed in the middle of the answer.
    case cutDuring = "cut_during"
    /// The work is done, and the connection closed without an answer.
    case cutAfter = "cut_after"
    /// The answer is the first half of its JSON.
    case truncate
    /// Before a further page of a list is read, an object is made at its head.
    case shiftPage = "shift_page"
    /// The members of the answer's objects stand in another order, and signed URLs have new signatures.
    case reorderKeys = "reorder_keys"
    /// An event is delivered twice.
    case webhookDuplicate = "webhook_duplicate"
    /// An event is delivered late.
    case webhookDelay = "webhook_delay"
    /// An event is delivered after the next one.
    case webhookReorder = "webhook_reorder"

    /// Whether it concerns deliveries, not requests.
    var concernsWebhooks: Bool { rawValue.hasPrefix("webhook_") }
  }

  /// What goes wrong.
  package let kind: Kind
  /// Where: this path and those below it. For webhooks a path of the receiver, or a type of event (`invoice.*`).
  package var path: String?
  /// The chance, from 0 to 1.
  package var rate: Double = 1
  /// How often at most; nil for no end.
  package var count: Int?
  /// Decides which of the requests it hits.
  package var seed: UInt64 = 0
  /// How long what is late is late, in milliseconds.
  package var delayMilliseconds: Int?

  /// A fault that always happens, everywhere.
  package init(_ kind: Kind) { self.kind = kind }

  /// Reads the members of the control endpoint's JSON, or of a flag.
  ///
  /// - Throws: 400 naming what is wrong.
  package init(_ members: JSONObject) throws(StripeError) {
    let names = ["kind", "path", "rate", "count", "seed", "delay_ms"]
    for member in members.members where !names.contains(member.name) { throw .unknown(member.name) }
    guard let name = members["kind"].string else { throw .missing("kind") }
    guard let kind = Kind(rawValue: name) else { throw .notOneOf(Kind.allCases.map(\.rawValue), param: "kind") }
    self.init(kind)
    func text(_ name: String) -> String? {
      switch members[name] {
      case .string(let text): text
      case .integer(let number): String(number)
      case .decimal(let digits): digits
      default: nil
      }
    }
    for name in names.dropFirst() where !members[name].isNull {
      guard let text = text(name) else { throw .invalid("Invalid \(name)", param: name) }
      guard take(name, text) else { throw .invalid("Invalid \(name): \(text)", param: name) }
    }
  }

  /// Reads `kind=rate_limit,path=/v1/charges,rate=0.1`.
  ///
  /// - Throws: 400 naming what is wrong.
  package init(flag: String) throws(StripeError) {
    var members: JSONObject = [:]
    for part in flag.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else { throw .invalid("Invalid fault: \(part) is not name=value") }
      members[String(pair[0])] = .string(String(pair[1]))
    }
    try self.init(members)
  }

  private mutating func take(_ name: String, _ text: String) -> Bool {
    switch name {
    case "path": path = text
    case "rate":
      guard let value = Double(text), (0...1).contains(value) else { return false }
      rate = value
    case "count":
      guard let value = Int(text), value >= 0 else { return false }
      count = value
    case "seed":
      guard let value = UInt64(text) else { return false }
      seed = value
    default:
      guard let value = Int(text), (0...600_000).contains(value) else { return false }
      delayMilliseconds = value
    }
    return true
  }

  /// How long what is late is late.
  var delay: Duration { .milliseconds(delayMilliseconds ?? 1_000) }
}
