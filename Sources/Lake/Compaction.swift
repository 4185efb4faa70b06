import BronzeStore
import PlatformCore

/// What a compaction changes; as `_state/compaction/<source>.json` the journal of one under way.
///
/// Once the journal stands, it happens: whoever is killed on the way leaves it to the next run. Everything in it can
/// be done twice, and between any two steps each line that is kept is there at least once.
struct Compaction: Codable, Sendable, Equatable {
  let runID: String
  let source: String
  /// The compacted parts, from where they were made to their places.
  var moves: [Promotion.Move] = []
  /// The parts that give way to them, by entity.
  var removals: [String: [String]] = [:]
  /// What is noted of the run.
  var manifest: RunManifest
  /// What is noted of lines that were left out.
  var retention: Retention?

  enum CodingKeys: String, CodingKey {
    case source, moves, removals, manifest, retention
    case runID = "run_id"
  }

  /// Compacts; the caller holds the locks of the models and of the source.
  ///
  /// - Throws: `output` or `inputOutput`; after the journal is written the next run goes on with it.
  func accept(in lake: LakeFolder) throws {
    lake.syncFolders(of: moves.map { Promotion.folder(of: $0.from) })
    try lake.write(self, to: BronzeState.compactionPath(of: source))
    try complete(in: lake)
  }

  private func complete(in lake: LakeFolder) throws {
    let there = try lake.sizes(of: moves.flatMap { [$0.from, $0.to] })
    // Before any is moved: half of them would hold lines twice.
    for move in moves where there[move.from] == nil && there[move.to] == nil { throw gone(move, lake) }
    for move in try lake.move(moves.map { ($0.from, $0.to) }) where try lake.size(of: move.to) == nil {
      throw gone(Promotion.Move(from: move.from, to: move.to), lake)
    }
    lake.syncFolders(of: moves.map { Promotion.folder(of: $0.to) })
    try note(in: lake)
    // Before the lines go: a past moment must not be built without them.
    if let retention { try retention.extend(in: lake, of: source) }
    try exchange(in: lake)
    try lake.remove(removals.values.flatMap(\.self))
    try lake.removeFolder(LakePath.staging(of: runID))
    try lake.remove(BronzeState.compactionPath(of: source))
  }

  private func gone(_ move: Promotion.Move, _ lake: LakeFolder) -> PlatformError {
    PlatformError(
      .inputOutput, "a compacted part is gone before it was accepted",
      context: ["file": lake.location(of: move.from)],
      nextStep: "nothing is lost, the parts it was made of are there: remove "
        + "\(lake.location(of: BronzeState.compactionPath(of: source))), then: okapi lake compact")
  }

  /// The run's manifest, beside what others with its id have noted; once.
  private func note(in lake: LakeFolder) throws {
    let state = BronzeState(lake: lake, source: source)
    if let known = try state.manifest(of: runID), manifest.outputs.allSatisfy(known.outputs.contains) { return }
    try state.add(manifest)
  }

  /// Silver holds the compacted parts already: as those that they were made of.
  func exchange(in lake: LakeFolder) throws {
    for (entity, gone) in removals {
      let path = LakePath.transformed(entity)
      guard var state: TransformState = try lake.document(path), var mark = state.sources[source] else { continue }
      for path in gone { mark.parts[path] = nil }
      for output in manifest.outputs where output.entity == entity { mark.parts[output.path] = output.bytes }
      guard mark != state.sources[source] else { continue }
      state.sources[source] = mark
      try lake.write(state, to: path)
    }
  }

  /// The sources of which a compaction was broken off.
  static func brokenOff(in lake: LakeFolder) throws -> [String] {
    try lake.names(in: "_state/compaction").filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
  }

  /// Goes on with a compaction that was broken off; answers its run. The caller holds both locks.
  static func recover(_ source: String, in lake: LakeFolder) throws -> String? {
    guard let left: Compaction = try lake.document(BronzeState.compactionPath(of: source)) else { return nil }
    try left.complete(in: lake)
    return left.runID
  }
}

/// Since when a source's bronze is whole, as of what came before older versions were left out:
/// `_state/retention/<source>.json`.
struct Retention: Codable, Sendable, Equatable {
  /// The earliest moment that can be looked back to, RFC 3339 with milliseconds.
  var horizon: String
  /// The run that last moved it.
  var runID: String

  enum CodingKeys: String, CodingKey {
    case horizon
    case runID = "run_id"
  }

  /// What is known of a source; nil where nothing was ever left out.
  static func of(_ source: String, in lake: LakeFolder) throws -> Retention? {
    try lake.document(BronzeState.retentionPath(of: source))
  }

  /// Notes it, unless a later horizon stands there.
  func extend(in lake: LakeFolder, of source: String) throws {
    if let known = try Self.of(source, in: lake), known.horizon >= horizon { return }
    try lake.write(self, to: BronzeState.retentionPath(of: source))
  }
}
