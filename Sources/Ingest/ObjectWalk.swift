import JSONReader
import ResourceStore
import StripeModel

/// Visits an object, the children in its lists, and the objects that stand expanded inside it.
struct ObjectWalk {
  /// By which objects are read.
  var plans = ResourcePlans.declared

  /// One object met on the way.
  struct Visit {
    let plan: ResourcePlan
    let value: JSONValue
    let slots: [JSONValue?]
    let id: String
    /// The record's for itself and its children, 0 for what stands expanded inside.
    let sequence: Int64
    /// The parent's id and the column it belongs in, for elements of a child list.
    let parent: (column: String, id: String)?
    /// Where it stands in the record, with a dot at the end; empty for the record itself.
    let path: String
    let isDeletionStub: Bool
    /// Its child lists as far as they are there, in the plan's order.
    let lists: [ListEnvelope?]
  }

  /// A list as Stripe renders it.
  struct ListEnvelope {
    let data: JSONValue
    /// What the envelope says there are in all, if it says so.
    let totalCount: Int?
    let isComplete: Bool

    /// Nil for what is no list.
    init?(_ value: JSONValue) {
      guard value.kind == .object, let data = value["data"], data.kind == .array else { return nil }
      self.data = data
      totalCount = value["total_count"]?.int64.map { Int($0) }
      isComplete = value["has_more"]?.bool != true && (totalCount ?? 0) <= data.count
    }
  }

  /// A child list met on the way.
  struct ListVisit {
    let parent: Visit
    let list: ChildList
    let childIDs: [String]
    let envelope: ListEnvelope
  }

  /// Deeper than any `expand[]` reaches (4), with room for lists on the way.
  private static let depthLimit = 12
  /// The longest id, in bytes: Stripe promises 255, and an index of PostgreSQL takes no more than 2,700.
  static let idLimit = 255

  /// Where an object stands: on its own or expanded (0), under which parent, how deep.
  private struct Place {
    var sequence: Int64
    var parent: (column: String, id: String)?
    var path = ""
    var depth = 0
  }

  /// Visits a record of its own and everything in it, outside in; `sequence` is the record's (`ObservationVersion`).
  ///
  /// - Throws: `RecordFault` for what is not of the declared shape, and whatever the bodies throw.
  func walk(
    record value: JSONValue, as resource: ResourceName, sequence: Int64 = 1, onObject: (Visit) throws -> Void,
    onList: (ListVisit) throws -> Void
  ) throws {
    try walk(value, as: resource, at: Place(sequence: sequence), onObject, onList)
  }

  private func walk(
    _ value: JSONValue, as resource: ResourceName, at place: Place, _ onObject: (Visit) throws -> Void,
    _ onList: (ListVisit) throws -> Void
  ) throws {
    let plan = plans[resource]
    let slots = plan.trie.find(in: value)
    guard let id = slots[plan.idSlot]?.stringValue, !id.isEmpty, id.utf8.count <= Self.idLimit else {
      throw RecordFault(
        field: place.path + "id", expectation: "a text of 1 to \(Self.idLimit) bytes",
        reason: slots[plan.idSlot] == nil ? "it is missing" : "it is something else")
    }
    let goesOn = place.depth < Self.depthLimit
    let visit = Visit(
      plan: plan, value: value, slots: slots, id: id, sequence: place.sequence, parent: place.parent, path: place.path,
      isDeletionStub: slots[plan.deletedSlot]?.bool == true,
      lists: goesOn ? try plan.children.map { try envelope(of: $0.list, in: slots[$0.slot], at: place) } : [])
    try onObject(visit)
    guard goesOn else { return }
    for ((list, _), envelope) in zip(plan.children, visit.lists) {
      if let envelope { try walk(list, envelope, in: visit, at: place, onObject, onList) }
    }
    for (path, slot) in plan.sightings {
      guard let found = slots[slot], found.kind == .object || found.kind == .array else { continue }
      try sight(found, at: place.path + path, depth: place.depth, onObject, onList)
    }
  }

  private func envelope(of list: ChildList, in value: JSONValue?, at place: Place) throws -> ListEnvelope? {
    guard let value, !value.isNull else { return nil }
    guard let envelope = ListEnvelope(value) else {
      throw RecordFault(
        field: place.path + list.path.dotted, expectation: "a list envelope with `data`",
        reason: "it is something else")
    }
    return envelope
  }

  private func walk(
    _ list: ChildList, _ envelope: ListEnvelope, in parent: Visit, at place: Place,
    _ onObject: (Visit) throws -> Void, _ onList: (ListVisit) throws -> Void
  ) throws {
    let path = place.path + list.path.dotted
    var ids: [String] = []
    try envelope.data.forEachElement { element in
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
    try onList(ListVisit(parent: parent, list: list, childIDs: ids, envelope: envelope))
  }

  /// An expanded object, or an array of them; ids and objects that are not declared are passed by.
  private func sight(
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
