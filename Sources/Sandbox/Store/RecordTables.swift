/// The SQL of the store: one table a type, its columns and indexes.
enum RecordTables {
  /// Raised when the tables change; a store of another version is refused.
  static let version: Int64 = 2

  /// The first `seq` of an order, which is what lists are ordered by: a `created` or a `position`.
  ///
  /// A row's `seq` is its order and, in the lower bits, a number: the rows of a table lie as its lists show them, and a
  /// page is one stretch of them. The order has room until the year 2242.
  static func firstSequence(_ order: Int64) -> Int64 { min(max(order, 0), (1 << 33) - 1) << numberBits }

  private static let numberBits: Int64 = 30

  /// Makes what is not there.
  static let schema: String = {
    var statements = RecordDefinition.all.flatMap { table($0) }
    statements += [
      """
      create table if not exists jobs (
        number integer primary key, clock text not null, due integer not null, kind text not null,
        target text not null, data text)
      """,
      "create index if not exists jobs_due on jobs (clock, due, number)",
      "create index if not exists jobs_target on jobs (target)",
      """
      create table if not exists idempotency_keys (
        key text primary key, request text not null, status integer not null, body text not null,
        request_id text not null, created integer not null) without rowid
      """,
      """
      create table if not exists subscription_history (
        number integer primary key, at integer not null, subscription text not null, item text, status text,
        price text, quantity integer, discounts text not null)
      """,
      "create table if not exists settings (name text primary key, value text not null) without rowid",
      """
      create table if not exists deliveries (
        number integer primary key, event text not null, endpoint text not null, attempt integer not null,
        due integer, status text not null, response integer, error text, sent integer)
      """,
      "create index if not exists deliveries_due on deliveries (endpoint, due, number) where due is not null",
      "create index if not exists deliveries_event on deliveries (event)",
      """
      create table if not exists balances (
        currency text not null, source_type text not null, available integer not null, pending integer not null,
        primary key (currency, source_type))
      """,
      "pragma user_version = \(version)",
    ]
    return statements.joined(separator: ";\n")
  }()

  /// Empties every table.
  static let erasure =
    (RecordDefinition.all.map(\.table) + [
      "jobs", "idempotency_keys", "settings", "deliveries", "balances", "subscription_history",
    ])
    .map { "delete from \($0)" }.joined(separator: ";\n")

  private static func table(_ definition: RecordDefinition) -> [String] {
    let name = definition.table
    let order = definition.order == .newestFirst ? "created" : "position"
    let columns = definition.columns.map { "\($0.name) \($0.isInteger ? "integer" : "text")" }
    let all =
      [
        "seq integer primary key", "id text not null unique", "\(order) integer as (seq >> \(numberBits))",
        "deleted integer not null",
      ]
      + columns + ["body text not null", "hidden text"]
    // Each entry of an index ends with the row's `seq`.
    return ["create table if not exists \(name) (\(all.joined(separator: ", ")))"]
      + definition.columns.filter(\.isIndexed).map {
        "create index if not exists \(name)_\($0.name) on \(name) (\($0.name))"
      }
  }

  /// Inserts or replaces by `id`: the values are seq, id, deleted, the columns, body, hidden.
  static func upsert(_ definition: RecordDefinition) -> String {
    let names = ["seq", "id", "deleted"] + definition.columns.map(\.name) + ["body", "hidden"]
    let values = names.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    let changes = names.filter { $0 != "id" }.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    return """
      insert into \(definition.table) (\(names.joined(separator: ", "))) values (\(values)) \
      on conflict (id) do update set \(changes)
      """
  }
}
