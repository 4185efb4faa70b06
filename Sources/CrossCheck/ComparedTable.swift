import JSONReader
import PostgresClient
import SchemaGenerator
import StripeModel

/// One resource as both homes write it: the same texts for the same values, sorted by id.
struct ComparedTable {
  let definition: ResourceDefinition
  private let model: SilverModel
  private let columns: [(column: Column, silver: String)]

  /// What stands before the columns of a row.
  enum Lead: Int, CaseIterable { case id, observedAt, sequence, isDeleted, isPlaceholder }

  init(_ model: SilverModel) {
    self.model = model
    definition = model.definition
    columns = model.columns.compactMap { silver in
      guard case .declared(let column) = silver.content, !column.isVolatile else { return nil }
      return (column, silver.name)
    }
  }

  var names: [String] { columns.map(\.column.name) }

  /// Whether a value names people, so that it is not to be repeated.
  func isPersonal(_ index: Int) -> Bool { columns[index].column.sensitivity != .plain }

  // MARK: both selects

  /// Rows behind `$1`, at most `$2`.
  func postgres(_ table: String) -> String {
    let lead = [
      "id", "(extract(epoch from observed_at) * 1000)::bigint::text", "observed_sequence::text", "deleted::text",
      "is_placeholder::text",
    ]
    return """
      select \((lead + columns.map { Self.postgres($0.column) }).joined(separator: ", "))
      from \(table) where id > $1 order by id limit $2
      """
  }

  private static func postgres(_ column: Column) -> String {
    let name = PostgresIdentifier.quoted(column.name)
    return switch column.kind {
    case .unixTime: "(extract(epoch from \(name)) * 1000)::bigint::text"
    case .decimal: "trim_scale(\(name))::text"
    default: "\(name)::text"
    }
  }

  /// A source's rows as the temporary table `compared`, in order.
  func silver(of source: String) -> String {
    let lead = [
      model.key, "epoch_ms(observed_at)::varchar", "observed_sequence::varchar", "is_deleted::varchar",
      "is_placeholder::varchar",
    ]
    let values = columns.map { Self.silver($0.column, $0.silver) }
    let all = (lead + values).enumerated().map { "\($1) as c\($0)" }.joined(separator: ", ")
    return """
      create or replace temp table compared as
      select \(all) from silver.\(model.table) where source = '\(source)' order by c0
      """
  }

  private static func silver(_ column: Column, _ name: String) -> String {
    switch column.kind {
    case .unixTime: "epoch_ms(\(name))::varchar"
    case .references: "to_json(\(name))::varchar"
    default: "\(name)::varchar"
    }
  }

  // MARK: one value

  /// Whether two texts say the same; JSON in any order of its members, decimals with any number of noughts.
  func isSame(_ index: Int, _ one: String?, _ other: String?, _ comparison: JSONComparison) -> Bool {
    if one == other { return true }
    switch columns[index].column.kind {
    case .json, .references: return comparison.isSame(one ?? "null", other ?? "null")
    case .decimal:
      guard let one, let other else { return false }
      return Self.trimmed(one) == Self.trimmed(other)
    default: return false
    }
  }

  private static func trimmed(_ text: String) -> Substring {
    guard text.contains(".") else { return text[...] }
    var rest = text[...]
    while rest.last == "0" { rest.removeLast() }
    return rest.last == "." ? rest.dropLast() : rest
  }
}

/// Compares JSON texts by their canonical form.
final class JSONComparison {
  private let document = JSONDocument(masksSecrets: false)
  private var form: CanonicalForm

  init() throws { form = try CanonicalForm() }

  func isSame(_ one: String, _ other: String) -> Bool {
    guard let first = canonical(one) else { return false }
    return first == canonical(other)
  }

  private func canonical(_ text: String) -> [UInt8]? {
    (try? document.parse(Array(text.utf8))).map { form.bytes($0, .none) }
  }
}
