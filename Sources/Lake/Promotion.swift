import BronzeStore
import PlatformCore

/// What a staged run will change when it is accepted; as `_state/promotion.json` the journal of an acceptance under
/// way.
///
/// Once the journal stands, the acceptance happens: whoever is killed on the way leaves it to the next run.
/// Everything in it can be done twice.
package struct Promotion: Codable, Sendable, Equatable {
  /// One file and its place.
  struct Move: Codable, Sendable, Equatable {
    let from: String
    let to: String
  }

  /// The run that staged it.
  package let runID: String
  /// The files to put in their places.
  var moves: [Move] = []
  /// The models as they will be.
  var accepted: [AcceptedModel] = []
  /// How far the entities will be.
  var transformed: [TransformState] = []
  /// The parts of bronze that were read, by source: the checks read them again.
  var read: [String: [String]] = [:]
  /// The ids of records that broke their declared shape, by entity.
  var rejected: [String: [String]] = [:]
  /// What was found wrong on the way.
  var findings: [QualityFinding] = []
  /// What is noted of the run once it is accepted.
  var manifest: RunManifest?

  init(runID: String) { self.runID = runID }

  enum CodingKeys: String, CodingKey {
    case moves, accepted, transformed, read, rejected, findings, manifest
    case runID = "run_id"
  }

  /// Whether nothing would change.
  var isEmpty: Bool { moves.isEmpty && accepted.isEmpty && transformed.isEmpty }

  /// Leaves it beside the staged files, once these are on the disk with the entries of their folders.
  func stage(in lake: LakeFolder) throws {
    lake.syncFolders(of: moves.map { Self.folder(of: $0.from) })
    try lake.write(self, to: LakePath.plan(of: runID))
  }

  static func folder(of path: String) -> String { String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) }

  /// Accepts what is staged; the caller holds the lock of the models.
  ///
  /// - Throws: `output` or `inputOutput`; after the journal is written the next run goes on with it.
  func promote(in lake: LakeFolder) throws {
    try lake.write(self, to: LakePath.journal)
    try complete(in: lake)
  }

  private func complete(in lake: LakeFolder) throws {
    for move in try lake.move(moves.map { ($0.from, $0.to) }) where try lake.size(of: move.to) == nil {
      throw PlatformError(
        .inputOutput, "a staged file is gone before it was accepted", context: ["file": lake.location(of: move.from)],
        nextStep: "okapi lake replay builds silver and gold anew from bronze")
    }
    lake.syncFolders(of: moves.map { Self.folder(of: $0.to) })
    for model in accepted { try lake.write(model, to: LakePath.accepted(model.model)) }
    for state in transformed { try lake.write(state, to: LakePath.transformed(state.entity)) }
    try note(in: lake)
    try lake.removeFolder(LakePath.staging(of: runID))
    try lake.remove(LakePath.journal)
  }

  /// Writes what the run made into its manifest, beside what its extraction read; once.
  private func note(in lake: LakeFolder) throws {
    guard let manifest else { return }
    let state = BronzeState(lake: lake, source: manifest.source)
    if let known = try state.manifest(of: runID), manifest.outputs.allSatisfy(known.outputs.contains) { return }
    try state.add(manifest)
  }

  /// Goes on with an acceptance that was broken off; answers its run.
  static func recover(in lake: LakeFolder) throws -> String? {
    guard let left: Promotion = try lake.document(LakePath.journal) else { return nil }
    try left.complete(in: lake)
    return left.runID
  }

  /// Forgets an acceptance that was broken off and cannot be completed; for who builds everything anew.
  static func abandon(in lake: LakeFolder) throws { try lake.remove(LakePath.journal) }

  /// What a run has staged and nobody accepted yet; nil where there is none, or it was broken off.
  static func staged(in lake: LakeFolder) throws -> Promotion? {
    for run in try lake.names(in: LakePath.staging).reversed() {
      if let plan: Promotion = try lake.document("\(LakePath.staging)/\(run)/plan.json") { return plan }
    }
    return nil
  }

  /// Adds what was written of a model.
  mutating func put(
    _ written: PartitionWriter.Written, of model: String, under target: String, at now: String, hash: String? = nil
  ) {
    guard !written.staged.isEmpty || !written.emptied.isEmpty || hash != nil else { return }
    moves += written.staged.map { Move(from: "\(target)/\($0.path)", to: $0.path) }
    var known = take(model) ?? AcceptedModel(model: model, runID: runID, updatedAt: now, files: [])
    let new = Set(written.files.map(\.path) + written.emptied)
    known.files = (known.files.filter { !new.contains($0.path) } + written.files).sorted { $0.path < $1.path }
    (known.runID, known.updatedAt, known.modelHash) = (runID, now, hash)
    accepted.append(known)
  }

  /// Leaves out files below a folder that were not written this time, where all of it was.
  mutating func keepOnly(_ files: [LakeFile], of model: String, under folder: String) {
    guard var known = take(model) else { return }
    known.files.removeAll { $0.path.hasPrefix(folder + "/") && !files.contains($0) }
    accepted.append(known)
  }

  private mutating func take(_ model: String) -> AcceptedModel? {
    accepted.firstIndex { $0.model == model }.map { accepted.remove(at: $0) }
  }
}
