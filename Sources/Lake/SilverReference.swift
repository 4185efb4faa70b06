import SchemaGenerator
import StripeModel

/// A column of silver whose values name rows of another table.
struct SilverReference {
  let from: SilverModel
  let column: String
  let to: ResourceName

  init(from: SilverModel, column: String, to: ResourceName) {
    self.from = from
    self.column = column
    self.to = to
  }

  /// Those of an entity that lead to something that can be read by its id.
  static func readable(of model: SilverModel) -> [SilverReference] {
    model.columns.compactMap { column in
      guard case .declared(let declared) = column.content, case .reference(let target) = declared.kind,
        target.definition.path != nil
      else { return nil }
      return SilverReference(from: model, column: column.name, to: target)
    }
  }

  /// A select of the ids that lead to no row of the same source; of one source, or of any.
  func missing(in source: String? = nil) -> String {
    let target = SilverModel(to)
    let ofSource = source.map { "and own.source = \(LakeEngine.literal($0))" } ?? ""
    return """
      select distinct own.\(column) from silver.\(from.table) as own
      where own.\(column) is not null \(ofSource) and not exists (
        select 1 from silver.\(target.table) as other
        where other.source = own.source and other.\(target.key) = own.\(column))
      """
  }
}
