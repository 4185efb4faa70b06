import Sandbox

/// One record by the id in the path.
struct Retrieval {
  let type: RecordType
  let route: Route
  let parent: Route.Parent?
  let variables: [String: String]
  let now: Int64

  /// The indented text of the object, or of the stub that a deleted customer leaves.
  func bytes(_ reader: RecordReader, _ presenter: Presenter) throws -> [UInt8] {
    let variable = route.variables.last ?? ""
    let id = variables[variable] ?? ""
    if let parent {
      let parentID = variables[parent.variable] ?? ""
      try Self.require(parent, parentID, reader)
      let query = ListQuery(type, [.equals("id", id), .equals(parent.column, parentID)], limit: 1)
      guard let body = try reader.page(query).elements.first else {
        throw StripeError.noSuch(type.definition.noun, id, param: variable, inPath: true)
      }
      return try presenter.bytes(ofStored: Array(body), reader)
    }
    guard let found = try reader.body(type, id), !found.isDeleted || type == .customer else {
      throw missing(id, variable)
    }
    if found.isDeleted { return JSONWriter.bytes(Presenter.stub(type, id), pretty: true) }
    if type == .event, let event = try reader.find(.event, id), event.created < now - Listing.eventSeconds {
      throw missing(id, variable)
    }
    return try presenter.bytes(ofStored: found.bytes, reader)
  }

  /// That the record exists in whose path another one lies; a deleted one still has its children.
  static func require(_ parent: Route.Parent, _ id: String, _ reader: RecordReader) throws {
    guard try reader.place(parent.type, id) != nil else {
      throw StripeError.noSuch(parent.type.definition.noun, id, param: parent.variable, inPath: true)
    }
  }

  /// Some ids in the path are called `id` in errors, others as in the path.
  private func missing(_ id: String, _ variable: String) -> StripeError {
    let isPlain = [RecordType.customer, .product, .coupon, .charge].contains(type)
    var error = StripeError.noSuch(type.definition.noun, id, param: isPlain ? "id" : variable, inPath: true)
    if type == .paymentMethod {
      error.message += """
        ; It's possible this PaymentMethod exists on one of your connected accounts, in which case you should retry \
        this request on that connected account. Learn more at https://stripe.com/docs/connect/authentication
        """
    }
    return error
  }
}
