import BronzeStore
import Foundation
import ResourceStore
import TestSupport
import Testing
import Webhooks

@testable import Sync

/// What a replay reads: everything that was captured, once.
@Suite("Apply, replayed") struct ApplyReplayTests {
  private func replayed(_ lab: SyncLab, _ apply: ApplyLab) async throws -> Int {
    let bronze = BronzeReader(lake: lab.lake, source: lab.names.schema)
    return try await apply.applier().replay(since: Date().addingTimeInterval(-3600), from: bronze).events
  }

  /// Puts the parts of captured events together, as `okapi lake compact` does.
  private func compact(_ lab: SyncLab) async throws {
    let source = lab.names.schema
    let parts = try BronzeReader(lake: lab.lake, source: source).sizedParts(of: BronzePart.webhookEvents)
    let first = try #require(parts.first?.part)
    let new = BronzePart(
      source: source, entity: first.entity, day: first.day, runID: "compacting", number: 0, isCompacted: true)
    let folder = lab.folder.url.appending(path: "lake/" + new.path).deletingLastPathComponent()
    let outcome = try await BronzeRewriter(lake: lab.lake, source: source)
      .rewrite(parts.map(\.part), into: folder.path)
    try lab.lake.remove(parts.map(\.part.path))
    var manifest = RunManifest(
      runID: new.runID, command: "lake compact", source: source, startedAt: "", finishedAt: "", status: "done",
      inputs: [:], written: [], counts: [:])
    let replaced = Dictionary(uniqueKeysWithValues: parts.map { ($0.part.path, $0.bytes ?? 0) })
    manifest.outputs = outcome.files.map {
      .init(
        path: new.path, entity: new.entity, lines: $0.lines, bytes: $0.bytes, sha256: $0.sha256,
        compacted: .init(bytes: $0.lineBytes, replaced: replaced))
    }
    try lab.state.write(manifest)
  }

  @Test("of the log it reads what bronze does not hold, whether its parts lie there as they were or compacted")
  func once() async throws {
    try await ApplyLab.run { lab, apply in
      try lab.id("/v1/customers", "name=Shipped")
      try apply.capture(try apply.news())
      try lab.id("/v1/customers", "name=Shipped as well")
      let shipped = try apply.news()
      try apply.capture(shipped)
      apply.log.close()
      let before = try await replayed(lab, apply)
      #expect(before == 2)

      let next = try await ApplyLab(lab)
      _ = try next.news()
      try lab.id("/v1/customers", "name=In the log alone")
      let new = try next.news()
      try next.capture(new)
      #expect(new.count == 1 && shipped.count == 1)
      #expect(try await replayed(lab, next) == 3)
      #expect(try await lab.value("select count(*) from {s}.customers where name = 'In the log alone'") == "1")
      next.log.close()
      #expect(try await replayed(lab, next) == 3)
      try await compact(lab)
      #expect(try await replayed(lab, next) == 3)
    }
  }
}
