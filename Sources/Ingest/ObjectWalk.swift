import JSONReader
import ResourceStore
import StripeModel

/// Visits an object, the children in its lists, and the objects that stand expanded inside it.
enum ObjectWalk {
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
    /// Where it stands in the record, with a dot at the end; empty for the record itself.
    let path: String
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
  /// The longest id, in bytes: Stripe promises 255, and an index of PostgreSQL takes no more than 2,700.
  static let idLimit = 255

  /// Where an object stands: on its own (1) or expanded (0), under which parent, how deep.
  private struct Place {
    var sequence: Int64
    var parent: (column: String, id: String)?
    var path = ""
    var depth = 0
  }

  /// Visits a record of its own and everything in it, outside in.
  ///
  /// - Throws: `RecordFault` for what is not of the declared shape, and whatever the bodies throw.
  static func walk(
    record value: JSONValue, as resource: ResourceName, onObject: (Visit) throws -> Void,
    onList: (ListVisit) throws -> Void
  ) throws {
    try walk(value, as: resource, at: Place(sequence: 1), onObject, onList)
  }

  private static func walk(
    _ value: JSONValue, as resource: ResourceName, at place: Place, _ onObject: (Visit) throws -> Void,
    _ onList: (ListVisit) throws -> Void
  ) throws {
    let plan = ResourcePlan[resource]
    let slots = plan.trie.find(in: value)
    guard let id = slots[plan.idSlot]?.stringValue, !id.isEmpty, id.utf8.count <= idLimit else {
      throw RecordFault(
        field: place.path + "id", expectation: "a text of 1 to \(idLimit) bytes",
        reason: slots[plan.idSlot] == nil ? "it is missing" : "it is something else")
    }
    let visit = Visit(
      plan: plan, value: value, slots: slots, id: id, sequence: place.sequence, parent: place.parent, path: place.path,
      isDeletionStub: slots[plan.deletedSlot]?.bool == true)
    try onObject(visit)
    guard place.depth < depthLimit else { return }
    for (list, slot) in plan.children {
      guard let envelope = slots[slot], !envelope.isNull else { continue }
      try walk(list, envelope, in: visit, at: place, onObject, onList)
    }
    for (path, slot) in plan.sightings {
      guard let found = slots[slot], found.kind == .object || found.kind == .array else { continue }
      try sight(found, at: place.path + path, depth: place.depth, onObject, onList)
    }
  }

  private static func walk(
    _ list: ChildList, _ envelope: JSONValue, in parent: Visit, at place: Place, _ onObject: (Visit) throws -> Void,
    _ onList: (ListVisit) throws -> Void
  ) throws {
    let path = place.path + list.path.dotted
    guard envelope.kind == .object, let data = envelope["data"], data.kind == .array else {
      throw RecordFault(field: path, expectation: "a list envelope with `data`", reason: "it is something else")
    }
    var ids: [String] = []
    try data.forEachElement { element in
      let field = "\(path).data[\(ids.count)]"
      guard element.kind == .object, element["object"]?.stringValue == list.resource.rawValue else {
        throw RecordFault(
          field: field, expectation: "an object of kind \(list.resource.rawValue)", reason: "it is something else")
      }
      ids.append(element["id"]?.stringValue ?? "")
      let inside = Place(
        sequence: parent.sequence, parent: (list.parentColumn, parent.id), path: field + ".", depth: place.depth + 1)
      try walk(element, as: list.resource, at: inside, onObject, onList)
    }
    let total = envelope["total_count"]?.int64.map { Int($0) }
    let isComplete = envelope["has_more"]?.bool != true && (total ?? ids.count) <= ids.count
    try onList(ListVisit(parent: parent, list: list, childIDs: ids, totalCount: total, isComplete: isComplete))
  }

  /// An expanded object, or an array of them; ids and objects that are not declared are passed by.
  private static func sight(
    _ found: JSONValue, at path: String, depth: Int, _ onObject: (Visit) throws -> Void,
    _ onList: (ListVisit) throws -> Void
  ) throws {
    switch found.kind {
    case .array:
      var position = 0
      try found.forEachElement { element in
        try sight(element, at: "\(path)[\(position)]", depth: depth, onObject, onList)
        position += 1
      }
    case .object:
      guard let object = found["object"]?.stringValue, let resource = ResourceName(rawValue: object),
        found["id"]?.string != nil
      else { return }
      try walk(found, as: resource, at: Place(sequence: 0, path: path + ".", depth: depth + 1), onObject, onList)
    default:
      return
    }
  }
}
