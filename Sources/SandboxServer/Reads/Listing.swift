import HTTPServer
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
  func body(_ reader: RecordReader, _ presenter: Presenter, url: String) throws -> HTTPBody {
    var query = ListQuery(type, try ListFilters.filters(type, params, parent: parent?.column, now: now, reader))
    if let parent {
      let id = variables[parent.variable] ?? ""
      try Retrieval.require(parent, id, reader)
      query.filters.insert(.equals(parent.column, id), at: 0)
    }
    query.limit = Int(min(max(params.int("limit") ?? 10, 1), 100))
    query.cursor = try cursor(reader)
    var list = ListBody(url: url, page: try presenter.page(reader.page(query, head: ListBody.listHead), reader))
    if presenter.wantsTotalCount { list.totalCount = try reader.count(query) }
    return list.end()
  }

  private func cursor(_ reader: RecordReader) throws -> ListQuery.Cursor {
    let after = try place("starting_after", reader)
    let before = try place("ending_before", reader)
    guard after == nil || before == nil else {
      throw StripeError.invalid("Received both starting_after and ending_before parameters. Please pass in only one.")
    }
    return after.map { .after($0) } ?? before.map { .before($0) } ?? .start
  }

  private func place(_ name: String, _ reader: RecordReader) throws -> Int64? {
    guard let id = params.text(name) else { return nil }
    guard let place = try reader.place(type, id), !place.isDeleted else {
      throw StripeError.noSuch(type.definition.noun, id, param: name)
    }
    return place.sequence
  }
}
