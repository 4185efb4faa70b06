import Foundation
import PlatformCore
import Synchronization
import Testing

@testable import BronzeStore

/// What the writer leaves on the disk, line by line and part by part.
@Suite struct BronzeWriterTests {
  private static let folder = "bronze/source=stripe/entity=charges/dt=2026-11-21/run_id=run-1"

  @Test func aLineIsTheObjectAndWhatIsKnownOfIt() async throws {
    let lab = try BronzeLab()
    let writer = lab.writer()
    try await writer.append([#"{"id":"ch_1"}"#], to: "charges")
    try await writer.finish()
    let expected =
      #"{"data":{"id":"ch_1"},"meta":{"entity":"charges","run_id":"run-1","correlation_id":"req_1","#
      + #""ingested_at":"2026-11-21T08:30:00.000Z","observed_at":"2026-11-21T08:29:50Z","sequence":1,"#
      + #""source":"stripe","api_version":"2026-10-28.endive"}}"# + "\n"
    #expect(try lab.text(Self.folder + "/part-00000.jsonl") == expected)
    let permissions = try FileManager.default.attributesOfItem(atPath: lab.url(Self.folder + "/part-00000.jsonl").path)
    #expect(permissions[.posixPermissions] as? Int == 0o600)
  }

  @Test func whatIsNotKnownIsNull() async throws {
    let lab = try BronzeLab()
    let writer = lab.writer()
    try await writer.append(
      [ArraySlice(#"{"id":"ch_1"}"#.utf8)], to: "charges",
      observed: BronzeObservation(observedAt: 0, sequence: 2, apiVersion: nil))
    try await writer.sync()
    let text = try lab.text(Self.folder + "/part-00000.jsonl")
    #expect(text.contains(#""correlation_id":null"#) && text.contains(#""api_version":null"#))
    #expect(text.contains(#""observed_at":"1970-01-01T00:00:00Z","sequence":2"#))
    #expect(try lab.records(of: "charges") == [#"{"id":"ch_1"} 0 2 -"#])
  }

  @Test func anEntityHasAPartOfItsOwn() async throws {
    let lab = try BronzeLab()
    let writer = lab.writer()
    try await writer.append([#"{"id":"ch_1"}"#], to: "charges")
    try await writer.append([#"{"id":"cus_1"}"#], to: "customers")
    try await writer.append([#"{"id":"ch_2"}"#, #"{"id":"ch_3"}"#], to: "charges")
    try await writer.finish()
    #expect(try lab.reader.entities() == ["charges", "customers"])
    #expect(try lab.reader.parts(of: "charges").count == 1)
    #expect(try lab.records(of: "charges").count == 3)
    #expect(await writer.written.map(\.lines) == [3, 1])
    let part = try #require(try lab.reader.parts(of: "charges").first)
    #expect(try await writer.written.first?.bytes == lab.reader.bytes(of: part))
  }

  @Test func aFullPartIsSealed() async throws {
    let lab = try BronzeLab()
    var limits = BronzeWriter.Limits()
    limits.partBytes = 400
    let writer = lab.writer(limits: limits)
    // A line has about 250 bytes: every second one fills a part, also within one answer.
    try await writer.append((1...5).map { #"{"id":"ch_\#($0)"}"# }, to: "charges")
    try await writer.finish()
    #expect(try lab.reader.parts(of: "charges").map(\.number) == [0, 1, 2])
    #expect(try lab.records(of: "charges").map { $0.prefix(13) } == (1...5).map { #"{"id":"ch_\#($0)"}"# })
  }

  @Test func anOldPartAndOneOfYesterdayAreSealed() async throws {
    let lab = try BronzeLab()
    let now = MutableClock(BronzeLab.moment)
    let writer = BronzeWriter(lake: lab.lake, source: "stripe", runID: "run-1", clock: now.clock)
    try await writer.append([#"{"id":"ch_1"}"#], to: "charges")
    now.advance(14 * 60)
    try await writer.append([#"{"id":"ch_2"}"#], to: "charges")
    now.advance(60)
    try await writer.append([#"{"id":"ch_3"}"#], to: "charges")
    now.advance(15 * 3600 + 14 * 60 + 50)  // ten seconds before the next day
    try await writer.append([#"{"id":"ch_4"}"#], to: "charges")
    now.advance(80)
    try await writer.append([#"{"id":"ch_5"}"#], to: "charges")
    try await writer.finish()
    let parts = try lab.reader.parts(of: "charges")
    #expect(parts.map(\.number) == [0, 1, 2, 3])
    #expect(parts.map(\.day) == ["2026-11-21", "2026-11-21", "2026-11-21", "2026-11-22"])
    #expect(try lab.records(of: "charges").map { $0.prefix(13) } == (1...5).map { #"{"id":"ch_\#($0)"}"# })
  }

  /// A run that is started again under its id leaves what the killed one wrote as it is.
  @Test func aTakenNameIsPassedOver() async throws {
    let lab = try BronzeLab()
    try lab.put(Self.folder + "/part-00000.jsonl", #"{"data":{"id":"ch_0"},"me"#)
    let writer = lab.writer()
    try await writer.append([#"{"id":"ch_1"}"#], to: "charges")
    try await writer.finish()
    #expect(try lab.text(Self.folder + "/part-00000.jsonl") == #"{"data":{"id":"ch_0"},"me"#)
    #expect(try lab.records(of: "charges").map { $0.prefix(13) } == [#"{"id":"ch_1"}"#])
  }

  @Test func whatIsSyncedIsThereWholeAndTheRestMayNotBe() async throws {
    let lab = try BronzeLab()
    let writer = lab.writer()
    try await writer.append([#"{"id":"ch_1"}"#], to: "charges")
    try await writer.sync()
    #expect(try lab.records(of: "charges").count == 1)
    // Small appends are gathered; only a sync promises them.
    try await writer.append([#"{"id":"ch_2"}"#], to: "charges")
    #expect(try lab.records(of: "charges").count == 1)
    try await writer.sync()
    #expect(try lab.records(of: "charges").count == 2)
  }

  @Test(arguments: ["", "{\"a\":\n1}"]) func anObjectStandsOnOneLine(_ object: String) async throws {
    let writer = try BronzeLab().writer()
    let error = await #expect(throws: PlatformError.self) { try await writer.append([object], to: "charges") }
    #expect(error?.status == .bug)
    // And state does not move past it.
    await #expect(throws: PlatformError.self) { try await writer.sync() }
  }

  @Test func aPlaceThatCannotBeWrittenSaysSo() async throws {
    let lab = try BronzeLab()
    try lab.put("bronze", "a file")
    let writer = lab.writer()
    let error = await #expect(throws: PlatformError.self) { try await writer.append(["{}"], to: "charges") }
    #expect(error?.status == .output)
    #expect(error?.nextStep?.contains("LAKE_URL") == true)
  }

  /// A full disk: nothing is promised any more, and nothing is appended to a half line.
  @Test func aFullDiskEndsTheFile() throws {
    let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
    try #require(descriptor >= 0)
    let appender = LakeAppender(path: "/dev/full", descriptor: descriptor)
    try appender.append([1])
    #expect(throws: PlatformError.self) { try appender.sync() }
    let error = #expect(throws: PlatformError.self) { try appender.append([1]) }
    #expect(error?.status == .inputOutput)
  }
}

/// A clock that moves when a test says so.
private final class MutableClock: Sendable {
  private let now: Mutex<Date>

  init(_ now: Date) { self.now = Mutex(now) }

  var clock: WallClock { WallClock { self.now.withLock { $0 } } }

  func advance(_ seconds: Double) { now.withLock { $0 += seconds } }
}
