/// One call of the API that changes the world: what the engine does for it.
///
/// Retrieving, listing and searching need none: they follow from the declarations.
package struct Operation: Sendable {
  /// `POST` or `DELETE`.
  package let method: String
  /// The path with its variables, exactly as the reference declares it: `/v1/customers/{customer}`.
  package let path: String
  /// Does it. What is thrown undoes everything; an error that must leave traces (a decline) is a `.failure` reply.
  package let perform: @Sendable (World, Call) throws -> Reply

  /// Names a call and says what it does.
  package init(
    _ method: String, _ path: String, _ perform: @escaping @Sendable (World, Call) throws -> Reply
  ) {
    self.method = method
    self.path = path
    self.perform = perform
  }
}

/// What was asked.
package struct Call: Sendable {
  /// The values of the path's variables.
  package let path: [String: String]
  /// The checked parameters, without `expand`.
  package let params: Params

  /// A call with the values of its path and its parameters.
  package init(path: [String: String] = [:], params: Params = Params()) {
    self.path = path
    self.params = params
  }

  /// The value of a variable of the path.
  package func id(_ name: String) -> String { path[name] ?? "" }
}

/// What is answered, before expansion and rendering by version.
package enum Reply: Sendable {
  /// The record as it is now.
  case record(Record)
  /// An object that is not kept.
  case object(JSONObject)
  /// `{"id", "object", "deleted": true}`.
  case deleted(RecordType, id: String)
  /// An error whose traces stay: what was done is committed.
  case failure(StripeError)
}
