import BronzeStore
import Foundation
import PlatformCore
import TestSupport
import Testing

@testable import Sync

/// What a replay reads of a bucket, where an object that is removed is gone for who is reading it.
@Suite("Apply, replayed from S3", .enabled(if: S3Gateway.isThere, "no S3 gateway is running: make test-s3"))
struct ApplyReplayS3Tests {
  private let place: TemporaryDirectory
  private let lake: LakeFolder

  init() throws {
    try S3Gateway.makeBucket()
    place = try TemporaryDirectory()
    lake = try LakeFolder(
      location: "s3://\(S3Gateway.bucket)/replay-\(UUID().uuidString)", relativeTo: place.url,
      variables: S3Gateway.settings(), scratch: place.url.appending(path: "scratch"))
  }

  private func capture(_ count: Int, run: String) async throws {
    let writer = BronzeWriter(lake: lake, source: "stripe", runID: run, clock: .system)
    let padding = String(repeating: "x", count: 3_000)
    for number in 0..<count {
      let event = Array(#"{"id":"\#(run)-\#(number)","object":"event","padding":"\#(padding)"}"#.utf8)
      try await writer.append(
        [event[...]], to: BronzePart.webhookEvents,
        observed: BronzeObservation(observedAt: 1, sequence: 2, apiVersion: nil))
    }
    try await writer.finish()
  }

  /// Puts all parts together, as `okapi lake compact` does.
  private func compact() async throws {
    let parts = try BronzeReader(lake: lake, source: "stripe").parts(of: BronzePart.webhookEvents)
    let first = try #require(parts.first)
    let outcome = try await BronzeRewriter(lake: lake, source: "stripe")
      .rewrite(parts, into: place.url.appending(path: "packed").path)
    let packed = BronzePart(
      source: "stripe", entity: first.entity, day: first.day, runID: "compacting", number: 0, isCompacted: true)
    let file = try #require(outcome.files.first)
    try lake.publish(file.path, as: packed.path, sha256: file.sha256)
    try lake.remove(parts.map(\.path))
  }

  @Test("a part that is compacted while it is read is read on in what it became")
  func compacted() async throws {
    try await capture(10, run: "1-short")
    try await capture(2_000, run: "2-long")
    let captured = CapturedSince(Date().addingTimeInterval(-3600), BronzeReader(lake: lake, source: "stripe"))
    _ = try await captured.paths()
    var ids: Set<Substring> = []
    var isCompacted = false
    while let events = try await captured.next(100) {
      ids.formUnion(events.map { String(decoding: $0, as: UTF8.self).split(separator: "\"")[3] })
      if !isCompacted, ids.contains(where: { $0.hasPrefix("2-long") }) {
        try await compact()
        isCompacted = true
      }
    }
    #expect(ids.count == 2_010)
  }
}
