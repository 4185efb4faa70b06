import Sandbox

/// One page of a list (CONTRACT.md, section 5).
struct Listing {
  let type: RecordType
  let parent: Route.Parent?
  let variables: [String: String]
  let params: Params
  let now: Int64

  /// How far back events are listed: 30 days.
  static let eventSeconds: Int64 = 30 * 86_400

  /// The page in its envelope.
  func body(_ reader: RecordReader, _ presenter: Presenter, url: String) throws -> ListBody {
    var query = ListQuery(type, try ListFilters.filters(type, params, parent: parent?.column, now: now, reader))
    if let parent {
      let id = variables[parent.variable] ?? ""
      try Retrieval.require(parent, id, reader)
      query.filters.insert(.equals(parent.column, id), at: 0)
    }
    query.limit = Int(min(max(params.int("limit") ?? 10, 1), 100))
    query.cursor = try cursor(reader)
    let page = try reader.page(query)
    var list = ListBody(url: url, page: try presenter.page(page, reader))
    if presenter.wantsTotalCount { list.totalCount = try reader.count(query) }
    return list
  }

  private func cursor(_ reader: RecordReader) throws -> ListQuery.Cursor {
    let after = params.text("starting_after")
    let before = params.text("ending_before")
    for (name, id) in [("starting_after", after), ("ending_before", before)] {
      guard let id else { continue }
      guard let found = try reader.body(type, id), !found.isDeleted else {
        throw StripeError.noSuch(type.definition.noun, id, param: name)
      }
    }
    if let after {
      guard before == nil else {
        throw StripeError.invalid(
          "Received both starting_after and ending_before parameters. Please pass in only one.")
      }
      return .after(id: after)
    }
    return before.map { .before(id: $0) } ?? .start
  }
}
