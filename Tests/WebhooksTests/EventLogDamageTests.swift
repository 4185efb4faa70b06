import BronzeStore
import Foundation
import HTTPServer
import PlatformCore
import SQLiteClient
import Synchronization
import TestSupport
import Testing

@testable import Webhooks

/// What was answered outlasts damage to single lines and pages, and what cannot be done keeps nothing else back.
@Suite struct EventLogDamageTests {
  private static func segment(_ number: Int) -> String { "000000000\(number).2026-11-21.run-1.0000\(number).jsonl" }

  private static func line(_ id: String) -> String { "{\"data\":{\"id\":\"\(id)\"},\"meta\":{}}\n" }

  private static func nested(_ levels: Int) -> String {
    String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
  }

  private func put(_ text: String, _ number: Int, _ lab: LogLab) throws {
    try lab.put("webhooks/stripe/segments/\(Self.segment(number))", text)
  }

  private func loseIndex(_ lab: LogLab) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: lab.folder.path) where name.hasPrefix("index.db") {
      try FileManager.default.removeItem(at: lab.folder.appending(path: name))
    }
  }

  /// A line is a level deeper than its event: what the receiver takes it can read again.
  @Test(arguments: [120, 124, 125, 126, 130]) func whatIsTakenIsReadAgain(_ levels: Int) async throws {
    let lab = try LogLab()
    let text = CapturedEvent.text("evt_deep").replacing("\"id\": \"cus_1\"", with: "\"n\": \(Self.nested(levels))")
    let deep = try? CapturedEvent(Array(text.utf8))
    // The event, its data and its object are three levels.
    #expect((deep != nil) == (levels + 3 < 128))
    weak var left: EventLog?
    do {
      let log = try await lab.open()
      left = log
      _ = try log.append(.of("evt_1"))
      if let deep { #expect(try log.append(deep) == .stored) }
      _ = try log.append(.of("evt_2"))
    }
    try await Wait.until("the log is let go") { left == nil }
    try await lab.open(run: "run-2").close()
    #expect(try lab.idsInBronze() == (deep == nil ? ["evt_1", "evt_2"] : ["evt_1", "evt_deep", "evt_2"]))
  }

  @Test func whatEarlierVersionsTookIsReadAgain() async throws {
    let lab = try LogLab()
    let deep = "{\"data\":{\"id\":\"evt_1\",\"n\":\(Self.nested(127))},\"meta\":{}}\n"
    try put(deep + Self.line("evt_2"), 1, lab)
    try await lab.open().close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2"])
  }

  @Test func oneBrokenLineCostsNoOther() async throws {
    let lab = try LogLab()
    try put(Self.line("evt_1") + "\0\0" + Self.line("evt_2") + Self.line("evt_3") + Self.line("evt_4"), 1, lab)
    try await lab.open(run: "run-2").close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_3", "evt_4"])
    let again = try await lab.open(run: "run-3")
    #expect(try again.append(.of("evt_4")) == .duplicate)
    #expect(try again.append(.of("evt_2")) == .stored)
    again.close()
  }

  /// The file was in bronze already, under its second name, when its index was lost and a line of it broken.
  @Test func bronzeIsNotCut() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    for id in ["evt_1", "evt_2", "evt_3"] { _ = try log.append(.of(id)) }
    log.close()
    let part = try #require(try lab.bronze().first)
    let damaged = part.value.replacing("{\"data\":{\"id\":\"evt_2\"", with: "{\"data\":{\"id\":\"evt_2\0")
    #expect(damaged.utf8.count == part.value.utf8.count && damaged != part.value)
    let file = try FileHandle(forWritingTo: lab.lake.root.appending(path: part.key))
    try file.write(contentsOf: Data(damaged.utf8))
    try file.close()
    try loseIndex(lab)
    try await lab.open(run: "run-2").close()
    #expect(try lab.bronze()[part.key] == damaged)
  }

  /// What was refused and could not be cut off is in the segment all the same, and was sent again after that.
  @Test func whatStandsInALaterSegmentIsTakenOnce() async throws {
    let lab = try LogLab()
    try put(Self.line("evt_1") + Self.line("evt_2"), 1, lab)
    try put(Self.line("evt_2") + Self.line("evt_3"), 2, lab)
    try await lab.open().close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2", "evt_3"])
  }

  /// Once the index was lost, an event that was sent again stands twice; no segment is cut in its middle for that.
  @Test func whatStandsTwiceInTheMiddleStays() async throws {
    let lab = try LogLab()
    try put(Self.line("evt_1") + Self.line("evt_2"), 1, lab)
    try put(Self.line("evt_1") + Self.line("evt_3"), 2, lab)
    try await lab.open().close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2", "evt_1", "evt_3"])
    #expect(try lab.files() == [Self.segment(1), Self.segment(2)])
  }

  // MARK: the index

  @Test func anIndexThatCannotBeReadIsNamedAndTold() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    #expect(log.roomFailure() == nil)
    let database = try SQLiteDatabase(path: EventIndex.path(in: lab.folder), mode: .readWrite)
    try database.execute("alter table seen rename to lost")
    let error = #expect(throws: PlatformError.self) { try log.append(.of("evt_1")) }
    #expect(error?.context.contains { $0.value == EventIndex.path(in: lab.folder) } == true)
    #expect(error?.nextStep?.contains("made again") == true)
    #expect(log.roomFailure() != nil, "not ready")
    try database.execute("alter table lost rename to seen")
    #expect(log.roomFailure() == nil)
    #expect(try log.append(.of("evt_1")) == .stored)
    log.close()
  }

  @Test(arguments: ["facts", "segments"]) func anIndexThatCannotBeReadAtTheStartIsNamed(_ table: String) async throws {
    let lab = try LogLab()
    try await lab.open().close()
    let database = try SQLiteDatabase(path: EventIndex.path(in: lab.folder), mode: .readWrite)
    try database.execute("drop table \(table); create table \(table) (damaged text)")
    let error = await #expect(throws: PlatformError.self) { _ = try await lab.open() }
    #expect(error?.context.contains { $0.value == EventIndex.path(in: lab.folder) } == true)
    #expect(error?.nextStep?.contains("made again") == true)
  }

  /// As on a full disk, which only what is removed can help.
  @Test func oldSegmentsGoThoughNothingCanBeSealed() async throws {
    let lab = try LogLab()
    let log = try await lab.open { $0.segmentBytes = 1 }
    for id in ["evt_1", "evt_2"] { _ = try log.append(.of(id)) }
    lab.advance(16 * 60)
    log.tend()
    #expect(try lab.files().count == 2)
    let database = try SQLiteDatabase(path: EventIndex.path(in: lab.folder), mode: .readWrite)
    try database.execute("create trigger full before insert on seen begin select raise(abort, 'full'); end")
    _ = try log.append(.of("evt_3"))
    lab.advance(8 * 86_400)
    log.tend()
    #expect(log.status.shipFailure?.cause?.contains("full") == true)
    #expect(try lab.files().count == 2, "the first has gone, the newest of those that were shipped stays")
    try database.execute("drop trigger full")
    lab.advance(120)
    log.tend()
    #expect(log.status.shipFailure == nil)
    log.close()
    #expect(try lab.idsInBronze().sorted() == ["evt_1", "evt_2", "evt_3"])
  }

  /// It takes a write, and does not say that it is done.
  @Test func aDiskThatHangsIsTold() async throws {
    let lab = try LogLab()
    let goOn = DispatchSemaphore(value: 0)
    let log = try await lab.open { $0.onSynced = { _, _ in goOn.wait() } }
    let answered = Mutex<[Bool]>([])
    try log.append(.of("evt_1")) { result in answered.withLock { $0.append((try? result.get()) == .stored) } }
    try await Wait.until("it is told") { log.roomFailure() != nil }
    #expect(log.roomFailure()?.message.contains("has not answered") == true)
    goOn.signal()
    try await Wait.until("it is answered") { answered.withLock { $0 } == [true] }
    #expect(log.roomFailure() == nil)
  }

  // MARK: the lake

  /// Its server takes the connection, and says nothing.
  @Test func aLakeThatNeverAnswersIsTold() async throws {
    let lab = try LogLab()
    let s3 = try SilentS3()
    defer { s3.stop() }
    let lake = try LakeFolder(location: "s3://bucket/lake", relativeTo: lab.place.url, variables: s3.variables)
    let log = try await lab.open { $0.lake = lake }
    #expect(try log.append(.of("evt_1")) == .stored)
    #expect(s3.owed == 0, "nobody waits for the lake before he may store")
    lab.advance(16 * 60)
    Thread { log.tend() }.start()
    try await Wait.until("the lake is asked") { s3.owed > 0 }
    #expect(log.status.failingSince == nil && log.status.unshipped == 1)
    lab.advance(15 * 60)
    #expect(log.status.failingSince != nil && log.status.shipFailure?.status == .unavailable)
    s3.answer { _ in HTTPResponse(status: 403) }
    try await Wait.until("it has answered") { [nil, .unavailable].contains(log.status.shipFailure?.status) == false }
    #expect(log.status.unshipped == 1)
  }
}
