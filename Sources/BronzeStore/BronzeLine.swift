import Foundation
import JSONReader

/// What tells a line of bronze from others of the same entity, as it stands in the line.
package struct BronzeLineKey: Hashable, Sendable {
  /// The object's id.
  package let id: String
  /// `2026-11-21T08:30:00Z`.
  package let observedAt: String
  /// Orders observations of one second.
  package let sequence: Int64
  /// `2026-11-21T08:30:01.250Z`.
  package let ingestedAt: String
  /// The run that wrote it.
  package let runID: String

  /// Bundles the parts.
  package init(id: String, observedAt: String, sequence: Int64, ingestedAt: String, runID: String) {
    self.id = id
    self.observedAt = observedAt
    self.sequence = sequence
    self.ingestedAt = ingestedAt
    self.runID = runID
  }
}

/// Tells lines that say nothing but what their own object was.
struct BareLines {
  private let document = JSONDocument()

  /// The line's key, where it shows an object that lives and holds no other: nothing in it has an `id`, an `object` or
  /// is a list of Stripe's. Nil for all others, and for what is no line of bronze.
  func key(of line: UnsafeRawBufferPointer) -> BronzeLineKey? {
    guard let value = try? document.parse(line), let data = value["data"], data.kind == .object,
      data["deleted"] == nil, let meta = value["meta"], let id = data["id"]?.stringValue,
      let observedAt = meta["observed_at"]?.stringValue, let sequence = meta["sequence"]?.int64,
      let ingestedAt = meta["ingested_at"]?.stringValue, let runID = meta["run_id"]?.stringValue
    else { return nil }
    var holdsOthers = false
    data.forEachMember { _, member in holdsOthers = holdsOthers || Self.holdsObject(member) }
    if holdsOthers { return nil }
    return BronzeLineKey(id: id, observedAt: observedAt, sequence: sequence, ingestedAt: ingestedAt, runID: runID)
  }

  private static func holdsObject(_ value: JSONValue) -> Bool {
    if value["id"] != nil || value["object"] != nil { return true }
    var found = false
    value.forEachMember { _, member in found = found || holdsObject(member) }
    value.forEachElement { element in found = found || holdsObject(element) }
    return found
  }
}
