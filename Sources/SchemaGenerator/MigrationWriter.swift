package import PlatformCore

/// Writes the SQL that leads from one snapshot to the next.
///
/// Statements carry the tokens `{schema}` and `{live}`; each ends with a semicolon. Live views of every table that a
/// migration touches are dropped first and made anew last, as PostgreSQL would otherwise hold on to their columns.
package enum MigrationWriter {
  /// Begins the line of a statement that loses or converts data: the runner refuses a file that still holds one.
  package static let undecidedMark = "-- undecided: "

  /// The statements in order; commented ones begin with `undecidedMark`. Empty when nothing changed.
  package static func plan(from old: SchemaSnapshot?, to new: SchemaSnapshot) -> [String] {
    let changes = new.tables.map { TableChange(from: old?.table($0.name), to: $0) }.filter { !$0.isEmpty }
    let dropped = (old?.tables ?? []).filter { new.table($0.name) == nil }
    let functions = new.functions.filter { function in
      !(old?.functions.contains(function) ?? false)
    }
    var statements = functions.map(\.definition)
    statements += changes.flatMap(\.dropView) + dropped.filter { $0.liveView != nil }.map(TableChange.dropView)
    statements += changes.flatMap(\.dropConstraints)
    statements += changes.flatMap(\.alterTable)
    statements += changes.flatMap(\.createIndexes)
    let placeholders = changes.flatMap(\.addPlaceholders)
    // Tables cannot be altered while deferred checks of their new rows are pending: none is after this.
    if !placeholders.isEmpty { statements += placeholders + ["set constraints all immediate;"] }
    statements += changes.flatMap(\.addForeignKeys)
    statements += dropped.map { "\(undecidedMark)drop table {schema}.\(SQLName.quoted($0.name));" }
    statements += changes.flatMap(\.createView)
    return statements
  }

  /// The same, where nothing is left to decide.
  ///
  /// - Throws: `data`, naming each column or table that would be dropped or change its type.
  package static func statements(
    from old: SchemaSnapshot?, to new: SchemaSnapshot
  ) throws(PlatformError) -> [String] {
    let statements = plan(from: old, to: new)
    if let error = undecided(in: statements) { throw error }
    return statements
  }

  /// The error that names the undecided statements of a migration; nil when there is none.
  package static func undecided(in statements: [String]) -> PlatformError? {
    let lines = statements.flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix(undecidedMark) }
    guard !lines.isEmpty else { return nil }
    let what = lines.map { String($0.dropFirst(undecidedMark.count)).replacing("{schema}.", with: "") }
    let count = lines.count == 1 ? "One change loses or converts data" : "\(lines.count) changes lose or convert data"
    return PlatformError(
      .data, "\(count) and must be written by hand", cause: what.joined(separator: "\n"),
      nextStep: "In the migration, replace each line that begins with \"\(undecidedMark)\" by the statement you want")
  }

  /// The text of a migration file, marked as generated.
  package static func file(number: Int, name: String, statements: [String]) -> String {
    let head = """
      -- migration: \(number) \(name)
      -- Written by `okapi db migration new` from the declarations; {schema} and {live} stand for the source's schemas.
      -- Once applied anywhere, this file never changes: the runner compares checksums.
      """
    return ([head] + statements).joined(separator: "\n\n") + "\n"
  }
}
