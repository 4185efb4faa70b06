import BronzeStore
import SchemaGenerator
import StripeModel

extension SilverBuild {
  /// The ids that the newest rows read refer to and that neither bronze nor silver has, by what can be read by its id.
  func missing() async throws -> [ResourceName: [String]] {
    var missing: [ResourceName: Set<String>] = [:]
    for model in SilverModel.inOrder where active.contains(model.table) {
      var references: [SilverReference] = []
      for reference in SilverReference.readable(of: model) where try await isKnown(reference.to) {
        references.append(reference)
      }
      if references.isEmpty { continue }
      try await gather(references, of: model)
      for reference in references {
        let ids = try await engine.texts(
          """
          select distinct \(reference.column) from referring
          where \(reference.column) is not null and \(reference.column) not in (\(try known(SilverModel(reference.to))))
          """)
        if !ids.isEmpty { missing[reference.to, default: []].formUnion(ids) }
      }
    }
    return missing.mapValues { $0.sorted() }
  }

  /// An entity that was never read says nothing.
  private func isKnown(_ resource: ResourceName) async throws -> Bool {
    let table = resource.definition.table
    if accepted[table]?.files.isEmpty == false { return true }
    guard active.contains(table) else { return false }
    return try await engine.integer("select count(*) from \(table)_read where broken is null") > 0
  }

  /// The newest rows of a model that may refer to something new, as the table `referring`.
  private func gather(_ references: [SilverReference], of model: SilverModel) async throws {
    let key = model.key
    let columns = "\(key), \(references.map(\.column).joined(separator: ", ")), observed_at, observed_sequence"
    // What silver has refers to what is there, except where that entity is read for the first time.
    let isFirst = references.contains { accepted[$0.to.definition.table]?.files.isEmpty != false }
    let among = isFirst ? "" : "where \(key) in (select \(key) from \(model.table)_read where broken is null)"
    let held = try held(model.table).map { "union all select \(columns) from \($0) \(among)" } ?? ""
    try await engine.execute(
      """
      create or replace temp table referring as
      select * from (
        select \(columns) from \(model.table)_read where broken is null and not is_stub
        \(held)
      ) as seen
      qualify row_number() over (partition by \(key) order by observed_at desc, observed_sequence desc) = 1
      """)
  }

  /// A select of the ids of a model's rows.
  private func known(_ model: SilverModel) throws -> String {
    let read = active.contains(model.table) ? "\(model.table)_read" : nil
    return try [read, held(model.table)].compactMap(\.self)
      .map { "select \(model.key) from \($0) where \(model.key) is not null" }.joined(separator: " union all ")
  }

  private func held(_ table: String) throws -> String? {
    let files = try base(of: table)
    return files.isEmpty ? nil : LakeEngine.parquet(files.map { lake.location(of: $0.path) })
  }
}
