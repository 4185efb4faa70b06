import HTTPServer
import Sandbox

/// One page of a search.
struct Search {
  let type: RecordType
  let params: Params

  /// The page in its envelope; `page` is the token that the page before ended with.
  func body(_ reader: RecordReader, _ presenter: Presenter, url: String) throws -> HTTPBody {
    let search = try SearchQuery(try params.require("query"))
    var conditions: [String] = []
    var values: [JSON] = []
    for clause in search.clauses {
      let condition = try condition(clause)
      conditions.append(clause.isNegated ? "not coalesce(\(condition.sql), 0)" : condition.sql)
      values += condition.values
    }
    let joined = conditions.joined(separator: search.joiner == .and ? " and " : " or ")
    var query = ListQuery(type, [.sql(joined, values)])
    query.limit = Int(min(max(params.int("limit") ?? 10, 1), 100))
    if let token = params.text("page") { query.cursor = .after(try place(of: token, reader)) }
    let page = try reader.page(query, head: ListBody.searchHead)
    let next = page.hasMore ? try page.elements.last.map { Self.token(try Self.id(in: Array($0))) } : nil
    var list = ListBody(
      url: url, page: try presenter.page(page, reader), search: ListBody.SearchEnd(nextPage: next),
      totalCount: presenter.wantsTotalCount ? try reader.count(query) : nil)
    return list.end()
  }

  // MARK: conditions

  private func condition(_ clause: SearchQuery.Clause) throws(StripeError) -> (sql: String, values: [JSON]) {
    if clause.field == "metadata" {
      guard let key = clause.key else { throw SearchQuery.unreadable }
      let value = "(select value from json_each(body, '$.metadata') where key = ?)"
      return try compare(value, [.string(key)], clause, .text)
    }
    guard clause.key == nil, let field = SearchFields.field(clause.field, of: type) else {
      throw unsupported(clause.field)
    }
    return try compare("json_extract(body, ?)", [.string(field.path)], clause, field.kind)
  }

  private func compare(
    _ place: String, _ values: [JSON], _ clause: SearchQuery.Clause, _ kind: SearchFields.Kind
  ) throws(StripeError) -> (sql: String, values: [JSON]) {
    let text: String
    switch clause.value {
    case .null:
      guard clause.sign == .equals else { throw SearchQuery.unreadable }
      return ("\(place) is null", values)
    case .quoted(let value), .plain(let value): text = value
    }
    switch (clause.sign, kind) {
    case (.equals, .text), (.equals, .token):
      return ("\(place) = ? collate nocase", values + [.string(text)])
    case (.equals, .boolean):
      guard let flag = Bool(text.lowercased()) else { throw badValue(text, clause) }
      return ("\(place) = ?", values + [.bool(flag)])
    case (.contains, .text):
      guard text.count >= 3 else {
        throw .invalid("A substring in a search query needs at least 3 characters.", param: "query")
      }
      return ("instr(lower(\(place)), lower(?)) > 0", values + [.string(text)])
    case (.contains, _): throw badSign(clause)
    case (_, .number):
      guard let number = Int64(text) else { throw badValue(text, clause) }
      return ("\(place) \(clause.sign == .equals ? "=" : clause.sign.rawValue) ?", values + [.integer(number)])
    default: throw badSign(clause)
    }
  }

  private func unsupported(_ field: String) -> StripeError {
    let resource = type.definition.table
    return .invalid(
      """
      Field `\(field)` is an unsupported search field for resource `\(resource)`. See \
      http://stripe.com/docs/search#query-fields-for-\(resource.replacing("_", with: "-")) for a list of supported \
      fields.
      """)
  }

  private func badSign(_ clause: SearchQuery.Clause) -> StripeError {
    .invalid("The operator `\(clause.sign.rawValue)` cannot be used with the field `\(clause.field)`.", param: "query")
  }

  private func badValue(_ text: String, _ clause: SearchQuery.Clause) -> StripeError {
    .invalid("The value `\(text)` does not fit the field `\(clause.field)`.", param: "query")
  }

  // MARK: pages

  /// A token is the last id of the page before, in hexadecimal so that nobody takes it for a cursor.
  private static func token(_ id: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: id.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private func place(of token: String, _ reader: RecordReader) throws -> Int64 {
    var bytes: [UInt8] = []
    var rest = Array(token.utf8)[...]
    while rest.count >= 2, let byte = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    let id = String(decoding: bytes, as: UTF8.self)
    guard rest.isEmpty, let place = try reader.place(type, id) else {
      throw StripeError.invalid("Invalid page token: \(token)", param: "page")
    }
    return place.sequence
  }

  private static func id(in body: [UInt8]) throws -> String { try JSONParser().parse(body)["id"].string ?? "" }
}
