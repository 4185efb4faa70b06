import BronzeStore
import PlatformCore

/// Builds the gold models whose sources changed; every one is worked out whole, and the partitions that came out as
/// they were are left alone.
struct GoldBuild {
  let engine: LakeEngine
  let models: [ModelFile]
  let target: String
  /// The UTC day of the run, the partition of dimensions.
  let day: String
  /// Whether every model is built, whatever changed.
  let buildsAll: Bool
  /// The models that other content is staged of.
  private(set) var changed: Set<String>
  private(set) var results: [(model: ModelFile, written: PartitionWriter.Written)] = []

  init(_ engine: LakeEngine, models: [ModelFile], target: String, day: String, changed: Set<String>, buildsAll: Bool) {
    self.engine = engine
    self.models = models
    self.target = target
    self.day = day
    self.changed = changed
    self.buildsAll = buildsAll
  }

  /// - Parameter accepted: what is accepted, by model; the views of `silver` are open.
  mutating func run(accepted: [String: AcceptedModel], _ onModel: (String) -> Void = { _ in }) async throws {
    for model in models {
      let known = accepted[model.name]
      let isStale =
        buildsAll || known == nil || known?.modelHash != model.hash || !changed.isDisjoint(with: model.dependsOn)
      guard isStale else {
        if known?.files.isEmpty == true { try await viewWithoutRows(model) }
        continue
      }
      onModel(model.name)
      let written = try await build(model, replacing: known?.files ?? [])
      if !written.staged.isEmpty || written.files.map(\.path) != known?.files.map(\.path) {
        changed.insert("gold.\(model.name)")
      }
      results.append((model, written))
    }
  }

  /// Others read it, and it has no file that says its columns.
  private func viewWithoutRows(_ model: ModelFile) async throws {
    try await engine.execute(
      """
      create or replace view gold.\(model.name) as
      select *, null::varchar as dt from (\(model.steps["build"] ?? "")) limit 0
      """)
  }

  private func build(_ model: ModelFile, replacing files: [LakeFile]) async throws -> PartitionWriter.Written {
    let table = "gold_\(model.name)"
    // A dimension stands whole under the day of the run that changed it.
    let dt =
      model.list("partition").first.map { "coalesce(strftime(\($0), '%Y-%m-%d'), 'unknown')" }
      ?? LakeEngine.literal(files.first?.dt ?? day)
    do {
      try await engine.execute(
        """
        create or replace table \(table) as
        select *, \(dt) as dt from (\(model.steps["build"] ?? ""))
        """)
    } catch let error as PlatformError {
      throw error.adding("model", model.name)
    }
    let isDimension = model.list("partition").isEmpty
    let writer = PartitionWriter(engine: engine, target: target)
    let key = model.unique.joined(separator: ", ")
    var written = try await writer.write(table, sortedBy: key, to: LakePath.gold(model.name), replacing: files)
    if isDimension, !written.staged.isEmpty, files.first.map({ $0.dt != day }) == true {
      try await engine.execute("update \(table) set dt = \(LakeEngine.literal(day))")
      written = try await writer.write(table, sortedBy: key, to: LakePath.gold(model.name), replacing: files)
    }
    try await engine.execute("create or replace view gold.\(model.name) as select * from \(table)")
    return written
  }
}
