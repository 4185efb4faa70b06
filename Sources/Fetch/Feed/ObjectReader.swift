import BronzeStore
import Foundation
import JSONReader
import StripeClient
import StripeModel

/// Reads single objects into bronze, their lists completed.
struct ObjectReader: Sendable {
  /// What became of an object.
  enum Outcome: Sendable {
    /// It was written; these are its bytes.
    case read([UInt8])
    /// It is gone.
    case gone
  }

  let client: StripeClient
  let writer: BronzeWriter

  /// Reads an object under its declared `expand`; nil where it cannot be read by its id.
  func read(_ name: ObjectName) async throws -> Outcome? {
    let definition = name.resource.definition
    guard let path = definition.retrievePath(id: name.id) else { return nil }
    let asked = ContinuousClock.now
    let answer: StripeAnswer
    do {
      answer = try await client.get(path, definition.expandPaths.map { ("expand[]", $0) })
    } catch  where StripeClient.body(of: error)?.code == "resource_missing" {
      // Gone by the second in which it was asked for; this answer tells it.
      guard let second = client.serverTime(at: asked) else { throw error }
      try await write(stubOf: name, at: second)
      return .gone
    }
    let (objects, _) = try await ListCompleter(client, definition).complete([answer.body[...]], ids: [name.id])
    let observed = BronzeObservation(
      observedAt: answer.startedAt, sequence: BronzeObservation.read, apiVersion: answer.apiVersion,
      correlationID: answer.requestID)
    try await writer.append(objects, to: definition.table, observed: observed)
    return .read(objects.first.map { Array($0) } ?? [])
  }

  /// Writes that an object is gone.
  func write(stubOf name: ObjectName, at second: Int64) async throws {
    // People choose the ids of coupons and products themselves.
    let id = String(decoding: try JSONEncoder().encode(name.id), as: UTF8.self)
    let stub = Array(#"{"id":\#(id),"object":"\#(name.resource.rawValue)","deleted":true}"#.utf8)
    try await writer.append(
      [stub[...]], to: name.resource.definition.table, observed: Self.event(second, apiVersion: nil))
  }

  /// Writes an object as an event shows it.
  func write(_ snapshot: [UInt8], of resource: ResourceName, at second: Int64, apiVersion: String?) async throws {
    try await writer.append(
      [snapshot[...]], to: resource.definition.table, observed: Self.event(second, apiVersion: apiVersion))
  }

  private static func event(_ second: Int64, apiVersion: String?) -> BronzeObservation {
    BronzeObservation(observedAt: second, sequence: BronzeObservation.eventSnapshot, apiVersion: apiVersion)
  }
}
