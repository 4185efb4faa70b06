import BronzeStore
import Foundation
import JSONReader
import PlatformCore
import StripeModel
import TestSupport

@testable import Lake

/// A lake with bronze of several days, and what it is asked for. Days are those of November 2026.
struct CompactionLab {
  /// One object as it was seen.
  struct Seen {
    let entity: String
    let data: String
    let second: Int64
    let sequence: Int64
    let ingestedAt: Date

    init(_ entity: String, _ data: String, at moment: String, ingested: String? = nil, sequence: Int64 = 1) {
      (self.entity, self.data, self.sequence) = (entity, data, sequence)
      second = Int64(CompactionLab.date(moment).timeIntervalSince1970)
      ingestedAt = CompactionLab.date(ingested ?? moment)
    }
  }

  let folder: TemporaryDirectory
  let lake: LakeFolder
  var now = CompactionLab.date("10T12:00")

  init() throws {
    folder = try TemporaryDirectory()
    lake = LakeFolder(root: folder.url.appending(path: "lake"))
  }

  /// The same over a copy of the lake.
  init(copying other: CompactionLab) throws {
    try self.init()
    now = other.now
    try FileManager.default.copyItem(at: other.lake.root, to: lake.root)
  }

  /// `03T08:30` of the month of the tests.
  static func date(_ text: String) -> Date { Date(rfc3339: "2026-11-\(text):00Z") ?? .distantPast }

  /// Writes what one run brought, each line at its own moment, with the run's manifest.
  func write(_ run: String, _ seen: [Seen]) async throws {
    let clock = ClockBox()
    let writer = BronzeWriter(lake: lake, source: "stripe", runID: run, clock: WallClock { clock.now })
    for one in seen.sorted(by: { $0.ingestedAt < $1.ingestedAt }) {
      clock.now = one.ingestedAt
      try await writer.append(
        [ArraySlice(one.data.utf8)], to: one.entity,
        observed: BronzeObservation(
          observedAt: one.second, sequence: one.sequence, apiVersion: "2026-10-28.endive", correlationID: nil))
    }
    try await writer.finish()
    try BronzeState(lake: lake, source: "stripe").write(
      RunManifest(
        runID: run, command: "fetch", source: "stripe", startedAt: "", finishedAt: "", status: "done", inputs: [:],
        written: await writer.written, counts: [:]))
  }

  /// A run id says nothing of the order of runs.
  func lake(_ run: String = "compact-1", asOf: String? = nil) throws -> Lake {
    let scratch = folder.url.appending(path: "scratch/\(UUID().uuidString)")
    let target = asOf.map { _ in LakeFolder(root: folder.url.appending(path: "past/\(UUID().uuidString)")) }
    var options = LakeOptions(
      lake: target ?? lake, sources: ["stripe"], limits: .init(scratch: scratch), rejectFolder: scratch)
    options.asOf = try asOf.map { try LakeAsOf(Self.date($0), of: lake, now: now) }
    return Lake(
      options,
      context: RunContext(
        runID: run, command: "test", log: Log(runID: run, command: "test") { _ in }, clock: .fixed(now)))
  }

  @discardableResult
  func run(_ run: String = "run-1") async throws -> LakeReport { try await lake(run).run() }

  /// What a replay accepts, by path, with the hashes; nothing else may have changed.
  func replayed() async throws -> [String: String] {
    _ = try await lake("replay-\(UUID().uuidString)").run(fromBronzeAlone: true)
    return try Self.accepted(lake)
  }

  /// What was known at a moment, by path, with the hashes.
  func known(at moment: String) async throws -> [String: String] {
    let past = try lake("past", asOf: moment)
    _ = try await past.run()
    return try Self.accepted(past.lake)
  }

  static func accepted(_ lake: LakeFolder) throws -> [String: String] {
    let files = try lake.acceptedModels().values.flatMap(\.files)
    return Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.sha256) })
  }

  @discardableResult
  func compact(
    _ run: String = "compact-1", olderThan: Int = 2, keep: Int? = nil,
    _ change: (inout CompactOptions) -> Void = { _ in }
  ) async throws -> CompactReport {
    var options = CompactOptions()
    (options.olderThanDays, options.keepDays) = (olderThan, keep)
    change(&options)
    return try await lake(run).compact(options, of: "stripe")
  }

  /// The parts of bronze, of one entity or all.
  func parts(_ entity: String? = nil) throws -> [String] {
    let reader = BronzeReader(lake: lake, source: "stripe")
    return try reader.entities().filter { entity == nil || $0 == entity }.flatMap {
      try reader.parts(of: $0).map(\.path)
    }
  }

  /// The lines of all parts of an entity as they stand there, sorted.
  func lines(_ entity: String) throws -> [String] {
    var lines: [String] = []
    let reader = BronzeReader(lake: lake, source: "stripe")
    for part in try reader.parts(of: entity) {
      let open = try reader.open(part)
      while let batch = try open.next() {
        // The bytes behind the lines are padding.
        lines += batch.records.bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
          .filter { $0.hasPrefix("{") }
      }
    }
    return lines.sorted()
  }

  /// Every file of the lake with its bytes; locks, which come and go, left out.
  func files() throws -> [String: Data] {
    var files: [String: Data] = [:]
    let root = lake.root.path
    for name in try FileManager.default.subpathsOfDirectory(atPath: root) where !name.contains("locks/") {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(root)/\(name)", isDirectory: &isFolder)
      if !isFolder.boolValue { files[name] = try Data(contentsOf: URL(filePath: "\(root)/\(name)")) }
    }
    return files
  }

  func transformed(_ entity: String) throws -> [String: Int] {
    let state: TransformState? = try lake.document(LakePath.transformed(entity))
    return state?.sources["stripe"]?.parts ?? [:]
  }
}

/// A clock that a test sets.
private final class ClockBox: @unchecked Sendable {  // one task sets and reads it
  var now = Date.distantPast
}
