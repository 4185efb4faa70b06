import APIReference

extension Record {
  /// A record with every member that Stripe always sends: null, but for `object`, `livemode` and `created`.
  ///
  /// Members that are sent only when they are expanded are left out, and so are those of another kind of the object (a
  /// bank account's in a card).
  package init(blank type: RecordType, created: Int64) {
    var members: [JSONObject.Member] = []
    for field in APIReference.objects[type.rawValue]?.fields ?? [] where !field.isOnlyExpanded && !field.isOptional {
      members.append(JSONObject.Member(name: field.name, value: .null))
    }
    self.init(type, body: JSONObject(distinct: members))
    body["object"] = .string(type.rawValue)
    if body.has("created") { body["created"] = .integer(created) }
    if body.has("livemode") { body["livemode"] = false }
  }
}
