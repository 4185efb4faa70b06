import Foundation
package import PlatformCore

/// What a source's runs remember in `_state`: each file is replaced whole, so a kill leaves the old or the new one.
///
/// Only the holder of the lake's lock writes here, and only after the bronze it speaks of is synced. Calls block.
package struct BronzeState: Sendable {
  private let lake: LakeFolder
  private let source: String

  /// The state of a source of a lake.
  package init(lake: LakeFolder, source: String) {
    self.lake = lake
    self.source = source
  }

  /// The cursor into the event feed; nil before the first.
  ///
  /// - Throws: `data` for a file that holds something else, `inputOutput`.
  package func feed<Cursor: Decodable>(_ type: Cursor.Type = Cursor.self) throws(PlatformError) -> Cursor? {
    try read(feedPath)
  }

  /// Moves the cursor into the event feed.
  ///
  /// - Throws: `output` or `inputOutput`.
  package func setFeed(_ cursor: some Encodable) throws(PlatformError) { try write(cursor, to: feedPath) }

  /// What is done of an entity's backfill; nil where none is under way.
  ///
  /// - Throws: `data` for a file that holds something else, `inputOutput`.
  package func checkpoint<Checkpoint: Decodable>(
    of entity: String, _ type: Checkpoint.Type = Checkpoint.self
  ) throws(PlatformError) -> Checkpoint? { try read(checkpointPath(entity)) }

  /// Notes what is done of an entity's backfill.
  ///
  /// - Throws: `output` or `inputOutput`.
  package func setCheckpoint(_ checkpoint: some Encodable, of entity: String) throws(PlatformError) {
    try write(checkpoint, to: checkpointPath(entity))
  }

  /// Forgets an entity's backfill.
  ///
  /// - Throws: `inputOutput`.
  package func removeCheckpoint(of entity: String) throws(PlatformError) {
    try lake.remove(checkpointPath(entity))
  }

  /// Whose account the source's bronze is; nil before the first object.
  ///
  /// - Throws: `data` for a file that holds something else, `inputOutput`.
  package func account() throws(PlatformError) -> SourceAccount? { try read(accountPath) }

  /// Notes whose account the source's bronze is.
  ///
  /// - Throws: `output` or `inputOutput`.
  package func setAccount(_ account: SourceAccount) throws(PlatformError) { try write(account, to: accountPath) }

  /// Writes what a run did, under its id.
  ///
  /// - Throws: `output` or `inputOutput`.
  package func write(_ manifest: RunManifest) throws(PlatformError) {
    try write(manifest, to: "_state/manifests/run_\(manifest.runID).json")
  }

  /// Writes what a step of a run did, beside what its earlier steps did.
  ///
  /// - Throws: `data` where the file holds something else, `output` or `inputOutput`.
  package func add(_ manifest: RunManifest) throws(PlatformError) {
    let earlier = try self.manifest(of: manifest.runID)
    try write(earlier.map(manifest.following) ?? manifest)
  }

  /// What a run did; nil where it left nothing.
  ///
  /// - Throws: `data` for a file that holds something else, `inputOutput`.
  package func manifest(of runID: String) throws(PlatformError) -> RunManifest? {
    try read("_state/manifests/run_\(runID).json")
  }

  /// Forgets the source: its state and its bronze. The manifests of its runs stay.
  ///
  /// - Throws: `inputOutput`.
  package func removeEverything() throws(PlatformError) {
    // The cursor first: without it everything is read anew, whatever is left by a kill.
    try lake.remove(feedPath)
    try lake.remove(Self.compactionPath(of: source))
    try lake.remove(accountPath)
    try lake.removeFolder("_state/checkpoints/\(source)")
    try lake.removeFolder(BronzePart.folder(source))
    try lake.remove(Self.retentionPath(of: source))
  }

  /// The runs that a listing of an entity under way has read by; none where none is under way.
  ///
  /// - Throws: `data` for a file that holds something else, `inputOutput`.
  package func runsUnderWay(of entity: String) throws(PlatformError) -> Set<String> {
    struct Runs: Decodable { let runs: [String] }
    return Set(try checkpoint(of: entity, Runs.self)?.runs ?? [])
  }

  /// Where the journal of a compaction of a source lies in the lake.
  package static func compactionPath(of source: String) -> String { "_state/compaction/\(source).json" }

  /// Where a source remembers since when its bronze is whole.
  package static func retentionPath(of source: String) -> String { "_state/retention/\(source).json" }

  private var accountPath: String { "_state/account/\(source).json" }
  private var feedPath: String { "_state/feed/\(source).json" }
  private func checkpointPath(_ entity: String) -> String { "_state/checkpoints/\(source)/\(entity).json" }

  private func read<Value: Decodable>(_ path: String) throws(PlatformError) -> Value? {
    guard let bytes = try lake.read(path) else { return nil }
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
      throw PlatformError(
        .data, "a state file of the lake is damaged", cause: "\(error)", context: ["file": lake.location(of: path)],
        nextStep: "restore the file, or remove it: what it remembers is then done again")
    }
  }

  private func write(_ value: some Encodable, to path: String) throws(PlatformError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try lake.replace(path, with: Array(encoder.encode(value)) + [UInt8(ascii: "\n")])
    } catch let error as PlatformError {
      throw error
    } catch {
      throw PlatformError(.bug, "a state cannot be written as JSON", cause: "\(error)", context: ["file": path])
    }
  }
}
