import Foundation
import StripeModel

/// The parents that were asked for lately, so that no batch asks again for those that cannot be had.
///
/// They stay placeholders, as in a sync, and are asked for again after a quarter of an hour. Memory holds their ids.
struct MissingParents: Sendable {
  /// Of a resource that fails for so many in a row, no others are asked for.
  private static let patience = 3
  /// How long it is remembered.
  private static let age: TimeInterval = 15 * 60

  private var begunAt = Date.distantPast
  private var asked: [ResourceName: Set<String>] = [:]
  private var failures: [ResourceName: Int] = [:]
  private var closed: Set<ResourceName> = []

  /// What is remembered at a moment.
  func current(at now: Date) -> MissingParents {
    // A clock that was set back does not make it remember for long.
    if abs(now.timeIntervalSince(begunAt)) < Self.age { return self }
    var new = MissingParents()
    new.begunAt = now
    return new
  }

  /// Whether parents of a resource may be asked for.
  func isOpen(_ name: ResourceName) -> Bool { !closed.contains(name) }

  /// Those of some parents that were not asked for yet; they are now.
  mutating func new(_ ids: [String], of name: ResourceName) -> [String] {
    ids.filter { asked[name, default: []].insert($0).inserted }
  }

  /// Notes that the key may not read a resource.
  mutating func close(_ name: ResourceName) { closed.insert(name) }

  /// Notes that one parent could not be had.
  mutating func fail(_ name: ResourceName) {
    failures[name, default: 0] += 1
    if failures[name, default: 0] >= Self.patience { closed.insert(name) }
  }
}
