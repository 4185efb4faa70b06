import BronzeStore
import Foundation
import PlatformCore
import TestSupport
import Testing

/// State files appear whole or not at all, and one process at a time moves them.
@Suite struct BronzeStateTests {
  private struct Cursor: Codable, Equatable {
    var event: String
    var created: Int64
  }

  private static func context(_ command: String) -> RunContext {
    RunContext(runID: "run-\(command)", command: command, log: .silent, clock: .fixed(BronzeLab.moment))
  }

  @Test func theCursorIsKeptPerSource() throws {
    let lab = try BronzeLab()
    #expect(try lab.state.feed(Cursor.self) == nil)
    try lab.state.setFeed(Cursor(event: "evt_1", created: 1))
    try lab.state.setFeed(Cursor(event: "evt_2", created: 2))
    #expect(try lab.state.feed(Cursor.self) == Cursor(event: "evt_2", created: 2))
    #expect(try BronzeState(lake: lab.lake, source: "other").feed(Cursor.self) == nil)
    #expect(try lab.lake.names(in: "_state/feed") == ["stripe.json"])
  }

  @Test func checkpointsComeAndGo() throws {
    let lab = try BronzeLab()
    try lab.state.removeCheckpoint(of: "charges")
    try lab.state.setCheckpoint(["windows": 3], of: "charges")
    #expect(try lab.state.checkpoint(of: "charges") == ["windows": 3])
    #expect(try lab.state.checkpoint(of: "customers", [String: Int].self) == nil)
    try lab.state.removeCheckpoint(of: "charges")
    #expect(try lab.state.checkpoint(of: "charges", [String: Int].self) == nil)
  }

  @Test func aManifestNamesThePartsOfItsRun() async throws {
    let lab = try BronzeLab()
    let writer = lab.writer()
    try await writer.append([#"{"id":"ch_1"}"#], to: "charges")
    try await writer.finish()
    let manifest = RunManifest(
      runID: "run-1", command: "fetch", source: "stripe", startedAt: "a", finishedAt: "b", status: "done",
      inputs: ["api_version": "2026-10-28.endive"], written: await writer.written, counts: ["calls": 1])
    try lab.state.write(manifest)
    #expect(try lab.state.manifest(of: "run-1") == manifest)
    #expect(manifest.outputs.map(\.lines) == [1])
    #expect(try lab.text("_state/manifests/run_run-1.json").contains(#""run_id" : "run-1""#))
  }

  @Test func aDamagedFileIsNamed() throws {
    let lab = try BronzeLab()
    try lab.put("_state/feed/stripe.json", "{")
    let error = #expect(throws: PlatformError.self) { try lab.state.feed(Cursor.self) }
    #expect(error?.status == .data)
    #expect(error?.context.contains { $0.value.hasSuffix("_state/feed/stripe.json") } == true)
  }

  /// Where nothing can be written the old state stays.
  @Test func theOldStateStaysWhereTheNewCannotBeWritten() throws {
    let lab = try BronzeLab()
    try lab.state.setFeed(Cursor(event: "evt_1", created: 1))
    // A folder has the name of the next state: nothing can take it.
    try lab.put("_state/checkpoints/stripe/charges.json/x", "")
    #expect(throws: PlatformError.self) { try lab.state.setCheckpoint(["windows": 3], of: "charges") }
    #expect(try lab.lake.names(in: "_state/checkpoints/stripe") == ["charges.json"])
    #expect(try lab.state.feed(Cursor.self) == Cursor(event: "evt_1", created: 1))
  }

  // MARK: Lock

  @Test func theSecondIsToldWhoHasTheLock() async throws {
    let lab = try BronzeLab()
    let lock = try await LakeLock.take(in: lab.lake, of: "stripe", for: Self.context("sync"))
    let error = await #expect(throws: PlatformError.self) {
      _ = try await LakeLock.take(in: lab.lake, of: "stripe", for: Self.context("fetch"))
    }
    #expect(error?.status == .temporary)
    let mine = ProcessInfo.processInfo.processIdentifier
    #expect(error?.cause == "sync of process \(mine), run run-sync, since 2026-11-21T08:30:00.000Z")
    #expect(error?.nextStep?.contains("--wait") == true)
    withExtendedLifetime(lock) {}
  }

  @Test func sourcesHaveLocksOfTheirOwn() async throws {
    let lab = try BronzeLab()
    let eu = try await LakeLock.take(in: lab.lake, of: "eu", for: Self.context("sync"))
    let us = try await LakeLock.take(in: lab.lake, of: "us", for: Self.context("fetch"))
    #expect(try LakeLock.holder(in: lab.lake, of: "eu")?.command == "sync")
    withExtendedLifetime((eu, us)) {}
  }

  @Test func whoWaitsGetsItWhenItIsFree() async throws {
    let lab = try BronzeLab()
    let (waited, tell) = AsyncStream.makeStream(of: LakeHolder?.self)
    var first: LakeLock? = try await LakeLock.take(in: lab.lake, of: "stripe", for: Self.context("sync"))
    async let second = LakeLock.take(
      in: lab.lake, of: "stripe", for: Self.context("fetch"), waits: true, onWait: { tell.yield($0) })
    var holders = waited.makeAsyncIterator()
    #expect(await holders.next()??.command == "sync")
    #expect(first != nil)
    first = nil
    let held = try await second
    #expect(try LakeLock.holder(in: lab.lake, of: "stripe")?.command == "fetch")
    withExtendedLifetime(held) {}
  }

  @Test func whoWaitsInVainCanBeCancelled() async throws {
    let lab = try BronzeLab()
    let first = try await LakeLock.take(in: lab.lake, of: "stripe", for: Self.context("sync"))
    let (waited, tell) = AsyncStream.makeStream(of: Void.self)
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        _ = try await LakeLock.take(
          in: lab.lake, of: "stripe", for: Self.context("fetch"), waits: true, onWait: { _ in tell.yield() })
      }
      for await _ in waited { break }
      group.cancelAll()
      await #expect(throws: CancellationError.self) { try await group.next() }
    }
    withExtendedLifetime(first) {}
  }

  /// The kernel lets a lock go with its holder, however that ends.
  @Test func aKilledProcessHoldsNothing() async throws {
    let lab = try BronzeLab()
    try lab.put(LakeLock.path(of: "stripe"), #"{"pid":1,"command":"sync","run_id":"r","since":"s"}"#)
    let other = Process()
    other.executableURL = URL(filePath: "/usr/bin/flock")
    // In one process, so that nothing is left when it is killed; it ends with this one at the latest.
    other.arguments = ["--no-fork", lab.url(LakeLock.path(of: "stripe")).path, "cat"]
    other.standardInput = Pipe()
    other.standardOutput = FileHandle.nullDevice
    try other.run()
    defer { if other.isRunning { other.terminate() } }
    try await Wait.until("the other process has the lock") {
      let probe = open(lab.url(LakeLock.path(of: "stripe")).path, O_RDWR | O_CLOEXEC)
      defer { close(probe) }
      return flock(probe, LOCK_EX | LOCK_NB) != 0
    }
    let error = await #expect(throws: PlatformError.self) {
      _ = try await LakeLock.take(in: lab.lake, of: "stripe", for: Self.context("fetch"))
    }
    #expect(error?.cause?.hasPrefix("sync of process 1,") == true)
    kill(other.processIdentifier, SIGKILL)
    other.waitUntilExit()
    let lock = try await LakeLock.take(in: lab.lake, of: "stripe", for: Self.context("fetch"))
    #expect(try LakeLock.holder(in: lab.lake, of: "stripe")?.command == "fetch")
    withExtendedLifetime(lock) {}
  }

  // MARK: Place

  @Test func aLakeIsAFolder() throws {
    let here = URL(filePath: "/srv/place", directoryHint: .isDirectory)
    #expect(try LakeFolder(location: "lake", relativeTo: here).root.path == "/srv/place/lake")
    #expect(try LakeFolder(location: "/else/lake/", relativeTo: here).root.path == "/else/lake")
    #expect(try LakeFolder(location: "file:///else/a%20b", relativeTo: here).root.path == "/else/a b")
    #expect(try !LakeFolder(location: "~/lake", relativeTo: here).root.path.contains("~"))
    let key = ["AWS_ACCESS_KEY_ID": "K", "AWS_SECRET_ACCESS_KEY": "S"]
    let lake = try LakeFolder(location: "s3://bucket/prefix/", relativeTo: here, variables: key)
    #expect(lake.location == "s3://bucket/prefix" && lake.location(of: "a/b") == "s3://bucket/prefix/a/b")
    for location in ["s3://", "s3:///prefix"] {
      let error = #expect(throws: PlatformError.self) {
        try LakeFolder(location: location, relativeTo: here, variables: key)
      }
      #expect(error?.status == .configuration)
    }
    #expect(throws: PlatformError.self) { try LakeFolder(location: "gs://bucket", relativeTo: here) }
  }

  /// As a kill in the middle of writing a state file leaves it.
  @Test func aFileThatWasNeverWholeIsNone() throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "okapi-lake-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: place) }
    try FileManager.default.createDirectory(at: place.appending(path: "_state"), withIntermediateDirectories: true)
    for name in ["charges.json", "charges.json.77.part"] {
      try Data().write(to: place.appending(path: "_state/\(name)"))
    }
    let lake = LakeFolder(root: place)
    #expect(try lake.names(in: "_state") == ["charges.json"])
    #expect(try lake.files(below: "_state").map(\.path) == ["_state/charges.json"])
  }

  /// Whoever makes up an event makes up its time.
  @Test func aTimeOfAnyYearIsWritten() {
    for (second, year) in [(-70_000_000_000, "-249-"), (0, "1970-"), (400_000_000_000, "14645-")] as [(Int64, String)] {
      let observed = BronzeObservation(observedAt: second, sequence: BronzeObservation.read, apiVersion: nil)
      let line = BronzeEnvelope(
        observed, entity: "events", source: "stripe", runID: "run-1", ingestedAt: BronzeLab.moment
      ).line(Array("{}".utf8))
      #expect(String(decoding: line, as: UTF8.self).contains("\"observed_at\":\"\(year)"))
    }
  }
}
