/// The statements that lead one table from its old layout to its new one, by the step they belong to.
struct TableChange {
  private let old: TableLayout?
  private let new: TableLayout
  private var table: String { "{schema}.\(SQLName.quoted(new.name))" }

  init(from old: TableLayout?, to new: TableLayout) {
    self.old = old
    self.new = new
  }

  var isEmpty: Bool { old == new }

  // MARK: - Views

  static func dropView(of table: TableLayout) -> String {
    "drop view if exists {live}.\(SQLName.quoted(table.name));"
  }

  var dropView: [String] {
    guard let old, old.liveView != nil else { return [] }
    return [TableChange.dropView(of: old)]
  }

  var createView: [String] {
    guard let view = new.liveView else { return [] }
    let lines = view.map { column in
      let name = SQLName.quoted(column.name)
      return "  " + (column.expression == name ? name : "\(column.expression) as \(name)")
    }
    return [
      """
      create view {live}.\(SQLName.quoted(new.name)) as
      select
      \(lines.joined(separator: ",\n"))
      from \(table)
      where \(LiveView.condition);
      """
    ]
  }

  // MARK: - Tables and columns

  var alterTable: [String] {
    guard let old else { return [createTable] }
    return addColumns(to: old) + changeColumns(of: old) + addChecks(to: old)
  }

  private var createTable: String {
    var lines = new.columns.map { "  " + $0.sql }
    if !new.primaryKey.isEmpty { lines.append("  primary key (\(names(new.primaryKey)))") }
    lines += new.checks.map { "  constraint \(SQLName.quoted($0.name)) check (\($0.expression))" }
    return "create table \(table) (\n\(lines.joined(separator: ",\n"))\n);"
  }

  private func addColumns(to old: TableLayout) -> [String] {
    let added = new.columns.filter { old.column($0.name) == nil }
    var statements = added.map { "alter table \(table) add column \($0.sql);" }
    if added.contains(where: { $0.role == .declared }) {
      // Rows loaded before lack the new columns although their objects did not change: without a hash the next
      // load takes them for changed and writes them again.
      statements.append("update \(table) set content_hash = null where content_hash is not null;")
    }
    return statements
  }

  private func changeColumns(of old: TableLayout) -> [String] {
    var statements: [String] = []
    for column in old.columns {
      let name = SQLName.quoted(column.name)
      guard let now = new.column(column.name) else {
        statements.append("\(MigrationWriter.undecidedMark)alter table \(table) drop column \(name);")
        continue
      }
      if now.type != column.type || now.collation != column.collation {
        let collation = now.collation.map { " collate \"\($0)\"" } ?? ""
        statements.append(
          "\(MigrationWriter.undecidedMark)alter table \(table) alter column \(name) "
            + "type \(now.type)\(collation) using \(name)::\(now.type);")
      }
      if now.compression != column.compression {
        statements.append(
          "alter table \(table) alter column \(name) set compression \(now.compression ?? "default");")
      }
      if now.defaultExpression != column.defaultExpression {
        let action = now.defaultExpression.map { "set default \($0)" } ?? "drop default"
        statements.append("alter table \(table) alter column \(name) \(action);")
      }
      if now.isNotNull != column.isNotNull {
        statements.append("alter table \(table) alter column \(name) \(now.isNotNull ? "set" : "drop") not null;")
      }
    }
    if old.primaryKey != new.primaryKey {
      statements.append(
        "\(MigrationWriter.undecidedMark)alter table \(table) primary key changes from "
          + "(\(names(old.primaryKey))) to (\(names(new.primaryKey)));")
    }
    return statements
  }

  // MARK: - Constraints and indexes

  var dropConstraints: [String] {
    guard let old else { return [] }
    let checks = old.checks.filter { !new.checks.contains($0) }.map(\.name)
    let keys = old.foreignKeys.filter { !new.foreignKeys.contains($0) }.map(\.name)
    return (checks + keys).map { "alter table \(table) drop constraint \(SQLName.quoted($0));" }
      + old.indexes.filter { !new.indexes.contains($0) }.map { "drop index {schema}.\(SQLName.quoted($0.name));" }
  }

  private func addChecks(to old: TableLayout) -> [String] {
    new.checks.filter { !old.checks.contains($0) }.map { check in
      // Not validated: rows loaded before may not have a value yet. Every row written from now on is checked.
      "alter table \(table) add constraint \(SQLName.quoted(check.name)) check (\(check.expression)) not valid;"
    }
  }

  var createIndexes: [String] {
    new.indexes.filter { !(old?.indexes.contains($0) ?? false) }.map { index in
      let condition = index.predicate.map { " where \($0)" } ?? ""
      return "create index \(SQLName.quoted(index.name)) on \(table) (\(names(index.columns)))\(condition);"
    }
  }

  private var newForeignKeys: [TableLayout.ForeignKey] {
    new.foreignKeys.filter { !(old?.foreignKeys.contains($0) ?? false) }
  }

  /// Parents for the ids that rows already hold in a column which becomes a foreign key.
  var addPlaceholders: [String] {
    newForeignKeys.filter { old?.column($0.column) != nil }.map { key in
      let column = SQLName.quoted(key.column)
      return """
        insert into {schema}.\(SQLName.quoted(key.target)) (id, is_placeholder)
          select distinct \(column), true from \(table) where \(column) is not null on conflict do nothing;
        """
    }
  }

  var addForeignKeys: [String] {
    newForeignKeys.map { key in
      """
      alter table \(table) add constraint \(SQLName.quoted(key.name))
        foreign key (\(SQLName.quoted(key.column))) references {schema}.\(SQLName.quoted(key.target)) (id)
        deferrable initially deferred;
      """
    }
  }

  private func names(_ columns: [String]) -> String { columns.map(SQLName.quoted).joined(separator: ", ") }
}
