package import StripeModel

/// The statement that reads a table for a dump: one JSON object a row, by id.
package enum DumpQuery {
  /// What stands in a dump where text was taken out.
  package static let redactedText = "[redacted]"

  /// A `copy … to stdout` in text format; `schema` is the schema's name as it is.
  ///
  /// Redacted, `raw` is left out, personal and secret texts become `[redacted]`, other such values null.
  package static func copy(_ definition: ResourceDefinition, schema: String, isRedacted: Bool) -> String {
    let columns = TableLayout(definition: definition).columns.compactMap { column -> String? in
      let name = SQLName.quoted(column.name)
      guard isRedacted else { return name }
      if column.name == "raw" { return nil }
      guard let declared = definition.column(column.name), declared.sensitivity != .plain else { return name }
      guard column.type == "text" else { return "null::\(column.type) as \(name)" }
      return "case when \(name) is not null then \(SQLName.literal(redactedText)) end as \(name)"
    }
    return """
      copy (
        select row_to_json(dump)
        from (
          select \(columns.joined(separator: ", "))
          from \(SQLName.quoted(schema)).\(SQLName.quoted(definition.table))
        ) as dump
        order by dump.id
      ) to stdout
      """
  }
}
