import StripeModel

/// Writes the data dictionary: one page per table, and an index.
enum DataDictionary {
  static let folder = "docs/reference"

  static func files(_ definitions: [ResourceDefinition]) -> [GeneratedFile] {
    definitions.map { GeneratedFile(path: "\(folder)/\($0.table).md", content: page($0, among: definitions)) }
      + [GeneratedFile(path: "\(folder)/README.md", content: index(definitions))]
  }

  // MARK: - Index

  static func index(_ definitions: [ResourceDefinition]) -> String {
    var text = Markdown()
    text.generatedMark()
    text.line("# Data dictionary")
    text.line(
      "One table per Stripe resource, in the schema of its source (default `stripe`), and a view of the same name in "
        + "`stripe_live`: without raw, deleted and placeholder rows, amounts as exact decimal text. "
        + "The picture: [er.svg](../er.svg), [er.mmd](../er.mmd).")
    text.table(
      ["table", "what it holds", "columns", "endpoint"],
      definitions.map { definition in
        [
          "[\(definition.table)](\(definition.table).md)", definition.help, String(definition.columns.count),
          definition.path.map { "`\($0)`" } ?? "inside its parent",
        ]
      })
    text.line("## Sensitivity")
    text.list([
      "**plain**: may be shown to anyone with access to the tables.",
      "**personal**: says something of a person; `okapi db dump --redact` leaves it out.",
      "**secret**: opens something; `okapi db dump --redact` leaves it out.",
    ])
    text.line("## Bookkeeping tables")
    text.table(
      ["table", "what it holds"],
      [
        ["`_migrations`", "The migrations that were applied, with the checksums of their files"],
        ["`_runs`", "The commands that ran on this source, with their reports"],
        ["`_exports`", "The files that were loaded, by checksum, with the time of their observation"],
        ["`_bronze_parts`", "How far each part of bronze is loaded, in bytes and lines"],
        ["`_leases`", "Who is at work on this source for long, with a heartbeat"],
        ["`_coverage`", "What a sync could read of each resource, up to when, and what it could not"],
        ["`_source`", "One row: whether the source holds test or live data"],
      ])
    return text.content
  }

  // MARK: - One table

  static func page(_ definition: ResourceDefinition, among definitions: [ResourceDefinition]) -> String {
    var text = Markdown()
    text.generatedMark()
    text.line("# \(definition.table)")
    if !definition.help.isEmpty { text.line(definition.help + (definition.help.hasSuffix(".") ? "" : ".")) }
    text.list(facts(of: definition))
    text.line("## Columns")
    text.table(["column", "type", "JSON path", "traits", "what it says"], columns(of: definition))
    references(of: definition, among: definitions, to: &text)
    children(of: definition, to: &text)
    text.line("## Bookkeeping")
    text.table(
      ["column", "type", "what it says"],
      Bookkeeping.columns(of: definition).map {
        ["`\($0.name)`", $0.type, Bookkeeping.help($0.name, in: definition)]
      })
    return text.content
  }

  private static func facts(of definition: ResourceDefinition) -> [String] {
    let code = { (values: [String]) in values.map { "`\($0)`" }.joined(separator: ", ") }
    var facts = ["Stripe's object: `\(definition.object)`"]
    facts.append(
      definition.path.map { "Endpoint: `GET \($0)`" } ?? "Endpoint: none of its own; it is found inside its parent")
    if !definition.idPrefixes.isEmpty { facts.append("Ids begin with \(code(definition.idPrefixes))") }
    if !definition.expand.isEmpty { facts.append("Asked for by `expand[]`: \(code(definition.expand))") }
    if !definition.events.isEmpty { facts.append("Events: \(code(definition.events))") }
    facts.append(
      definition.isDeletable
        ? "Can be deleted: the row stays, with `deleted`" : "Is never deleted at Stripe")
    if !definition.ignored.isEmpty {
      facts.append("Left out of hash and proof: \(code(definition.ignored.map(\.dotted)))")
    }
    return facts
  }

  private static func columns(of definition: ResourceDefinition) -> [[String]] {
    let key = ["`id`", "text", "`id`", "primary key", "Stripe's id"]
    return [key]
      + definition.columns.map { column in
        [
          "`\(column.name)`", column.kind.sqlType, column.paths.map { "`\($0.dotted)`" }.joined(separator: ", else "),
          traits(of: column).joined(separator: ", "), meaning(of: column),
        ]
      }
  }

  private static func traits(of column: Column) -> [String] {
    var traits: [String] = []
    if column.isRequired { traits.append("required") }
    if column.sensitivity != .plain { traits.append(column.sensitivity.rawValue) }
    if column.isVolatile { traits.append("volatile") }
    if column.isExpandOnly { traits.append("only when asked for") }
    if column.isIndexed { traits.append("indexed") }
    return traits
  }

  private static func meaning(of column: Column) -> String {
    let hint: String? =
      switch column.kind {
      case .minorUnits(let currency?): "smallest unit of `\(currency)`"
      case .minorUnits(nil): "smallest unit of its currency"
      case .enumeration(let values) where !values.isEmpty: values.map { "`\($0)`" }.joined(separator: ", ")
      case .reference(let target): "an id in [\(target.definition.table)](\(target.definition.table).md)"
      case .references: "ids"
      default: nil
      }
    return [column.help, hint.map { column.help.isEmpty ? $0 : "(\($0))" } ?? ""].filter { !$0.isEmpty }
      .joined(separator: " ")
  }

  private static func references(
    of definition: ResourceDefinition, among definitions: [ResourceDefinition], to text: inout Markdown
  ) {
    let outgoing = definition.foreignKeys.map { column, target in
      "`\(column.name)` refers to [\(target.definition.table)](\(target.definition.table).md)"
    }
    let open = definition.columns.filter { $0.kind == .expandable }.map {
      "`\($0.name)` holds the id of an object without a table or of several kinds; no foreign key"
    }
    let incoming = definitions.flatMap { other in
      other.foreignKeys.filter { $0.target == definition.name }.map {
        "[\(other.table)](\(other.table).md)`.\($0.column.name)` refers to it"
      }
    }
    let all = outgoing + open + incoming
    guard !all.isEmpty else { return }
    text.line("## References")
    text.list(all)
  }

  private static func children(of definition: ResourceDefinition, to text: inout Markdown) {
    guard !definition.children.isEmpty else { return }
    text.line("## Lists inside it")
    text.list(
      definition.children.map { child in
        let table = child.resource.definition.table
        let sum =
          child.sum.map { sum in
            "; the sum of `\(sum.child)` equals `\(sum.parent)`"
              + (sum.unless.map { " unless a row has `\($0)`" } ?? "")
          } ?? ""
        return "`\(child.path.dotted)` is the table [\(table)](\(table).md), by `\(child.parentColumn)`\(sum)"
      })
  }
}
