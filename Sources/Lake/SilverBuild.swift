import BronzeStore
import DuckDBClient
import Foundation
import PlatformCore
import StripeModel

/// Builds the partitions of silver that new bronze of one source touches, in the staging folder.
///
/// All of bronze at once and bronze in any pieces make the same rows: each keeps the version by which it won.
struct SilverBuild {
  /// What was read of an entity.
  struct Outcome: Sendable {
    var rowsRead = 0
    var malformed = 0
    var rejected = 0
    var rows = 0
    /// The newest `ingested_at`, RFC 3339.
    var ingestedAt: String?
  }

  let engine: LakeEngine
  /// Where bronze lies.
  let bronze: LakeFolder
  /// What was ingested later does not exist; nil takes all.
  let asOf: LakeAsOf?
  let source: String
  let models: [ModelFile]
  /// The staging folder.
  let target: String
  /// What is accepted, by entity.
  let accepted: [String: AcceptedModel]
  /// Whether the rows there are count for nothing: all is built from bronze alone.
  let isWhole: Bool
  private(set) var outcomes: [String: Outcome] = [:]
  private(set) var written: [String: PartitionWriter.Written] = [:]
  /// The new parts that were read, by entity.
  private var parts: [String: [String]] = [:]
  /// How many of them end in half a line that a kill has left, by entity: no rejects.
  private var torn: [String: Int] = [:]
  /// The models that new rows may come into, and those that these look into.
  private(set) var active: Set<String> = []

  var lake: LakeFolder { engine.lake }

  init(
    _ engine: LakeEngine, _ options: LakeOptions, source: String, models: [ModelFile], target: String,
    accepted: [String: AcceptedModel], isWhole: Bool
  ) {
    self.engine = engine
    bronze = options.bronze
    asOf = options.asOf
    self.source = source
    self.models = models
    self.target = target
    self.accepted = accepted
    self.isWhole = isWhole
  }

  /// Reads parts of bronze, by entity; once more with other parts, what these change.
  ///
  /// - Parameter torn: how many of them end in half a line that a kill has left, by entity.
  mutating func read(_ parts: [String: [String]], torn: [String: Int] = [:]) async throws {
    self.torn = torn
    // A list of files must not be empty.
    let noPart = try engine.localFile("empty/part.jsonl")
    try Data().write(to: URL(filePath: noPart))
    try await engine.execute(
      "set variable as_of = \(LakeEngine.literal(asOf?.moment ?? "infinity"))::timestamptz")
    // Where memory is short DuckDB keeps rows in order by letting one thread read alone; no order is needed here.
    try await engine.execute("set preserve_insertion_order = false")
    let known = active
    active = touched(by: parts)
    var changed: Set<String> = []
    for model in models where active.contains(model.name) {
      let files = parts[model.name] ?? []
      let isKnown = known.contains(model.name) && files == self.parts[model.name] ?? []
      if isKnown && changed.isDisjoint(with: model.containers) { continue }
      changed.insert(model.name)
      let list = (files.isEmpty ? [noPart] : files.map(bronze.location)).map(LakeEngine.literal)
      try await engine.execute("set variable bronze_\(model.name) = [\(list.joined(separator: ", "))]")
      try await run("read", of: model)
    }
    try await engine.execute("set preserve_insertion_order = true")
    self.parts = parts
  }

  /// Containers come before what is found in them.
  private func touched(by parts: [String: [String]]) -> Set<String> {
    if isWhole { return Set(models.map(\.name)) }
    var touched: Set<String> = []
    for model in models where parts[model.name]?.isEmpty == false || !touched.isDisjoint(with: model.containers) {
      touched.insert(model.name)
    }
    for model in models.reversed() where touched.contains(model.name) { touched.formUnion(model.containers) }
    return touched
  }

  /// What was read is put to what silver has.
  ///
  /// - Parameter onModel: told before an entity is merged.
  mutating func merge(_ onModel: (String) -> Void) async throws {
    for model in models where active.contains(model.name) {
      onModel(model.name)
      try await merge(model)
    }
  }

  private func run(_ step: String, of model: ModelFile) async throws {
    do {
      try await engine.execute(model.steps[step] ?? "")
    } catch let error as PlatformError {
      throw error.adding("model", model.name).adding("step", step)
    }
  }

  /// The accepted files of a model.
  private func files(of name: String) -> [LakeFile] {
    let place = LakePath.silver(name, of: source)
    return (accepted[name]?.files ?? []).filter { $0.path.hasPrefix(place + "/") }
  }

  /// Those whose rows count, all of which are there.
  func base(of name: String) throws -> [LakeFile] {
    let base = isWhole ? [] : files(of: name)
    let there = try lake.sizes(of: base.map(\.path))
    for file in base where there[file.path] == nil { throw LakeTables.missing(file, in: lake) }
    return base
  }

  private mutating func merge(_ model: ModelFile) async throws {
    let name = model.name
    let place = LakePath.silver(name, of: source)
    let base = try base(of: name)
    let none = try await noSilver(model)
    try await engine.set("silver_ids_\(name)", to: base.isEmpty ? [none] : base.map(\.path))
    let touched = Set(try await engine.texts(model.steps["touch"] ?? ""))
    // It was only looked at for what others may hold of it, and they hold nothing new.
    if touched.isEmpty && !isWhole && !isLookedInto(name) { return }
    let held = base.filter { touched.contains($0.dt) }
    try await engine.set("silver_\(name)", to: held.isEmpty ? [none] : held.map(\.path))
    try await run("merge", of: model)
    var outcome = try await outcome(of: name)
    let files = files(of: name)
    // Silver that no bronze tells of is not built anew: it goes.
    if !touched.isEmpty || (isWhole && !files.isEmpty) {
      let read = PartitionWriter.Base(variable: "silver_\(name)", files: held, none: none)
      var written = try await PartitionWriter(engine: engine, target: target, base: read).write(
        "\(name)_merged", sortedBy: model.unique.joined(separator: ", "), to: place, replacing: files)
      let left = Set(written.files.map(\.path))
      written.emptied = (isWhole ? files : held).map(\.path).filter { !left.contains($0) }
      outcome.rows = written.files.reduce(0) { $0 + $1.rows }
      self.written[name] = written
    }
    outcomes[name] = outcome
  }

  /// Whether objects of another model that is being built are found in its rows.
  private func isLookedInto(_ name: String) -> Bool {
    models.contains { active.contains($0.name) && $0.containers.contains(name) }
  }

  private func outcome(of name: String) async throws -> Outcome {
    let counts = try await engine.connection.query(
      """
      select count(*), count(*) filter (broken = 'not JSON'), count(*) filter (broken is not null),
        strftime(max(ingested_at), '%Y-%m-%dT%H:%M:%S.%gZ')
      from \(name)_read
      """)
    var outcome = Outcome()
    outcome.rowsRead = Int(try counts.int64(0, 0) ?? 0)
    let malformed = Int(try counts.int64(0, 1) ?? 0)
    outcome.malformed = max(0, malformed - (torn[name] ?? 0))
    outcome.rejected = Int(try counts.int64(0, 2) ?? 0) - malformed + outcome.malformed
    outcome.ingestedAt = counts.text(0, 3)
    return outcome
  }

  /// A file of silver without rows, so that a first build reads as every later one.
  private func noSilver(_ model: ModelFile) async throws -> String {
    let path = try engine.localFile("empty/source=\(source)/entity=\(model.name)/data.parquet")
    try await engine.execute("copy (\(model.select("empty"))) to \(LakeEngine.literal(path)) (format parquet)")
    return path
  }

  // MARK: what could not be taken

  /// Lists the records that broke their declared shape, an entity a file, and names them in the report.
  func reject(into folder: URL, _ plan: inout Promotion, _ report: inout LakeReport) async throws {
    for model in models where (outcomes[model.name]?.rejected ?? 0) > 0 {
      let name = model.name
      let key = model.unique.first ?? "id"
      let file = folder.appending(path: "\(name).jsonl")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try await engine.execute(
        """
        copy (select \(key) as id, broken as reason, bronze_run_id, observed_at from \(name)_read
          where broken is not null order by all) to \(LakeEngine.literal(file.path)) (format json)
        """)
      report.rejectFiles.append(file.path)
      plan.rejected[name, default: []] += try await engine.texts(
        "select distinct \(key) from \(name)_read where broken is not null")
      let samples = try await engine.texts(
        """
        select coalesce(\(key), '?') || ': ' || broken from \(name)_read
        where broken is not null and broken <> 'not JSON' order by 1 limit \(QualityFinding.sampleLimit)
        """)
      let outcome = outcomes[name] ?? Outcome()
      if outcome.malformed > 0 {
        report.findings.append(
          .init(.bronzeMalformed, of: name, "lines of bronze are no JSON", count: outcome.malformed))
      }
      if outcome.rejected > outcome.malformed {
        report.findings.append(
          .init(
            .bronzeRejected, of: name, "records break their declared shape",
            count: outcome.rejected - outcome.malformed, samples: samples))
      }
    }
  }
}
