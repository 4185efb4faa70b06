/// One stored object: what Stripe would show, and what the sandbox knows besides.
package struct Record: Sendable {
  /// Stripe's word for the object.
  package let type: RecordType
  /// What a retrieve without `expand` answers at our API version; a reference is an id, an embedded list is cut at ten.
  package var body: JSONObject
  /// What is never shown, or only when it is expanded: a price's tiers, how a test card behaves.
  package var hidden: JSONObject
  /// Whether it was deleted; such a record is in no list.
  package var isDeleted = false
  /// Where it stands among the records of its type, in the order of their lists; 0 before it is saved.
  package internal(set) var sequence: Int64 = 0

  /// A record that is not kept yet.
  package init(_ type: RecordType, body: JSONObject, hidden: JSONObject = [:]) {
    self.type = type
    self.body = body
    self.hidden = hidden
  }

  /// A member of the body.
  package subscript(_ name: String) -> JSON {
    get { body[name] }
    _modify { yield &body[name] }
  }

  /// What lists of its type are ordered by.
  var order: Int64 { type.definition.order == .newestFirst ? created : hidden["position"].integer ?? 0 }
  /// What it is known by in a unit of work.
  var key: RecordKey { RecordKey(type: type, id: id) }

  /// The object's id.
  package var id: String { body["id"].string ?? "" }
  /// When it was made, in Unix seconds; an invoice item calls it `date`, a discount `start`.
  package var created: Int64 { (body["created"].integer ?? body["date"].integer ?? body["start"].integer) ?? 0 }
  /// The test clock it lives on.
  package var testClock: String? { body["test_clock"].id ?? hidden["test_clock"].string }

  /// A string member; nil for null and for what is not there.
  package func text(_ name: String) -> String? { body[name].string }
  /// A whole number; 0 for null.
  package func int(_ name: String) -> Int64 { body[name].integer ?? 0 }
  /// A boolean; false for null.
  package func flag(_ name: String) -> Bool { body[name].bool ?? false }
  /// The id that a reference holds, expanded or not.
  package func reference(_ name: String) -> String? { body[name].id }
}

/// What names one record; an id alone does not: a caller may give a product and a coupon the same one.
struct RecordKey: Hashable {
  let type: RecordType
  let id: String
}
