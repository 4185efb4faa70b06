import Foundation
import JSONReader
import PlatformCore
import S3Client
import TestSupport
import Testing

@testable import BronzeStore

/// A lake in a bucket of a real gateway: locks, state and parts.
@Suite("A lake on S3", .enabled(if: S3Gateway.isThere, "no S3 gateway is running: make test-s3"))
struct LakeBucketS3Tests {
  private let prefix = "bronze-\(UUID().uuidString)"
  private let folder: TemporaryDirectory

  init() throws {
    try S3Gateway.makeBucket()
    folder = try TemporaryDirectory()
  }

  private func lake(_ times: LakeLease.Times = .usual) throws -> LakeFolder {
    LakeFolder(
      LakeBucket(
        try S3Place("s3://\(S3Gateway.bucket)/\(prefix)"), try S3Options(variables: S3Gateway.settings()),
        scratch: folder.url, leaseTimes: times))
  }

  private func take(_ lake: LakeFolder, _ run: String, waits: Bool = false) async throws -> LakeLock {
    try await LakeLock.take(
      in: lake, of: "stripe", for: RunContext(runID: run, command: "sync", log: .silent), waits: waits)
  }

  /// Writes the lock as somebody else would.
  private func lock(process: String) throws {
    let text = """
      {"holder":{"pid":1,"command":"fetch","run_id":"run-other","since":"2026-11-21T08:30:00Z"},\
      "process":"\(process)","token":"x","renewals":0}
      """
    let client = S3Client(bucket: S3Gateway.bucket, try S3Options(variables: S3Gateway.settings()))
    try client.put(.bytes(Array(text.utf8)), to: "\(prefix)/\(LakeLock.path(of: "stripe"))")
  }

  @Test("a file that goes while it is read is told, and not taken for its end")
  func goneWhileRead() throws {
    let lake = try lake()
    try lake.replace("bronze/part.jsonl", with: [UInt8](repeating: 10, count: LakeInput.aheadBytes + 10))
    let input = try lake.open("bronze/part.jsonl")
    #expect(try input.read(10, at: 0).count == 10)
    try lake.remove("bronze/part.jsonl")
    let error = #expect(throws: PlatformError.self) { try input.read(10, at: LakeInput.aheadBytes) }
    #expect(error?.status == .inputMissing)
  }

  @Test("a lock is held by one, who is named; let go, it is free at once")
  func locks() async throws {
    let first = try lake()
    let second = try lake()
    do {
      let lock = try await take(first, "run-1")
      let refused = await #expect(throws: PlatformError.self) { try await take(second, "run-2") }
      #expect(refused?.status == .temporary)
      #expect(refused?.cause?.contains("run-1") == true)
      #expect(refused?.rendered.contains("s3://\(S3Gateway.bucket)/\(prefix)") == true)
      #expect(try LakeLock.holder(in: second, of: "stripe")?.runID == "run-1")
      #expect(!LakeLock.isFree(in: second, of: "stripe"))
      withExtendedLifetime(lock) {}
    }
    #expect(try LakeLock.holder(in: second, of: "stripe") == nil)
    let lock = try await take(second, "run-2")
    #expect(try LakeLock.holder(in: first, of: "stripe")?.runID == "run-2")
    withExtendedLifetime(lock) {}
  }

  @Test("of many that want a lock at the same moment one gets it")
  func race() async throws {
    let locks = try await withThrowingTaskGroup(of: LakeLock?.self) { group in
      for number in 0..<6 {
        group.addTask {
          do {
            return try await take(try lake(), "run-\(number)")
          } catch let error as PlatformError where error.status == .temporary {
            return nil
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(locks.compactMap(\.self).count == 1)
  }

  @Test("a lock is taken over at once from a process that has ended here, and from others once it is not renewed")
  func takenOver() async throws {
    let own = try #require(ProcessIdentity.current).text.split(separator: "|").map(String.init)
    try lock(process: [own[0], own[1], own[2], "1"].joined(separator: "|"))
    do {
      let lock = try await take(try lake(), "run-1")
      withExtendedLifetime(lock) {}
    }
    try lock(process: "another machine|pid:[1]|1|1")
    await #expect(throws: PlatformError.self) { try await take(try lake(), "run-2") }
    let patient = try lake(.init(seconds: 1, held: .seconds(1), pause: .seconds(60)))
    try await Wait.until("the lock of another machine is too old") {
      do {
        let lock = try await take(patient, "run-3")
        return withExtendedLifetime(lock) { true }
      } catch let error as PlatformError where error.status == .temporary {
        return false
      }
    }
  }

  @Test("a lock is renewed while it is held, and whoever has lost it writes nothing more")
  func lost() async throws {
    let lake = try lake(.init(seconds: 2, held: .seconds(30), pause: .milliseconds(50)))
    let lock = try await take(lake, "run-1")
    let path = LakeLock.path(of: "stripe")
    let first = try lake.read(path)
    try await Wait.until("the lock is renewed") { try lake.read(path) != first }
    try lake.replace("_state/a.json", with: [1])
    try self.lock(process: "another machine|pid:[1]|1|1")
    try await Wait.until("the holder notices") {
      do throws(PlatformError) {
        try lake.replace("_state/a.json", with: [1])
        return false
      } catch {
        #expect(error.status == .temporary)
        return error.message == "this run has lost its lock on the lake"
      }
    }
    #expect(throws: PlatformError.self) { try lake.remove("_state/a.json") }
    #expect(throws: PlatformError.self) { try lake.removeFolder("_state") }
    #expect(throws: PlatformError.self) { try lake.move("_state/a.json", to: "b") }
    withExtendedLifetime(lock) {}
    #expect(try LakeLock.holder(in: lake, of: "stripe")?.runID == "run-other")
  }

  @Test("state is written over the version that was read, and over no other")
  func state() async throws {
    let one = try lake()
    let other = try lake()
    try one.replace("_state/feed.json", with: [1])
    #expect(try other.read("_state/feed.json") == [1])
    try one.replace("_state/feed.json", with: [2])
    let stale = #expect(throws: PlatformError.self) { try other.replace("_state/feed.json", with: [3]) }
    #expect(stale?.status == .temporary)
    #expect(try other.read("_state/feed.json") == [2])
    try other.replace("_state/feed.json", with: [4])
    // Who takes the lock knows nothing from before.
    let lock = try await take(one, "run-1")
    try one.replace("_state/feed.json", with: [5])
    withExtendedLifetime(lock) {}
    #expect(try other.read("_state/gone.json") == nil)
    try one.replace("_state/gone.json", with: [6])
    #expect(throws: PlatformError.self) { try other.replace("_state/gone.json", with: [7]) }
  }

  @Test("files are found, moved, counted and removed as in a folder")
  func files() throws {
    let lake = try lake()
    let names = (0..<20).map { "silver/source=a/entity=b/dt=2026-01-\($0 + 10)/data.parquet" }
    for name in names { try lake.replace("_staging/" + name, with: Array(name.utf8)) }
    #expect(try lake.names(in: "_staging/silver/source=a/entity=b").count == 20)
    #expect(try lake.names(in: "nothing") == [])
    let gone = try lake.move(names.map { ("_staging/" + $0, $0) } + [("_staging/none", "none")])
    #expect(gone.map(\.from) == ["_staging/none"])
    #expect(try lake.files(below: "_staging").isEmpty)
    #expect(try lake.files(below: "silver").map(\.path) == names)
    #expect(try lake.sizes(of: [names[3], "silver/source=a/entity=b/dt=x/data.parquet"]) == [names[3]: names[3].count])
    let hash = try #require(try lake.sha256(of: names[0]))
    #expect(try lake.sha256(of: names[0], believing: true) == hash)
    #expect(try lake.holding([(names[0], hash), (names[1], hash), ("none", hash)]) == [names[0]])
    try lake.removeFolder("silver/source=a")
    #expect(try lake.files(below: "silver").isEmpty)
    #expect(try lake.size(of: names[0]) == nil)
    #expect(throws: PlatformError.self) { try lake.open(names[0]) }
  }

  @Test("a part is in the bucket once it is synced, whole; what follows is a part of its own")
  func parts() async throws {
    let lake = try lake()
    let writer = BronzeWriter(lake: lake, source: "stripe", runID: "run-1", clock: .fixed(BronzeLab.moment))
    let seen = BronzeObservation(observedAt: 1, sequence: 1, apiVersion: nil)
    let reader = BronzeReader(lake: lake, source: "stripe")
    func append(_ ids: [String]) async throws {
      try await writer.append(ids.map { ArraySlice(#"{"id":"\#($0)"}"#.utf8) }, to: "charges", observed: seen)
    }
    try await append(["ch_1", "ch_2"])
    #expect(try reader.parts(of: "charges").isEmpty)
    try await writer.sync()
    try await writer.sync()
    #expect(try reader.parts(of: "charges").map(\.number) == [0])
    // What a killed run of the same id left is not touched.
    try lake.replace(
      try #require(try reader.parts(of: "charges").first).path.replacing("00000", with: "00001"), with: [])
    try await append(["ch_3"])
    try await writer.finish()
    let parts = try reader.sizedParts(of: "charges")
    #expect(parts.map(\.part.number) == [0, 1, 2])
    #expect(await writer.written.map(\.bytes) == [parts[0].bytes, parts[2].bytes])
    var ids: [String] = []
    for (part, _) in parts {
      let open = try reader.open(part)
      while let batch = try open.next() {
        ids += batch.records.elements.map { String(decoding: batch.records.bytes(of: $0), as: UTF8.self) }
      }
    }
    #expect(ids == [#"{"id":"ch_1"}"#, #"{"id":"ch_2"}"#, #"{"id":"ch_3"}"#])
    #expect(try reader.entities() == ["charges"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
