import JSONReader
package import PlatformCore
package import SQLiteClient

/// Reads records over one connection; not for use from two threads at once.
package final class RecordReader {
  let database: SQLiteDatabase
  private let parser = JSONParser()

  /// Reads over that connection.
  package init(_ database: SQLiteDatabase) { self.database = database }

  /// The record of that id, deleted or not; nil if there is none.
  ///
  /// - Throws: `.inputOutput` when SQLite fails, `.bug` when what it kept is not JSON.
  package func find(_ type: RecordType, _ id: String) throws(PlatformError) -> Record? {
    let row = try database.statement(
      "select seq, deleted, body, hidden from \(type.definition.table) where id = ?1")
    row.bind(1, id)
    guard try row.step() else { return nil }
    defer { row.reset() }
    return try record(type, row)
  }

  /// The bytes of the body of that id, and whether it is deleted; nil if there is none.
  package func body(_ type: RecordType, _ id: String) throws(PlatformError) -> (bytes: [UInt8], isDeleted: Bool)? {
    let row = try database.statement("select deleted, body from \(type.definition.table) where id = ?1")
    row.bind(1, id)
    guard try row.step() else { return nil }
    defer { row.reset() }
    return (Array(row.bytes(1)), row.int64(0) != 0)
  }

  /// The records of a query, in the order of the list.
  package func records(_ query: ListQuery) throws(PlatformError) -> [Record] {
    var found: [Record] = []
    try rows(query, columns: "seq, deleted, body, hidden", limit: query.limit) { row throws(PlatformError) in
      found.append(try record(query.type, row))
    }
    if case .before = query.cursor { found.reverse() }
    return found
  }

  /// Where the record of that id stands, and whether it is deleted; nil if there is none.
  package func place(_ type: RecordType, _ id: String) throws(PlatformError) -> (sequence: Int64, isDeleted: Bool)? {
    let row = try database.statement("select seq, deleted from \(type.definition.table) where id = ?1")
    row.bind(1, id)
    guard try row.step() else { return nil }
    defer { row.reset() }
    return (row.int64(0), row.int64(1) != 0)
  }

  /// One page of a query, behind the text that an answer has before its elements.
  package func page(_ query: ListQuery, head: String = "") throws(PlatformError) -> ListPage {
    var page = ListPage(head: head)
    try rows(query, columns: "body", limit: query.limit + 1) { row throws(PlatformError) in
      guard page.count < query.limit else {
        page.hasMore = true
        return
      }
      page.append(row.bytes(0))
    }
    if case .before = query.cursor { return page.reversed() }
    return page
  }

  /// The number of records of a query; its cursor and limit do not count.
  package func count(_ query: ListQuery) throws(PlatformError) -> Int {
    let conditions = SQLConditions(query)
    let statement = try database.statement("select count(*) from \(query.type.definition.table) \(conditions.text)")
    conditions.bind(to: statement)
    defer { statement.reset() }
    return try statement.step() ? Int(statement.int64(0)) : 0
  }

  /// The sum of a numeric column of a query.
  package func sum(_ column: String, _ query: ListQuery) throws(PlatformError) -> Int64 {
    let conditions = SQLConditions(query)
    let statement = try database.statement(
      "select coalesce(sum(\(column)), 0) from \(query.type.definition.table) \(conditions.text)")
    conditions.bind(to: statement)
    defer { statement.reset() }
    return try statement.step() ? statement.int64(0) : 0
  }

  private func rows(
    _ query: ListQuery, columns: String, limit: Int, _ body: (SQLiteStatement) throws(PlatformError) -> Void
  ) throws(PlatformError) {
    let definition = query.type.definition
    var conditions = SQLConditions(query)
    var direction = definition.order == .newestFirst ? "desc" : "asc"
    if case .before = query.cursor { direction = direction == "desc" ? "asc" : "desc" }
    switch query.cursor {
    case .start: break
    case .after(let sequence), .before(let sequence):
      conditions.add("seq \(direction == "desc" ? "<" : ">") ?", [.integer(sequence)])
    }
    let statement = try database.statement(
      "select \(columns) from \(definition.table) \(conditions.text) order by seq \(direction) limit ?")
    conditions.bind(to: statement)
    statement.bind(conditions.values.count + 1, limit == .max ? -1 : Int64(limit))
    defer { statement.reset() }
    while try statement.step() { try body(statement) }
  }

  private func record(_ type: RecordType, _ row: SQLiteStatement) throws(PlatformError) -> Record {
    var record = Record(type, body: try object(row.bytes(2)))
    if !row.isNull(3) { record.hidden = try object(row.bytes(3)) }
    record.sequence = row.int64(0)
    record.isDeleted = row.int64(1) != 0
    return record
  }

  private func object(_ bytes: UnsafeRawBufferPointer) throws(PlatformError) -> JSONObject {
    do {
      return try parser.parse(bytes).object ?? [:]
    } catch {
      throw PlatformError(.bug, "a stored object is not JSON", cause: error.reason, context: ["file": database.path])
    }
  }
}

/// The `where` of a query; the text depends on the shape of the query only, so that statements are prepared once.
struct SQLConditions {
  private var conditions: [String] = []
  private(set) var values: [JSON] = []
  /// What a condition on it is put to `seq` for, where the rows are in order.
  private let order: String

  init(_ query: ListQuery) {
    order = query.type.definition.order == .newestFirst ? "created" : "position"
    if !query.includesDeleted { conditions.append("deleted = 0") }
    for filter in query.filters { add(filter) }
  }

  var text: String { conditions.isEmpty ? "" : "where " + conditions.joined(separator: " and ") }

  mutating func add(_ condition: String, _ values: [JSON]) {
    conditions.append(condition)
    self.values += values
  }

  private mutating func add(_ filter: ListQuery.Filter) {
    switch filter {
    case .equals(let column, let value): add("\(column) = ?", [.string(value)])
    case .equalsNumber(order, let value):
      add(.greaterOrEqual(order, value))
      add(.lessOrEqual(order, value))
    case .less(order, let value): add("seq < ?", [place(value)])
    case .lessOrEqual(order, let value): add("seq < ?", [place(value + (value < .max ? 1 : 0))])
    case .greater(order, let value): add("seq >= ?", [place(value + (value < .max ? 1 : 0))])
    case .greaterOrEqual(order, let value): add("seq >= ?", [place(value)])
    case .equalsNumber(let column, let value): add("\(column) = ?", [.integer(value)])
    case .isNull(let column): add("\(column) is null", [])
    case .isNotNull(let column): add("\(column) is not null", [])
    case .less(let column, let value): add("\(column) < ?", [.integer(value)])
    case .lessOrEqual(let column, let value): add("\(column) <= ?", [.integer(value)])
    case .greater(let column, let value): add("\(column) > ?", [.integer(value)])
    case .greaterOrEqual(let column, let value): add("\(column) >= ?", [.integer(value)])
    case .oneOf(let column, let values): add("\(column) in (\(marks(values)))", values.map { .string($0) })
    case .noneOf(let column, let values): add("\(column) not in (\(marks(values)))", values.map { .string($0) })
    case .like(let column, let pattern): add("\(column) glob ?", [.string(pattern)])
    case .sql(let condition, let values): add("(\(condition))", values)
    }
  }

  private func place(_ order: Int64) -> JSON { .integer(RecordTables.firstSequence(order)) }

  private func marks(_ values: [String]) -> String { values.map { _ in "?" }.joined(separator: ", ") }

  func bind(to statement: SQLiteStatement) {
    for (index, value) in values.enumerated() {
      switch value {
      case .integer(let number): statement.bind(index + 1, number)
      case .string(let text): statement.bind(index + 1, text)
      case .bool(let flag): statement.bind(index + 1, flag ? 1 : 0)
      default: statement.bind(index + 1, nil as String?)
      }
    }
  }
}
