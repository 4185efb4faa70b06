import BronzeStore
import Foundation
import PlatformCore

extension Lake {
  /// Puts the parts of closed days together and packs them; with `keepDays` leaves out what newer lines supersede.
  ///
  /// Silver, gold and every moment that can be looked back to stay the same. Only what silver has read is touched.
  /// - Parameter confirm: asked before lines are left out for good; throws to break it off.
  /// - Throws: `temporary` while somebody else is at work, or something is staged; `data` for damaged bronze;
  ///   `output` or `inputOutput`.
  package func compact(
    _ wanted: CompactOptions, of source: String, confirm: (CompactReport) throws -> Void = { _ in }
  ) async throws -> CompactReport {
    let begun = ContinuousClock.now
    try LakePast.refuse(lake)
    let models = try await lockModels()
    defer { withExtendedLifetime(models) {} }
    let recovered = try await completeCompactions()
    var report = CompactReport(
      runID: context.runID, source: source, before: day(before: wanted.olderThanDays), isDryRun: wanted.isDryRun)
    report.recoveredRunID = try Promotion.recover(in: lake) ?? recovered
    // Its checks read the parts that it names.
    if let staged = try Promotion.staged(in: lake) {
      throw PlatformError(
        .temporary, "a run is staged and waits for its checks", cause: "it has read the bronze there is",
        context: ["run": staged.runID], nextStep: "okapi lake quality, or okapi lake run; then compact again")
    }
    let lock = try await lockBronze(of: source)
    defer { withExtendedLifetime(lock) {} }
    if !wanted.isDryRun { try lake.removeFolder(LakePath.staging) }
    do {
      try await compact(wanted, of: source, &report, confirm)
    } catch {
      // After the journal stands nothing is taken back: the next run goes on with it.
      if !wanted.isDryRun, try lake.size(of: BronzeState.compactionPath(of: source)) == nil {
        try lake.removeFolder(LakePath.staging)
      }
      throw error
    }
    report.seconds = (ContinuousClock.now - begun) / .seconds(1)
    return report
  }

  /// Completes compactions that were broken off; answers the last one's run.
  func completeCompactions() async throws -> String? {
    var run: String?
    for source in try Compaction.brokenOff(in: lake) {
      let lock = try await lockBronze(of: source)
      defer { withExtendedLifetime(lock) {} }
      run = try Compaction.recover(source, in: lake) ?? run
    }
    return run
  }

  private func lockBronze(of source: String) async throws -> LakeLock {
    try await LakeLock.take(in: lake, of: source, for: context, waits: options.waits, onWait: told)
  }

  /// The UTC day that was so many days ago.
  private func day(before days: Int) -> String {
    String(context.clock.now.addingTimeInterval(-86_400 * Double(days)).rfc3339.prefix(10))
  }

  private func compact(
    _ wanted: CompactOptions, of source: String, _ report: inout CompactReport,
    _ confirm: (CompactReport) throws -> Void
  ) async throws {
    let plan = try CompactionPlan(lake, source: source, before: report.before, streamsBefore: day(before: 1))
    report.left = plan.left
    let survey = try await survey(wanted, plan, source, before: report.before)
    let rewriter = BronzeRewriter(lake: lake, source: source, fileBytes: wanted.partBytes)
    var work = CompactionWork(lake, source: source, runID: context.runID, startedAt: context.clock.now.rfc3339)
    for (place, group) in plan.groups.enumerated() {
      options.onProgress(
        .init(stage: "compact", model: "\(group.entity) \(group.day)", done: place, total: plan.groups.count))
      var drops: Set<BronzeLineKey> = []
      if let survey, group.day < survey.horizon.day {
        drops = try await survey.superseded(group.entity, on: group.day, limit: wanted.dropLimit)
      }
      guard group.isLoose || !drops.isEmpty else { continue }
      let folder = "\(LakePath.staging(of: context.runID))/files/\(group.entity)/\(group.day)"
      let outcome = try await rewriter.rewrite(
        group.parts.map(\.part),
        into: wanted.isDryRun ? nil : lake.workplace(for: folder, scratch: options.limits.scratch), dropping: drops)
      guard group.isLoose || outcome.droppedLines > 0 else { continue }
      report.count(group, outcome)
      if !wanted.isDryRun { try work.stage(group, outcome) }
    }
    report.horizon = try Retention.of(source, in: lake)?.horizon
    if report.droppedLines > 0, let survey { report.horizon = max(survey.horizon.moment, report.horizon ?? "") }
    guard !wanted.isDryRun, !report.entities.isEmpty else { return }
    if report.droppedLines > 0, let survey {
      try await survey.requireSame(from: work.parts(after: plan, before: survey.horizon.day))
      try confirm(report)
    }
    let compaction = compaction(work, report)
    try wanted.onStaged(compaction)
    try compaction.accept(in: lake)
  }

  private func survey(
    _ wanted: CompactOptions, _ plan: CompactionPlan, _ source: String, before: String
  ) async throws -> RetentionSurvey? {
    guard let days = wanted.keepDays, let date = Date(rfc3339: min(day(before: days), before) + "T00:00:00Z") else {
      return nil
    }
    let horizon = try LakeAsOf(date, of: lake, now: context.clock.now)
    let groups = plan.groups.filter { $0.day < horizon.day }
    guard !groups.isEmpty else { return nil }
    options.onProgress(.init(stage: "compact", model: "silver as of \(horizon.day)", done: 0, total: plan.groups.count))
    return try await RetentionSurvey(
      of: source, options, horizon: horizon, parts: groups.paths, runID: context.runID)
  }

  private func compaction(_ work: CompactionWork, _ report: CompactReport) -> Compaction {
    var manifest = RunManifest(
      runID: context.runID, command: context.command, source: report.source, startedAt: work.startedAt,
      finishedAt: context.clock.now.rfc3339, status: "done", inputs: [:], written: [],
      counts: [
        "compacted_parts": report.entities.reduce(0) { $0 + $1.parts }, "dropped_lines": report.droppedLines,
      ])
    manifest.outputs = work.outputs
    var compaction = Compaction(runID: context.runID, source: report.source, manifest: manifest)
    compaction.moves = work.moves
    compaction.removals = work.removals
    if report.droppedLines > 0, let horizon = report.horizon {
      compaction.manifest.inputs["horizon"] = horizon
      compaction.retention = Retention(horizon: horizon, runID: context.runID)
    }
    return compaction
  }
}

extension [CompactionPlan.Group] {
  /// The paths of the parts, by entity.
  fileprivate var paths: [String: [String]] {
    Dictionary(grouping: self, by: \.entity).mapValues { $0.flatMap { $0.parts.map(\.part.path) } }
  }
}

extension CompactReport {
  fileprivate mutating func count(_ group: CompactionPlan.Group, _ outcome: BronzeRewriter.Outcome) {
    if entities.last?.entity != group.entity { entities.append(.init(entity: group.entity)) }
    var entity = entities.removeLast()
    entity.days += 1
    entity.parts += group.parts.count
    entity.lines += outcome.lines
    entity.bytes += group.bytes
    entity.partsAfter += max(1, outcome.files.count)
    entity.droppedLines += outcome.droppedLines
    entity.bytesAfter += outcome.bytes
    entities.append(entity)
  }
}

/// What a compaction has staged.
private struct CompactionWork {
  let startedAt: String
  private let lake: LakeFolder
  private let source: String
  private let runID: String
  private let state: BronzeState
  private var manifests: [String: RunManifest?] = [:]
  private(set) var moves: [Promotion.Move] = []
  private(set) var removals: [String: [String]] = [:]
  private(set) var outputs: [RunManifest.Output] = []

  init(_ lake: LakeFolder, source: String, runID: String, startedAt: String) {
    self.startedAt = startedAt
    self.lake = lake
    self.source = source
    self.runID = runID
    state = BronzeState(lake: lake, source: source)
  }

  /// Takes the files of a day to the staging folder of the lake.
  mutating func stage(_ group: CompactionPlan.Group, _ outcome: BronzeRewriter.Outcome) throws {
    let staging = LakePath.staging(of: runID)
    let replaced = try replaced(group)
    var number = 0
    func part() -> BronzePart {
      BronzePart(
        source: source, entity: group.entity, day: group.day, runID: runID, number: number, isCompacted: true)
    }
    let folder = part().path.split(separator: "/").dropLast().joined(separator: "/")
    // A run of this id may have written there before.
    let taken = Set(try lake.names(in: folder).map { $0.prefix { $0 != "." } })
    for file in outcome.files {
      while taken.contains(part().path.split(separator: "/").last?.prefix { $0 != "." } ?? "") { number += 1 }
      let path = part().path
      number += 1
      try lake.publish(file.path, as: "\(staging)/\(path)", sha256: file.sha256)
      moves.append(.init(from: "\(staging)/\(path)", to: path))
      outputs.append(
        .init(
          path: path, entity: group.entity, lines: file.lines, bytes: file.bytes, sha256: file.sha256,
          compacted: .init(bytes: file.lineBytes, replaced: replaced)))
    }
    removals[group.entity, default: []] += group.parts.map(\.part.path)
  }

  /// The parts of a day, and what those of them that are compacted took the place of.
  private mutating func replaced(_ group: CompactionPlan.Group) throws -> [String: Int] {
    var replaced: [String: Int] = [:]
    for (part, bytes) in group.parts {
      replaced[part.path] = bytes
      guard part.isCompacted else { continue }
      if manifests[part.runID] == nil { manifests[part.runID] = .some(try state.manifest(of: part.runID)) }
      let output = (manifests[part.runID] ?? nil)?.outputs.last { $0.path == part.path }
      replaced.merge(output?.compacted?.replaced ?? [:]) { own, _ in own }
    }
    return replaced
  }

  /// The parts before a day as they will be, where they lie now.
  func parts(after plan: CompactionPlan, before day: String) -> [String: [String]] {
    let gone = Set(removals.values.flatMap(\.self))
    var parts = plan.groups.filter { $0.day < day }.paths.mapValues { $0.filter { !gone.contains($0) } }
    for (move, output) in zip(moves, outputs) where move.to.dayOfPart.map({ $0 < day }) ?? false {
      parts[output.entity, default: []].append(move.from)
    }
    return parts
  }
}

extension String {
  /// The day that a part's path names.
  fileprivate var dayOfPart: String? {
    split(separator: "/").first { $0.hasPrefix("dt=") }.map { String($0.dropFirst(3)) }
  }
}
