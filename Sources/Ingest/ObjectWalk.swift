import JSONReader
import ResourceStore
import StripeModel

/// Visits an object, the children in its lists, and the objects that stand expanded inside it.
struct ObjectWalk {
  /// One object met on the way.
  struct Visit {
    let plan: ResourcePlan
    let value: JSONValue
    let slots: [JSONValue?]
    let id: String
    /// 1 for the record and its children, 0 for what stands expanded inside.
    let sequence: Int64
    /// The parent's id and the column it belongs in, for elements of a child list.
    let parent: (column: String, id: String)?
    let isDeletionStub: Bool
  }

  /// A child list met on the way.
  struct ListVisit {
    let parent: Visit
    let list: ChildList
    let childIDs: [String]
    /// What the envelope says there are in all, if it says so.
    let totalCount: Int?
    let isComplete: Bool
  }

  /// Deeper than any `expand[]` reaches (4), with room for lists on the way.
  private static let depthLimit = 12

  let onObject: (Visit) throws -> Void
  let onList: (ListVisit) throws -> Void

  /// Visits a record of its own.
  func walk(record value: JSONValue, as resource: ResourceName) throws {
    try walk(value, as: resource, sequence: 1, parent: nil, path: "", depth: 0)
  }

  private func walk(
    _ value: JSONValue, as resource: ResourceName, sequence: Int64, parent: (column: String, id: String)?, path: String,
    depth: Int
  ) throws {
    let plan = ResourcePlan[resource]
    let slots = plan.trie.find(in: value)
    guard let id = slots[plan.idSlot]?.stringValue, !id.isEmpty, id.utf8.count <= 255 else {
      throw RecordFault(
        field: path + "id", expectation: "a text of 1 to 255 bytes",
        reason: slots[plan.idSlot] == nil ? "it is missing" : "it is something else")
    }
    let isStub = slots[plan.deletedSlot]?.bool == true
    let visit = Visit(
      plan: plan, value: value, slots: slots, id: id, sequence: sequence, parent: parent, isDeletionStub: isStub)
    try onObject(visit)
    guard depth < Self.depthLimit else { return }
    for (list, slot) in plan.children {
      guard let envelope = slots[slot], envelope.kind != .null else { continue }
      try walk(list, envelope, in: visit, path: path, depth: depth)
    }
    for slot in plan.sightingSlots {
      guard let found = slots[slot] else { continue }
      try sight(found, depth: depth)
    }
  }

  private func walk(_ list: ChildList, _ envelope: JSONValue, in parent: Visit, path: String, depth: Int) throws {
    let place = path + list.path.dotted
    guard envelope.kind == .object, let data = envelope["data"], data.kind == .array else {
      throw RecordFault(field: place, expectation: "a list envelope with `data`", reason: "it is something else")
    }
    var ids: [String] = []
    try data.forEachElementThrowing { element in
      let position = ids.count
      guard element.kind == .object, element["object"]?.stringValue == list.resource.rawValue else {
        throw RecordFault(
          field: "\(place).data[\(position)]", expectation: "an object of kind \(list.resource.rawValue)",
          reason: "it is something else")
      }
      ids.append(element["id"]?.stringValue ?? "")
      try walk(
        element, as: list.resource, sequence: parent.sequence, parent: (list.parentColumn, parent.id),
        path: "\(place).data[\(position)].", depth: depth + 1)
    }
    let total = envelope["total_count"]?.int64.map { Int($0) }
    let isComplete = envelope["has_more"]?.bool != true && (total ?? ids.count) <= ids.count
    try onList(ListVisit(parent: parent, list: list, childIDs: ids, totalCount: total, isComplete: isComplete))
  }

  /// An expanded object, or an array of them; ids and objects that are not declared are passed by.
  private func sight(_ found: JSONValue, depth: Int) throws {
    switch found.kind {
    case .array:
      try found.forEachElementThrowing { try sight($0, depth: depth) }
    case .object:
      guard let object = found["object"]?.stringValue, let resource = ResourceName(rawValue: object),
        found["id"]?.stringValue != nil
      else { return }
      try walk(found, as: resource, sequence: 0, parent: nil, path: "", depth: depth + 1)
    default:
      return
    }
  }
}

extension JSONValue {
  /// `forEachElement` with a body that may throw; the first error ends it.
  func forEachElementThrowing(_ body: (JSONValue) throws -> Void) throws {
    var failure: (any Error)?
    forEachElement { element in
      guard failure == nil else { return }
      do { try body(element) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
