package import StripeModel

/// A table as it stands in PostgreSQL: columns in order, keys, checks, indexes and its live view.
///
/// Pure data: the DDL, the snapshot that migrations are compared with, and the data dictionary all follow from it.
package struct TableLayout: Sendable, Equatable, Codable {
  /// The table's name, without its schema.
  package let name: String
  /// Every column: the key, then the declared ones, then bookkeeping.
  package let columns: [TableColumn]
  /// The columns of the primary key; empty where the table has none.
  package let primaryKey: [String]
  /// Conditions each row meets.
  package let checks: [Check]
  /// References to other tables of the same schema, checked at commit.
  package let foreignKeys: [ForeignKey]
  /// The indexes besides the primary key's.
  package let indexes: [Index]
  /// The columns of the view of the same name in the live schema; nil where there is no view.
  package let liveView: [LiveColumn]?

  /// A condition with its name.
  package struct Check: Sendable, Equatable, Codable {
    /// The constraint's name.
    package let name: String
    /// The condition, as SQL.
    package let expression: String
  }

  /// A deferred foreign key to another table's `id`.
  package struct ForeignKey: Sendable, Equatable, Codable {
    /// The constraint's name.
    package let name: String
    /// The referring column.
    package let column: String
    /// The table referred to.
    package let target: String
  }

  /// A b-tree index.
  package struct Index: Sendable, Equatable, Codable {
    /// The index's name.
    package let name: String
    /// The indexed columns.
    package let columns: [String]
    /// The rows it holds, as SQL; nil for all.
    package let predicate: String?
  }

  /// A column of a live view.
  package struct LiveColumn: Sendable, Equatable, Codable {
    /// The name in the view.
    package let name: String
    /// Where the value comes from, as SQL; may hold the token `{schema}`.
    package let expression: String
  }

  /// Lays out the table of a declared resource.
  package init(definition: ResourceDefinition) {
    let table = definition.table
    name = table
    columns =
      [TableColumn("id", "text", .key, collation: "C", isNotNull: true)]
      + definition.columns.map { TableColumn($0.name, $0.kind.sqlType, .declared, collation: $0.kind.sqlCollation) }
      + Bookkeeping.columns(of: definition)
    primaryKey = ["id"]
    checks = definition.columns.filter(\.isRequired).map { column in
      Check(
        name: SQLName.joined(table, column.name, "required"),
        expression: "is_placeholder or \(SQLName.quoted(column.name)) is not null")
    }
    foreignKeys = definition.foreignKeys.map { column, target in
      ForeignKey(
        name: SQLName.joined(table, column.name, "fkey"), column: column.name, target: target.definition.table)
    }
    indexes =
      definition.columns.filter(\.isIndexed).map { column in
        Index(name: SQLName.joined(table, column.name, "idx"), columns: [column.name], predicate: nil)
      } + [
        // Every report counts placeholders; this index holds nothing else.
        Index(name: SQLName.joined(table, "placeholder", "idx"), columns: ["id"], predicate: "is_placeholder")
      ]
      + definition.unannounced.compactMap { change in
        // What is to be read again is few among many: each sync looks for it.
        switch change {
        case .change(let column, let value, let moment):
          let predicate = SQLName.quoted(column) + (value.map { " = \(SQLName.literal($0))" } ?? " is null")
          return Index(
            name: SQLName.joined(table, column, "open_idx"), columns: [moment ?? "id"], predicate: predicate)
        case .changeWhile(let column, let values, _):
          let predicate = "\(SQLName.quoted(column)) in (\(values.map(SQLName.literal).joined(separator: ", ")))"
          return Index(name: SQLName.joined(table, column, "open_idx"), columns: ["created"], predicate: predicate)
        case .creation, .deletion, .anyChange: return nil
        }
      }
      + (Self.isLeft(definition.name)
        ? [Index(name: SQLName.joined(table, "deleted_idx"), columns: ["id"], predicate: "deleted")] : [])
    liveView = LiveView.columns(of: definition)
  }

  /// Whether rows of some table change when one of this resource is deleted.
  private static func isLeft(_ name: ResourceName) -> Bool {
    ResourceName.allCases.map(\.definition).contains { other in
      other.foreignKeys.contains { $0.target == name && other.unannounced.contains(.deletion(behind: $0.column.name)) }
    }
  }

  /// Lays out a table that no resource declares.
  package init(
    name: String, columns: [TableColumn], primaryKey: [String], checks: [Check] = [], indexes: [Index] = []
  ) {
    self.name = name
    self.columns = columns
    self.primaryKey = primaryKey
    self.checks = checks
    self.foreignKeys = []
    self.indexes = indexes
    self.liveView = nil
  }

  /// The column of that name.
  package func column(_ name: String) -> TableColumn? { columns.first { $0.name == name } }
}
