import StripeModel

/// The view that stands beside a table: what is there now, amounts readable.
///
/// Neither raw nor bookkeeping, no deleted and no placeholder rows; money as exact decimal text.
enum LiveView {
  static func columns(of definition: ResourceDefinition) -> [TableLayout.LiveColumn] {
    let declared = definition.columns.map { column in
      TableLayout.LiveColumn(name: column.name, expression: expression(of: column, in: definition))
    }
    return [plain("id")] + declared + [plain("observed_at"), plain("last_changed_at")]
  }

  /// The view's condition.
  static let condition = "not deleted and not is_placeholder"

  private static func plain(_ name: String) -> TableLayout.LiveColumn {
    TableLayout.LiveColumn(name: name, expression: SQLName.quoted(name))
  }

  private static func expression(of column: Column, in definition: ResourceDefinition) -> String {
    let name = SQLName.quoted(column.name)
    guard case .minorUnits(let currency?) = column.kind, definition.column(currency) != nil else { return name }
    return "{schema}._money_text(\(name), \(SQLName.quoted(currency)))"
  }
}
