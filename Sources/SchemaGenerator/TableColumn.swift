/// One column of a table as PostgreSQL sees it.
package struct TableColumn: Sendable, Equatable, Codable {
  /// Why a column is there.
  package enum Role: String, Sendable, Codable {
    /// The object's id.
    case key
    /// A field of the declaration.
    case declared
    /// Ours: where the row comes from and how fresh it is.
    case bookkeeping
  }

  /// The name, unquoted.
  package let name: String
  /// The type alone, usable in a cast.
  package let type: String
  /// Why it is there.
  package let role: Role
  /// The collation's name, if not the database's.
  package let collation: String?
  /// The TOAST compression, if not the server's.
  package let compression: String?
  /// Whether NULL is refused.
  package let isNotNull: Bool
  /// The value of a row that says none, as SQL.
  package let defaultExpression: String?

  /// Makes a column.
  package init(
    _ name: String, _ type: String, _ role: Role, collation: String? = nil, compression: String? = nil,
    isNotNull: Bool = false, default defaultExpression: String? = nil
  ) {
    self.name = name
    self.type = type
    self.role = role
    self.collation = collation
    self.compression = compression
    self.isNotNull = isNotNull
    self.defaultExpression = defaultExpression
  }

  /// The column's line in `create table` or after `add column`.
  package var sql: String {
    var words = [SQLName.quoted(name), type]
    if let compression { words.append("compression \(compression)") }
    if let collation { words.append("collate \"\(collation)\"") }
    if isNotNull { words.append("not null") }
    if let defaultExpression { words.append("default \(defaultExpression)") }
    return words.joined(separator: " ")
  }
}
