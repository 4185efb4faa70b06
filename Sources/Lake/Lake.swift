import BronzeStore
package import DuckDBClient
import Foundation
package import PlatformCore
import SchemaGenerator
import StripeModel

/// Bronze becomes silver and gold: staged, checked, then accepted, once whatever happens on the way.
///
/// One run at a time on a lake; while it reads a source's bronze nobody writes there.
package struct Lake: Sendable {
  let options: LakeOptions
  let context: RunContext

  /// Prepares a run; nothing is touched.
  package init(_ options: LakeOptions, context: RunContext) {
    self.options = options
    self.context = context
  }

  var lake: LakeFolder { options.lake }

  /// Builds what new bronze changes, and leaves it staged.
  ///
  /// - Throws: `temporary` naming who is at work already; `configuration` without DuckDB; what the disk says.
  package func transform() async throws -> LakeReport {
    try await underLock { report in try await stage(false, &report) }
  }

  /// Checks what is staged, and accepts it where nothing is wrong; with nothing staged, checks what is accepted.
  ///
  /// - Throws: as `transform`.
  package func quality() async throws -> LakeReport {
    try await underLock { report in try await checkAndAccept(&report) }
  }

  /// Builds, checks and accepts.
  ///
  /// - Parameter fromBronzeAlone: whether all of silver and gold is built anew, from bronze alone.
  /// - Throws: as `transform`; `usage` for a past moment that bronze does not reach back to.
  package func run(fromBronzeAlone: Bool = false) async throws -> LakeReport {
    let buildsAnew = fromBronzeAlone || options.asOf != nil
    return try await underLock(buildsAnew) { report in
      try await stage(buildsAnew, &report)
      guard report.isStaged else { return }
      try await checkAndAccept(&report)
      guard options.asOf != nil, report.isStaged else { return }
      // Later checks would look for its bronze in this lake.
      try lake.removeFolder(LakePath.staging)
      report.isStaged = false
    }
  }

  /// Lends the accepted tables, `silver.<entity>` and `gold.<model>`; nobody changes them meanwhile.
  ///
  /// - Throws: `temporary` while they are being changed.
  package func reading<Answer>(_ body: (DuckDBConnection) async throws -> Answer) async throws -> Answer {
    let lock = try await lockModels()
    defer { withExtendedLifetime(lock) {} }
    _ = try Promotion.recover(in: lake)
    let tables = try LakeTables(lake)
    let engine = try await LakeEngine(lake, bronze: options.asOf?.bronze, limits: options.limits)
    try await tables.open(in: engine, silver: ModelFile.silver(), gold: ModelFile.gold())
    return try await body(engine.connection)
  }

  private func underLock(
    _ buildsAnew: Bool = false, _ body: (inout LakeReport) async throws -> Void
  ) async throws -> LakeReport {
    let lock = try await lockModels()
    defer { withExtendedLifetime(lock) {} }
    var report = LakeReport(runID: context.runID, startedAt: now)
    report.isStrict = options.isStrict
    if let asOf = options.asOf {
      // Before anything is touched: the folder may be somebody's lake.
      for source in options.sources { try asOf.require(source) }
      try LakePast.claim(lake, for: asOf)
      (report.asOf, report.lake) = (asOf.moment, lake.location(of: ""))
    }
    if options.asOf == nil { report.recoveredRunID = try await completeCompactions() }
    do {
      report.recoveredRunID = try Promotion.recover(in: lake) ?? report.recoveredRunID
    } catch let error as PlatformError where buildsAnew && error.status == .inputOutput {
      // Staged files are gone; whoever builds from bronze alone does not need them.
      try Promotion.abandon(in: lake)
    }
    try await body(&report)
    return report
  }

  func lockModels() async throws -> LakeLock {
    try await LakeLock.take(in: lake, of: LakeLock.models, for: context, waits: options.waits, onWait: told)
  }

  func told(_ holder: LakeHolder?) {
    context.log(.info, "lake_awaited", ["holder": .string(holder?.command ?? "?")])
  }

  // MARK: staging

  /// Parents whose parents are missing are few generations: charge, invoice, subscription, customer.
  private static let generations = 6

  private func stage(_ fromBronzeAlone: Bool, _ report: inout LakeReport) async throws {
    if options.asOf == nil { try LakePast.refuse(lake) }
    // What an earlier run left there was never accepted.
    try lake.removeFolder(LakePath.staging)
    let engine = try await LakeEngine(lake, bronze: options.asOf?.bronze, limits: options.limits)
    let silver = try ModelFile.silver()
    let accepted = try lake.acceptedModels()
    var plan = Promotion(runID: context.runID)
    plan.accepted = Array(accepted.values)
    var transformed: [String: TransformState] = [:]
    for model in silver { transformed[model.name] = try lake.document(LakePath.transformed(model.name)) }
    for source in options.sources where !fromBronzeAlone {
      if let model = try LakeTables(lake).lost(of: source, among: silver) { throw LakeTables.lost(model, in: lake) }
    }
    for source in options.sources {
      try await stage(source, silver, fromBronzeAlone, engine, &plan, &transformed, &report)
    }
    // Gold that is built anew needs no accepted files.
    try await LakeTables(lake, with: plan)
      .open(in: engine, silver: silver, gold: fromBronzeAlone ? [] : ModelFile.gold())
    let changed = plan.accepted.filter { accepted[$0.model] != $0 }.map { "silver.\($0.model)" }
    try await stageGold(engine, accepted, Set(changed), buildsAll: fromBronzeAlone, &plan, &report)
    plan.accepted.removeAll { accepted[$0.model] == $0 }
    report.isStaged = !plan.isEmpty
    // With nothing staged nobody else tells them.
    if !report.isStaged { report.findings += plan.findings }
    if report.isStaged { try plan.stage(in: lake) }
  }

  private func stage(
    _ source: String, _ silver: [ModelFile], _ fromBronzeAlone: Bool, _ engine: LakeEngine, _ plan: inout Promotion,
    _ transformed: inout [String: TransformState], _ report: inout LakeReport
  ) async throws {
    let begun = ContinuousClock.now
    // Models find their rows in each other's: new SQL of one builds all anew.
    let isNew = silver.contains { model in
      transformed[model.name]?.sources[source].map { $0.modelHash != model.hash } ?? false
    }
    let isWhole = fromBronzeAlone || isNew
    let accepted = Dictionary(plan.accepted.map { ($0.model, $0) }) { first, _ in first }
    var build = SilverBuild(
      engine, options, source: source, models: silver, target: LakePath.staging(of: context.runID), accepted: accepted,
      isWhole: isWhole)
    let known = isWhole ? [:] : transformed.compactMapValues { $0.sources[source]?.parts }
    let (parts, damage) = try await read(&build, since: known)
    plan.findings += damage
    let fresh = parts.values.flatMap(\.self)
    report.parts += fresh.count
    report.bytes += fresh.reduce(0) { $0 + $1.bytes }
    guard !fresh.isEmpty else { return }
    let (done, total) = (Counter(), build.active.count)
    try await build.merge { [options] in
      options.onProgress(.init(stage: "silver", model: $0, done: done.next(), total: total))
    }
    for model in silver {
      take(build, of: model, source, isWhole, parts[model.name] ?? [], &plan, &transformed, &report)
    }
    try await build.reject(into: options.rejectFolder.appending(path: context.runID), &plan, &report)
    plan.read[source] = fresh.map(\.path)
    report.seconds["silver", default: 0] += (ContinuousClock.now - begun) / .seconds(1)
  }

  /// The new parts of bronze that were read, by entity, and what is wrong with bronze.
  private typealias NewBronze = (parts: [String: [BronzeInventory.Part]], damage: [QualityFinding])

  /// Reads new bronze, and then what that refers to and nobody has seen, which is more bronze.
  private func read(_ build: inout SilverBuild, since known: [String: [String: Int]]) async throws -> NewBronze {
    var new = try await readThere(&build, since: known)
    guard let fill = options.fill else { return new }
    for _ in 0..<Self.generations {
      var lines = 0
      for (resource, ids) in try await build.missing().sorted(by: { $0.key < $1.key }) {
        lines += try await fill(build.source, resource, ids)
      }
      if lines == 0 { break }
      new = try await readThere(&build, since: known)
    }
    return new
  }

  /// Reads the new bronze there is, while nobody writes to it.
  private func readThere(_ build: inout SilverBuild, since known: [String: [String: Int]]) async throws -> NewBronze {
    let lock = try await LakeLock.take(
      in: options.bronze, of: build.source, for: context, waits: options.waits, onWait: told)
    defer { withExtendedLifetime(lock) {} }
    let inventory = try BronzeInventory(options.bronze, source: build.source, upTo: options.asOf?.day)
    var parts: [String: [BronzeInventory.Part]] = [:]
    for model in build.models { parts[model.name] = inventory.new(model.name, since: known[model.name] ?? [:]) }
    try inventory.requireWhole(parts.values.flatMap(\.self), in: options.bronze, of: build.source)
    let torn = try parts.mapValues { try BronzeInventory.torn($0, in: options.bronze) }
    try await build.read(parts.mapValues { $0.map(\.path) }, torn: torn)
    return (parts, inventory.damage)
  }

  private func take(
    _ build: SilverBuild, of model: ModelFile, _ source: String, _ isWhole: Bool, _ parts: [BronzeInventory.Part],
    _ plan: inout Promotion, _ transformed: inout [String: TransformState], _ report: inout LakeReport
  ) {
    var figures = LakeReport.Model(model.name, layer: .silver, source: source)
    if let outcome = build.outcomes[model.name] {
      (figures.read, figures.rejected, figures.rows) = (outcome.rowsRead, outcome.rejected, outcome.rows)
    }
    let written = build.written[model.name] ?? .init()
    figures.partitions = written.staged.count
    if figures.read > 0 || figures.partitions > 0 { report.models.append(figures) }
    plan.put(written, of: model.name, under: build.target, at: now)
    var state = transformed[model.name] ?? TransformState(entity: model.name)
    var mark = TransformState.Source(runID: context.runID, updatedAt: now, modelHash: model.hash)
    if !isWhole { mark.parts = state.sources[source]?.parts ?? [:] }
    for part in parts { mark.parts[part.path] = part.bytes }
    mark.ingestedAt = build.outcomes[model.name]?.ingestedAt ?? state.sources[source]?.ingestedAt
    guard !mark.parts.isEmpty || state.sources[source] != nil else { return }
    state.sources[source] = mark
    transformed[model.name] = state
    plan.transformed.removeAll { $0.entity == model.name }
    plan.transformed.append(state)
  }

  private var now: String { context.clock.now.rfc3339 }

  private func stageGold(
    _ engine: LakeEngine, _ accepted: [String: AcceptedModel], _ changed: Set<String>, buildsAll: Bool,
    _ plan: inout Promotion, _ report: inout LakeReport
  ) async throws {
    let begun = ContinuousClock.now
    let models = try ModelFile.gold()
    var build = GoldBuild(
      engine, models: models, target: LakePath.staging(of: context.runID),
      day: options.asOf?.day ?? String(now.prefix(10)), changed: changed, buildsAll: buildsAll)
    let done = Counter()
    try await build.run(accepted: accepted) { [options] in
      options.onProgress(.init(stage: "gold", model: $0, done: done.next(), total: models.count))
    }
    for (model, written) in build.results {
      var figures = LakeReport.Model(model.name, layer: .gold)
      figures.rows = written.files.reduce(0) { $0 + $1.rows }
      figures.partitions = written.staged.count
      report.models.append(figures)
      plan.put(written, of: model.name, under: LakePath.staging(of: context.runID), at: now, hash: model.hash)
      plan.keepOnly(written.files, of: model.name, under: LakePath.gold(model.name))
    }
    report.seconds["gold", default: 0] += (ContinuousClock.now - begun) / .seconds(1)
  }

  // MARK: accepting

  private func checkAndAccept(_ report: inout LakeReport) async throws {
    let begun = ContinuousClock.now
    // What a broken off replay as of a moment has left there is for nobody: its bronze is in another lake.
    let isLeft = try options.asOf == nil && LakePast.of(lake) != nil
    let staged = isLeft ? nil : try Promotion.staged(in: lake)
    let engine = try await LakeEngine(lake, bronze: options.asOf?.bronze, limits: options.limits)
    let checks = try QualityChecks(
      engine, tables: LakeTables(lake, with: staged), staged: staged, options: options, now: context.clock.now)
    report.findings += try await checks.run { [options] in options.onProgress($0) }
    report.seconds["quality", default: 0] += (ContinuousClock.now - begun) / .seconds(1)
    guard var staged else { return }
    report.isStaged = true
    guard report.failures.isEmpty else { return }
    let promoted = ContinuousClock.now
    staged.manifest = try manifest(of: staged, report)
    try staged.promote(in: lake)
    (report.isStaged, report.isPromoted) = (false, true)
    report.seconds["promote", default: 0] += (ContinuousClock.now - promoted) / .seconds(1)
  }
}

extension Lake {
  /// What the run made, as its manifest tells it.
  private func manifest(of staged: Promotion, _ report: LakeReport) throws -> RunManifest {
    let files = staged.accepted.flatMap { model in model.files.map { (model.model, $0) } }
    let places = Dictionary(staged.moves.map { ($0.to, $0.from) }) { $1 }
    let sizes = try lake.sizes(of: staged.moves.map(\.from))
    var manifest = RunManifest(
      runID: staged.runID, command: context.command, source: options.sources.joined(separator: ","),
      startedAt: report.startedAt, finishedAt: context.clock.now.rfc3339, status: "done", inputs: [:], written: [],
      counts: ["parts": report.parts, "rejected": report.models.reduce(0) { $0 + $1.rejected }])
    if let asOf = options.asOf { manifest.inputs = ["as_of": asOf.moment, "bronze": asOf.bronze.location(of: "")] }
    manifest.outputs = files.compactMap { model, file in
      places[file.path].map { place in
        RunManifest.Output(
          path: file.path, entity: model, lines: file.rows, bytes: sizes[place] ?? 0, sha256: file.sha256)
      }
    }
    manifest.seconds = report.seconds
    manifest.versions = ["duckdb": try DuckDBLibrary.version]
    return manifest
  }
}

/// Counts up from 0.
private final class Counter {
  private var value = 0

  func next() -> Int {
    defer { value += 1 }
    return value
  }
}
