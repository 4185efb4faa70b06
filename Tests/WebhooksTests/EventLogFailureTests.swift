import BronzeStore
import Foundation
import PlatformCore
import TestSupport
import Testing

@testable import Webhooks

/// What kills, losses of power and full disks leave, and that nothing is lost or doubled by it.
@Suite struct EventLogFailureTests {
  private static let segment = "0000000001.2026-11-21.run-1.00000.jsonl"

  /// A log that was left without a word, as by `kill -9`, with these events in it.
  private func killed(_ lab: LogLab, _ ids: String...) async throws {
    weak var left: EventLog?
    do {
      let log = try await lab.open()
      left = log
      for id in ids { #expect(try log.append(.of(id)) == .stored) }
    }
    // Its lock goes with it, once the thread that answered has let it go.
    try await Wait.until("the log is let go") { left == nil }
  }

  private func add(_ bytes: [UInt8], to lab: LogLab) throws {
    let file = try FileHandle(forWritingTo: lab.segmentFolder.appending(path: Self.segment))
    try file.seekToEnd()
    try file.write(contentsOf: bytes)
    try file.close()
  }

  @Test func whatWasAnsweredSurvivesAKill() async throws {
    let lab = try LogLab()
    try await killed(lab, "evt_1", "evt_2")
    #expect(try lab.bronze().isEmpty)
    let log = try await lab.open(run: "run-2")
    #expect(try log.append(.of("evt_2")) == .duplicate)
    #expect(try log.append(.of("evt_3")) == .stored)
    log.close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2", "evt_3"])
    // Under the name of the run that wrote it.
    #expect(try lab.bronze().keys.count { $0.contains("run_id=run-1") } == 1)
  }

  @Test(arguments: [
    #"{"data":{"id":"evt_3","obj"#, #"{"data":{"id":"evt_3"},"meta":{}}"#, "\0\0\0\0\0\0", "{}", "\u{fffd}",
  ])
  func aTornTailIsCutOff(_ tail: String) async throws {
    let lab = try LogLab()
    try await killed(lab, "evt_1", "evt_2")
    try add(Array(tail.utf8), to: lab)
    let log = try await lab.open(run: "run-2")
    // Nobody was told that it is kept, so it is sent again.
    #expect(try log.append(.of("evt_3")) == .stored)
    log.close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2", "evt_3"])
    #expect(try lab.files().allSatisfy { $0.hasSuffix(".jsonl") })
  }

  /// A disk that loses what it had taken may leave a hole; what stands behind it was answered, and goes on in a segment
  /// of its own, so that no reader's position becomes another line's.
  @Test func linesBehindAHoleAreCarriedOn() async throws {
    let lab = try LogLab()
    try await killed(lab, "evt_1")
    let tail = Array("\0\0\0\0\n{\"data\":{\"id\":\"evt_9\"},\"meta\":{}}\n".utf8)
    try add(tail, to: lab)
    let log = try await lab.open(run: "run-2")
    #expect(try log.append(.of("evt_9")) == .duplicate)
    log.close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_9"])
    #expect(try lab.bronze().keys.count { $0.contains("run_id=run-2") } == 1)
    let cut = lab.segmentFolder.appending(path: Self.segment + ".cut")
    #expect(try Array(Data(contentsOf: cut)) == tail)
  }

  @Test func aSegmentWithoutALineIsRemoved() async throws {
    let lab = try LogLab()
    try lab.put("webhooks/stripe/segments/\(Self.segment)", #"{"data":{"id":"#)
    let log = try await lab.open()
    #expect(try lab.files() == [])
    log.close()
    #expect(try lab.bronze().isEmpty)
  }

  /// The index is made again from the segments, but for the ids of those that are gone.
  @Test func aLostIndexIsMadeAgain() async throws {
    let lab = try LogLab()
    let first = try await lab.open()
    _ = try first.append(.of("evt_1"))
    first.close()
    let before = try lab.bronze()
    for name in try FileManager.default.contentsOfDirectory(atPath: lab.folder.path) where name.hasPrefix("index.db") {
      try FileManager.default.removeItem(at: lab.folder.appending(path: name))
    }
    let second = try await lab.open(run: "run-2")
    #expect(try second.append(.of("evt_1")) == .duplicate)
    second.close()
    #expect(try lab.bronze() == before)
  }

  @Test func aDamagedIndexIsNamed() async throws {
    let lab = try LogLab()
    try lab.put("webhooks/stripe/index.db", String(repeating: "no database ", count: 1_000))
    let error = await #expect(throws: PlatformError.self) { _ = try await lab.open() }
    #expect(error?.context.contains { $0.value == EventIndex.path(in: lab.folder) } == true)
    #expect(error?.nextStep?.contains("made again") == true)
  }

  // MARK: disks

  @Test func aFolderThatIsAwayIsAnErrorUntilItIsBack() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    let aside = lab.place.url.appending(path: "aside")
    try FileManager.default.moveItem(at: lab.segmentFolder, to: aside)
    let error = #expect(throws: PlatformError.self) { try log.append(.of("evt_1")) }
    #expect(error?.status == .output && error?.isRetryable == true)
    #expect(log.status.appendFailure != nil)
    try FileManager.default.moveItem(at: aside, to: lab.segmentFolder)
    #expect(try log.append(.of("evt_1")) == .stored)
    #expect(log.status.appendFailure == nil)
    log.close()
    #expect(try lab.idsInBronze() == ["evt_1"])
  }

  /// As where the folder could not be synced: the file is there, and was not taken into use.
  @Test func aSegmentThatCouldNotBeMadeIsInNobodysWay() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    try lab.put("webhooks/stripe/segments/\(Self.segment)", "")
    #expect(throws: PlatformError.self) { try log.append(.of("evt_1")) }
    #expect(try log.append(.of("evt_1")) == .stored)
    log.close()
    #expect(try lab.idsInBronze() == ["evt_1"])
  }

  /// As while a disk is not mounted: what is not seen is not shipped.
  @Test func segmentsThatAreAwayWait() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    _ = try log.append(.of("evt_1"))
    lab.advance(16 * 60)
    let aside = lab.place.url.appending(path: "aside")
    try FileManager.default.moveItem(at: lab.segmentFolder, to: aside)
    log.tend()
    #expect(log.status.unshipped == 1 && log.status.shipFailure?.status == .output)
    try FileManager.default.moveItem(at: aside, to: lab.segmentFolder)
    lab.advance(60)
    log.tend()
    #expect(log.status.unshipped == 0 && log.status.shipFailure == nil)
    #expect(try lab.idsInBronze() == ["evt_1"])
    log.close()
  }

  @Test func aSegmentThatIsPutBackIsShippedThen() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    let aside = lab.place.url.appending(path: Self.segment)
    _ = try log.append(.of("evt_1"))
    lab.advance(16 * 60)
    _ = try log.append(.of("evt_2"))
    try FileManager.default.moveItem(at: lab.segmentFolder.appending(path: Self.segment), to: aside)
    log.close()
    #expect(try lab.idsInBronze() == ["evt_2"])
    try FileManager.default.moveItem(at: aside, to: lab.segmentFolder.appending(path: Self.segment))
    let again = try await lab.open(run: "run-2")
    again.close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2"])
  }

  /// A day was packed, and then the index was lost: its segments are not shipped beside the packed part.
  @Test func whatWasPackedIsNotShippedAgain() async throws {
    let lab = try LogLab()
    let first = try await lab.open()
    _ = try first.append(.of("evt_1"))
    first.close()
    let part = try #require(try lab.bronze().keys.first)
    let packed = part.replacing("run-1", with: "pack").replacing(".jsonl", with: ".jsonl.gz")
    try lab.put("lake/\(packed)", "packed")
    try FileManager.default.removeItem(at: lab.place.url.appending(path: "lake/\(part)"))
    var manifest = RunManifest(
      runID: "pack", command: "lake compact", source: "stripe", startedAt: "", finishedAt: "", status: "done",
      inputs: [:], written: [], counts: [:])
    manifest.outputs = [
      .init(
        path: packed, entity: "webhook_events", lines: 1, bytes: 6, compacted: .init(bytes: 1, replaced: [part: 1]))
    ]
    try BronzeState(lake: lab.lake, source: "stripe").write(manifest)
    for name in try FileManager.default.contentsOfDirectory(atPath: lab.folder.path) where name.hasPrefix("index.db") {
      try FileManager.default.removeItem(at: lab.folder.appending(path: name))
    }
    let second = try await lab.open(run: "run-2")
    #expect(try second.append(.of("evt_1")) == .duplicate)
    second.close()
    #expect(try Array(lab.bronze().keys) == [packed])
  }

  /// The first event was of the other mode than bronze turns out to be, and the lake is away at the next start.
  @Test func theModeOfBronzeIsKept() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    #expect(try log.append(.of("evt_1", livemode: true)) == .stored)
    try BronzeState(lake: lab.lake, source: "stripe").setAccount(
      SourceAccount(id: nil, livemode: false, runID: "fetch", notedAt: ""))
    lab.advance(120)
    log.tend()
    log.close()
    try FileManager.default.moveItem(at: lab.lake.root, to: lab.place.url.appending(path: "away"))
    let again = try await lab.open(run: "run-2")
    #expect(try again.append(.of("evt_2", livemode: true)) == .otherMode)
    #expect(try again.append(.of("evt_3", livemode: false)) == .stored)
    again.close()
  }

  /// What is written to a file that somebody has removed or moved is nowhere.
  @Test(arguments: [false, true]) func aSegmentThatIsTakenFromItsWriterTakesNothing(isMoved: Bool) async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    #expect(try log.append(.of("evt_1")) == .stored)
    let away = lab.place.url.appending(path: "away")
    if isMoved { try FileManager.default.moveItem(at: lab.segmentFolder, to: away) }
    if !isMoved { try FileManager.default.removeItem(at: lab.segmentFolder) }
    for _ in 1...2 {
      let error = #expect(throws: PlatformError.self) { try log.append(.of("evt_2")) }
      #expect(error?.cause == String(cString: strerror(ENOENT)))
      #expect(log.roomFailure() != nil)
    }
    try FileManager.default.createDirectory(at: lab.segmentFolder, withIntermediateDirectories: true)
    #expect(try log.append(.of("evt_2")) == .stored)
    // What was in it is stored when it is sent again.
    log.tend()
    #expect(try log.append(.of("evt_1")) == .stored)
    log.close()
    #expect(try lab.idsInBronze() == ["evt_2", "evt_1"])
  }

  /// As where a folder is moved away and back: what was refused is sent again, and would stand there twice.
  @Test func whatWasRefusedIsNotInTheSegmentThatIsPutBack() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    #expect(try log.append(.of("evt_1")) == .stored)
    let away = lab.place.url.appending(path: "away")
    try FileManager.default.moveItem(at: lab.segmentFolder, to: away)
    #expect(throws: PlatformError.self) { try log.append(.of("evt_2")) }
    let lines = try Data(contentsOf: away.appending(path: Self.segment)).split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == 1)
    try FileManager.default.moveItem(at: away, to: lab.segmentFolder)
    log.close()
    #expect(try lab.idsInBronze() == ["evt_1"])
  }

  /// What nobody would find under its name is not stored there.
  @Test(arguments: ["9999999999.2026-11-21.run-1.00000.jsonl", "0000000001.2026-11-21.run-2.999999999.jsonl"])
  func aSegmentThatHasNoNameTakesNothing(_ last: String) async throws {
    let lab = try LogLab()
    try await killed(lab, "evt_1")
    try FileManager.default.moveItem(
      at: lab.segmentFolder.appending(path: Self.segment), to: lab.segmentFolder.appending(path: last))
    let log = try await lab.open(run: "run-2")
    let error = #expect(throws: PlatformError.self) { try log.append(.of("evt_2")) }
    #expect(error?.nextStep?.contains("index.db*") == true)
    log.close()
    #expect(try lab.files() == [last])
    // As it is told.
    let names = try FileManager.default.contentsOfDirectory(atPath: lab.folder.path)
    for name in names.filter({ $0.hasPrefix("index.db") }) + ["segments/\(last)"] {
      try FileManager.default.removeItem(at: lab.folder.appending(path: name))
    }
    let again = try await lab.open(run: "run-3")
    #expect(try again.append(.of("evt_2")) == .stored)
    again.close()
    #expect(try lab.idsInBronze().sorted() == ["evt_1", "evt_2"])
  }

  /// As after a loss of power, where the disk had not taken what it said.
  @Test func aSegmentThatLacksWhatWasSealedIsNotShipped() async throws {
    let lab = try LogLab()
    try lab.put("lake", "a file where the folder should be")
    let log = try await lab.open()
    #expect(try log.append(.of("evt_1")) == .stored)
    #expect(try log.append(.of("evt_2")) == .stored)
    log.close()
    try FileManager.default.removeItem(at: lab.lake.root)
    let path = lab.segmentFolder.appending(path: Self.segment).path
    let whole = try Data(contentsOf: URL(filePath: path))
    #expect(truncate(path, off_t(whole.count - 10)) == 0)
    let second = try await lab.open(run: "run-2")
    second.tend()
    #expect(second.status.shipFailure?.status == .data && second.status.unshipped == 1)
    #expect(try lab.bronze().isEmpty)
    // Others are shipped all the same, and it is once it was put back.
    #expect(try second.append(.of("evt_3")) == .stored)
    second.close()
    #expect(try lab.idsInBronze() == ["evt_3"])
    try whole.write(to: URL(filePath: path))
    try await lab.open(run: "run-3").close()
    #expect(try lab.idsInBronze().sorted() == ["evt_1", "evt_2", "evt_3"])
  }

  /// An empty folder in the place of a lake, as while its disk is not mounted, is not the lake.
  @Test func onlyTheLakeOfBeforeIsShippedTo() async throws {
    let lab = try LogLab()
    let away = lab.place.url.appending(path: "away")
    let first = try await lab.open()
    #expect(try first.append(.of("evt_1")) == .stored)
    first.close()
    try FileManager.default.moveItem(at: lab.lake.root, to: away)
    let second = try await lab.open(run: "run-2")
    #expect(try second.append(.of("evt_2")) == .stored)
    second.close()
    #expect(second.status.shipFailure?.status == .unavailable && second.status.unshipped == 1)
    #expect(!FileManager.default.fileExists(atPath: lab.lake.root.path))
    try FileManager.default.moveItem(at: away, to: lab.lake.root)
    try await lab.open(run: "run-3").close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2"])
    // Another address is another lake, and so is one that is to take its place.
    let other = LakeFolder(root: lab.place.url.appending(path: "other"))
    let fourth = try await lab.open(run: "run-4") { $0.lake = other }
    #expect(try fourth.append(.of("evt_3")) == .stored)
    fourth.close()
    #expect(fourth.status.shipFailure == nil)
    try FileManager.default.removeItem(at: lab.lake.root)
    try lab.put("webhooks/stripe/lakes.json", "{}")
    let fifth = try await lab.open(run: "run-5")
    #expect(try fifth.append(.of("evt_4")) == .stored)
    fifth.close()
    #expect(try lab.idsInBronze() == ["evt_4"])
  }

  /// Also before anything was brought to the lake.
  @Test func theModeOfBronzeOutlastsAKill() async throws {
    let lab = try LogLab()
    try BronzeState(lake: lab.lake, source: "stripe").setAccount(
      SourceAccount(id: nil, livemode: true, runID: "fetch", notedAt: ""))
    weak var left: EventLog?
    do {
      let log = try await lab.open()
      left = log
      log.lookAtLake()
    }
    try await Wait.until("the log is let go") { left == nil }
    try FileManager.default.removeItem(at: lab.lake.root)
    let again = try await lab.open(run: "run-2")
    #expect(try again.append(.of("evt_1", livemode: false)) == .otherMode)
    #expect(try again.append(.of("evt_2", livemode: true)) == .stored)
    again.close()
  }

  /// A lake in the place of the one that was shipped to is not believed either.
  @Test func theModeOfAnotherLakeIsNotBelieved() async throws {
    let lab = try LogLab()
    let away = lab.place.url.appending(path: "away")
    let first = try await lab.open()
    #expect(try first.append(.of("evt_1", livemode: false)) == .stored)
    first.close()
    try FileManager.default.moveItem(at: lab.lake.root, to: away)
    try BronzeState(lake: lab.lake, source: "stripe").setAccount(
      SourceAccount(id: nil, livemode: true, runID: "fetch", notedAt: ""))
    for run in ["run-2", "run-3"] {
      let log = try await lab.open(run: run)
      log.lookAtLake()
      #expect(try log.append(.of("evt_of_\(run)", livemode: false)) == .stored)
      log.close()
      #expect(log.status.shipFailure?.status == .unavailable)
    }
    try FileManager.default.removeItem(at: lab.lake.root)
    try FileManager.default.moveItem(at: away, to: lab.lake.root)
    try await lab.open(run: "run-4").close()
    #expect(try lab.idsInBronze().sorted() == ["evt_1", "evt_of_run-2", "evt_of_run-3"])
  }

  /// As in a log of an earlier version, or where the note of its lakes is lost or damaged.
  @Test(arguments: [nil, "", "{"]) func withoutItsNoteOnlyTheLakeOfBeforeIsShippedTo(_ note: String?) async throws {
    let lab = try LogLab()
    let away = lab.place.url.appending(path: "away")
    let notes = lab.folder.appending(path: "lakes.json")
    let first = try await lab.open()
    #expect(try first.append(.of("evt_1")) == .stored)
    first.close()
    try FileManager.default.removeItem(at: lab.lake.root.appending(path: "_state/webhooks"))
    try FileManager.default.removeItem(at: notes)
    if let note { try lab.put("webhooks/stripe/lakes.json", note) }
    try FileManager.default.moveItem(at: lab.lake.root, to: away)
    let second = try await lab.open(run: "run-2")
    #expect(try second.append(.of("evt_2")) == .stored)
    second.close()
    #expect(second.status.shipFailure != nil && second.status.unshipped == 1)
    #expect(!FileManager.default.fileExists(atPath: lab.lake.root.path))
    try FileManager.default.moveItem(at: away, to: lab.lake.root)
    if note != nil { try lab.put("webhooks/stripe/lakes.json", "{}") }
    try await lab.open(run: "run-3").close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2"])
  }

  #if os(Linux)
    /// The disk is full in the middle of a line: it is refused, and neither it nor the next one is damaged.
    @Test func aFullDiskIsAnErrorUntilThereIsRoom() async throws {
      let lab = try LogLab()
      let log = try await lab.open()
      #expect(try log.append(.of("evt_1")) == .stored)
      let path = lab.segmentFolder.appending(path: Self.segment).path
      try fill(path)
      let error = #expect(throws: PlatformError.self) { try log.append(.of("evt_2")) }
      #expect(error?.status == .inputOutput)
      #expect(error?.cause == String(cString: strerror(ENOSPC)))
      #expect(log.status.appendFailure == error)
      // Half of the line had found room, and could not be taken back.
      try add(Array(#"{"data":{"id":"evt_2""#.utf8), to: lab)
      #expect(try log.reader.ids() == ["evt_1"])
      #expect(try log.append(.of("evt_2")) == .stored)
      #expect(log.status.appendFailure == nil)
      #expect(try log.reader.ids() == ["evt_1", "evt_2"])
      log.close()
      #expect(try lab.idsInBronze() == ["evt_1", "evt_2"])
    }

    /// Makes this process's descriptor of a file one of a device that is always full.
    private func fill(_ path: String) throws {
      let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
      defer { close(full) }
      for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
        if link == path, let number = Int32(name) { try #require(dup2(full, number) == number) }
      }
    }
  #endif
}
