import BronzeStore
import Foundation
import Ingest
import PlatformCore
import TestSupport
import Testing

/// Compacted bronze loads like that which it was made of, and what was loaded is not loaded again.
@Suite struct IngestCompactedTests {
  /// Puts all parts of an entity together, as `okapi lake compact` does.
  private static func compact(_ entity: String, of bronze: BronzeLoad, run: String, noting: Bool = true) async throws {
    let parts = try bronze.reader.sizedParts(of: entity)
    let day = try #require(parts.first?.part.day)
    let new = BronzePart(source: "stripe", entity: entity, day: day, runID: run, number: 0, isCompacted: true)
    let file = bronze.lake.root.appending(path: new.path)
    let outcome = try await BronzeRewriter(lake: bronze.lake, source: "stripe")
      .rewrite(parts.map(\.part), into: file.deletingLastPathComponent().path)
    try bronze.lake.remove(parts.map(\.part.path))
    guard noting else { return }
    var manifest = RunManifest(
      runID: run, command: "lake compact", source: "stripe", startedAt: "", finishedAt: "", status: "done",
      inputs: [:], written: [], counts: [:])
    let replaced = Dictionary(uniqueKeysWithValues: parts.map { ($0.part.path, $0.bytes ?? 0) })
    manifest.outputs = outcome.files.map {
      .init(
        path: new.path, entity: entity, lines: $0.lines, bytes: $0.bytes, sha256: $0.sha256,
        compacted: .init(bytes: $0.lineBytes, replaced: replaced))
    }
    try BronzeState(lake: bronze.lake, source: "stripe").write(manifest)
  }

  private static func fill(_ bronze: BronzeLoad) async throws {
    let seen = { (name: String, second: Int64) in
      (0..<30).map { BronzeLoad.read(StripeObjects.customer("cus_\($0)", name: name), at: second) }
    }
    try await bronze.append("customers", seen("Ada", 1000), run: "run-1")
    try await bronze.append("customers", Array(seen("Bo", 1010).prefix(10)), run: "run-2")
  }

  @Test("what was loaded to its end is passed when it comes back compacted; a replay reads it all the same")
  func passed() async throws {
    try await BronzeLoad.run { bronze in
      try await Self.fill(bronze)
      _ = try await bronze.load()
      let before = try await bronze.lab.fingerprint(withMoments: true)
      try await Self.compact("customers", of: bronze, run: "pack")
      #expect(try await bronze.load().bronze?.lines == 0)
      #expect(try await bronze.load().bronze?.lines == 0)
      let replay = try await bronze.load { $0.replays = true }
      #expect(replay.bronze?.lines == 40 && replay.changedRows == 0)
      #expect(try await bronze.lab.fingerprint(withMoments: true) == before)
    }
  }

  @Test("what was not loaded, or of which nobody knows, is read from the compacted part, once or without effect")
  func read() async throws {
    try await BronzeLoad.run { bronze in
      try await Self.fill(bronze)
      _ = try await bronze.load()
      try await bronze.append(
        "customers", [BronzeLoad.read(StripeObjects.customer("cus_99"), at: 1020)], run: "run-3")
      let before = try await bronze.lab.fingerprint(withMoments: true)
      try await Self.compact("customers", of: bronze, run: "pack")
      let report = try await bronze.load()
      #expect(report.bronze?.lines == 41 && report.changedRows == 1)
      #expect(try await bronze.lab.fingerprint(withMoments: true) != before)
      #expect(try await bronze.load().bronze?.lines == 0)
      try await Self.compact("customers", of: bronze, run: "again", noting: false)
      let unknown = try await bronze.load()
      #expect(unknown.bronze?.lines == 41 && unknown.changedRows == 0)
    }
  }

  @Test("a compacted part that is cut fails by its name, and the rest loads")
  func damaged() async throws {
    try await BronzeLoad.run { bronze in
      try await Self.fill(bronze)
      try await Self.compact("customers", of: bronze, run: "pack")
      let part = try #require(try bronze.reader.parts(of: "customers").first)
      let file = bronze.lake.root.appending(path: part.path)
      try Data(contentsOf: file).dropLast(8).write(to: file)
      try await bronze.append("charges", [BronzeLoad.read(StripeObjects.charge("ch_1"), at: 1000)], run: "run-4")
      let report = try await bronze.load()
      #expect(report.exitStatus == .data)
      #expect(
        report.failedFiles == [
          part.path: "a part of bronze is damaged: the compressed data ends before its end mark"
        ])
      #expect(try await bronze.lab.rows("select id from {s}.charges") == ["ch_1"])
    }
  }
}
