import BronzeStore
import Foundation
import HTTPClient
import PlatformCore
import Synchronization
import TestSupport
import Testing

@testable import Webhooks

/// What a log keeps, over restarts, kills and full disks.
@Suite struct EventLogTests {
  private static let segment = "0000000001.2026-11-21.run-1.00000.jsonl"
  private static let part = "bronze/source=stripe/entity=webhook_events/dt=2026-11-21/run_id=run-1/part-00000.jsonl"

  @Test func anEventBecomesALineOfBronze() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    #expect(try log.append(.of("evt_1")) == .stored)
    let line =
      #"{"data":{"id":"evt_1","object":"event","api_version":"2025-04-30.basil","created":1795249790,"#
      + #""data":{"object":{"id":"cus_1","object":"customer","name":""}},"livemode":false,"pending_webhooks":1,"#
      + #""request":{"id":"req_1","idempotency_key":null},"type":"customer.created"},"#
      + #""meta":{"entity":"webhook_events","run_id":"run-1","correlation_id":"req_1","#
      + #""ingested_at":"2026-11-21T08:30:00.000Z","observed_at":"2026-11-21T08:29:50Z","sequence":2,"#
      + #""source":"stripe","api_version":"2025-04-30.basil"}}"#
    #expect(try log.reader.read(after: nil).map { String(decoding: $0.bytes, as: UTF8.self) } == [line])
    #expect(try lab.bronze().isEmpty)
    log.close()
    #expect(try lab.bronze() == [Self.part: line + "\n"])
    #expect(log.status.unshipped == 0)
    #expect(throws: PlatformError.self) { try log.append(.of("evt_2")) }
  }

  @Test func secretsDoNotReachTheDisk() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    let object = #"{"client_secret":"pi_1_secret_9"}"#
    let body = #"{"id":"evt_1","object":"event","created":1,"type":"t","data":{"object":\#(object)}}"#
    #expect(try log.append(CapturedEvent(Array(body.utf8))) == .stored)
    log.close()
    let text = try #require(try lab.bronze()[Self.part])
    #expect(!text.contains("secret_9") && text.contains("client_secret"))
  }

  @Test func thinEventsAreObservedWhenTheyArrive() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    let body = """
      {"id": "evt_t", "object": "v2.core.event", "type": "v1.billing.meter.error_report_triggered",
       "created": "2026-11-20T10:00:00.000Z", "related_object": {"id": "mtr_1", "type": "billing.meter"}}
      """
    #expect(try log.append(CapturedEvent(Array(body.utf8))) == .stored)
    log.close()
    let text = try #require(try lab.bronze()[Self.part])
    #expect(text.contains(#""observed_at":"2026-11-21T08:30:00Z""#) && text.contains(#""api_version":null"#))
  }

  @Test func anIDIsStoredOnceAlsoOverRestarts() async throws {
    let lab = try LogLab()
    for run in ["run-1", "run-2", "run-3"] {
      let log = try await lab.open(run: run)
      for id in ["evt_1", "evt_2", "evt_1"] { _ = try log.append(.of(id)) }
      #expect(try log.append(.of("evt_2")) == .duplicate)
      #expect(try log.append(.of("evt_\(run)")) == .stored)
      log.close()
    }
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2", "evt_run-1", "evt_run-2", "evt_run-3"])
    #expect(try lab.bronze().count == 3)
  }

  /// All parts of a large index are looked at, and only old ids go.
  @Test func oldIDsAreForgottenInParts() throws {
    let lab = try LogLab()
    try FileManager.default.createDirectory(at: lab.folder, withIntermediateDirectories: true)
    let index = try EventIndex(folder: lab.folder)
    let ids = (0..<EventIndex.lookedAtTogether * 2 + 10).map { "evt_\($0)" }
    for (place, id) in ids.enumerated() { try index.remember([id], at: place % 3 == 0 ? 200 : 100) }
    var last: String? = ""
    var parts = 0
    while let id = last {
      last = try index.forgetIDs(before: 200, behind: id)
      parts += 1
    }
    #expect(parts == 4)
    #expect(try ids.filter { try index.contains($0) } == ids.enumerated().filter { $0.offset % 3 == 0 }.map(\.element))
  }

  @Test func anIDIsForgottenWhenItIsOld() async throws {
    let lab = try LogLab()
    let first = try await lab.open()
    _ = try first.append(.of("evt_1"))
    first.close()
    lab.advance(34 * 86_400)
    let second = try await lab.open(run: "run-2")
    #expect(try second.append(.of("evt_1")) == .duplicate)
    _ = try second.append(.of("evt_2"))
    lab.advance(2 * 86_400)
    second.tend()
    #expect(try second.append(.of("evt_1")) == .stored)
    second.close()
  }

  /// The appends of one batch share a sync, and each is on the disk when it returns.
  @Test func manyAppendAtOnce() async throws {
    let lab = try LogLab()
    let lines = Mutex(0)
    let syncs = Mutex(0)
    let log = try await lab.open { options in
      options.onSynced = { count, _ in
        lines.withLock { $0 += count }
        syncs.withLock { $0 += 1 }
      }
    }
    let missing = Mutex<[String]>([])
    let path = lab.segmentFolder.appending(path: Self.segment)
    // Threads of their own: those of a pool are as many as there are processors, and would hardly ever meet.
    let group = DispatchGroup()
    for thread in 0..<16 {
      group.enter()
      Thread.detachNewThread {
        for round in 0..<50 {
          let id = "evt_\(thread)_\(round)"
          let outcome = try? log.append(.of(id))
          let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
          if outcome != .stored || !text.contains("\"\(id)\"") { missing.withLock { $0.append(id) } }
        }
        group.leave()
      }
    }
    group.wait()
    #expect(missing.withLock { $0 } == [])
    #expect(lines.withLock { $0 } == 800)
    #expect(syncs.withLock { $0 } < 800, "some share a sync")
    #expect(try Set(log.reader.ids()).count == 800)
    log.close()
    #expect(try lab.idsInBronze().count == 800)
  }

  /// Whatever is told to be stored is in bronze once, and nothing else is.
  @Test func closingAmidAppendsLosesNothing() async throws {
    for run in 1...10 {
      let lab = try LogLab()
      let log = try await lab.open { $0.segmentBytes = 5_000 }
      let stored = Mutex<[String]>([])
      let others = Mutex<[EventLog.Outcome]>([])
      let group = DispatchGroup()
      let begun = DispatchSemaphore(value: 0)
      for thread in 0..<8 {
        group.enter()
        Thread.detachNewThread {
          defer { group.leave() }
          for round in 0..<200 {
            let id = "evt_\(run)_\(thread)_\(round)"
            guard let event = try? CapturedEvent.of(id), let outcome = try? log.append(event) else { return }
            if outcome == .stored { stored.withLock { $0.append(id) } } else { others.withLock { $0.append(outcome) } }
            if round == 3 { begun.signal() }
          }
        }
      }
      group.enter()
      Thread.detachNewThread {
        for _ in 0..<20 { log.tend() }
        group.leave()
      }
      for _ in 0..<8 { begun.wait() }
      log.close()
      group.wait()
      #expect(try lab.idsInBronze().sorted() == stored.withLock { $0.sorted() })
      #expect(others.withLock { $0 } == [])
    }
  }

  @Test func theSameEventSentAtOnceIsStoredOnce() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    let outcomes = Mutex<[EventLog.Outcome?]>([])
    for round in 0..<20 {
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        let outcome = try? log.append(.of("evt_\(round)"))
        outcomes.withLock { $0.append(outcome) }
      }
    }
    #expect(outcomes.withLock { all in all.count { $0 == .stored } } == 20)
    #expect(outcomes.withLock { all in all.count { $0 == .duplicate } } == 140)
    log.close()
    #expect(try lab.idsInBronze().count == 20)
  }

  @Test func aSegmentIsSealedByBytesAgeAndDay() async throws {
    let lab = try LogLab()
    let log = try await lab.open { $0.segmentBytes = 5_000 }
    for number in 1...3 { _ = try log.append(.of("evt_\(number)", padding: 2_500)) }  // two fill one
    lab.advance(14 * 60)
    _ = try log.append(.of("evt_4"))
    lab.advance(60)
    log.tend()  // nobody sends anything: the clock alone seals it
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2", "evt_3", "evt_4"])
    lab.advance(15 * 3600 + 14 * 60 + 50)
    _ = try log.append(.of("evt_5"))
    lab.advance(20)  // the next day
    _ = try log.append(.of("evt_6"))
    log.close()
    let folders = try lab.bronze().keys.sorted().map { $0.split(separator: "/").suffix(3).joined(separator: "/") }
    #expect(
      folders == [
        "dt=2026-11-21/run_id=run-1/part-00000.jsonl", "dt=2026-11-21/run_id=run-1/part-00001.jsonl",
        "dt=2026-11-21/run_id=run-1/part-00002.jsonl", "dt=2026-11-22/run_id=run-1/part-00003.jsonl",
      ])
    #expect(try lab.idsInBronze() == (1...6).map { "evt_\($0)" })
  }

  @Test func eventsOfTheOtherModeAreNotStored() async throws {
    let lab = try LogLab()
    let first = try await lab.open()
    #expect(try first.append(.of("evt_1", livemode: false)) == .stored)
    #expect(try first.append(.of("evt_2", livemode: true)) == .otherMode)
    first.close()
    let second = try await lab.open(run: "run-2")
    #expect(try second.append(.of("evt_2", livemode: true)) == .otherMode)
    second.close()
    // What bronze was read from counts more.
    let state = BronzeState(lake: lab.lake, source: "stripe")
    try state.setAccount(SourceAccount(id: "acct_1", livemode: true, runID: "run-0", notedAt: "2026-11-21T08:00:00Z"))
    let third = try await lab.open(run: "run-3")
    lab.advance(61)
    third.tend()
    #expect(try third.append(.of("evt_2", livemode: true)) == .stored)
    #expect(try third.append(.of("evt_3", livemode: false)) == .otherMode)
    third.close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2"])
  }

  @Test func bronzesModeIsAskedBeforeTheFirstEvent() async throws {
    let lab = try LogLab()
    let state = BronzeState(lake: lab.lake, source: "stripe")
    try state.setAccount(SourceAccount(id: nil, livemode: true, runID: "run-0", notedAt: "2026-11-21T08:00:00Z"))
    let log = try await lab.open()
    log.lookAtLake()
    #expect(try log.append(.of("evt_1", livemode: false)) == .otherMode)
    log.close()
    // A receiver does so before it listens.
    let receiver = try await ReceiverLab(lab)
    #expect(try receiver.deliver(CapturedEvent.text("evt_1", livemode: false)).status == 400)
    receiver.service.stop()
  }

  @Test func twoProcessesDoNotShareALog() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    let error = await #expect(throws: PlatformError.self) { _ = try await lab.open(run: "run-2") }
    #expect(error?.status == .temporary)
    #expect(error?.cause?.contains("webhooks serve of process \(getpid()), run run-1") == true)
    log.close()
  }

  // MARK: shipping

  @Test func shippingTwiceWritesOneFile() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    _ = try log.append(.of("evt_1"))
    log.close()
    let before = try lab.bronze()
    // As if it had been killed before it noted that the segment is shipped, and with a copy left half done.
    try lab.forgetShipping()
    try lab.put("lake/" + Self.part.split(separator: "/").dropLast().joined(separator: "/") + "/.\(Self.segment)", "{")
    let again = try await lab.open(run: "run-2")
    #expect(again.status.unshipped == 1)
    again.tend()
    #expect(again.status.unshipped == 0)
    #expect(try lab.bronze() == before)
    // Bronze lost: the same file again.
    try FileManager.default.removeItem(at: lab.lake.root.appending(path: "bronze"))
    try lab.forgetShipping()
    again.tend()
    #expect(try lab.bronze() == before)
    again.close()
  }

  /// A copy of 64 MB would be what the syncs of new events wait for.
  @Test func onOneDiskNothingIsCopied() async throws {
    let lab = try LogLab()
    let log = try await lab.open()
    _ = try log.append(.of("evt_1"))
    log.close()
    let files = [lab.segmentFolder.appending(path: Self.segment).path, lab.lake.location(of: Self.part)]
    let inodes = try files.map { try FileManager.default.attributesOfItem(atPath: $0)[.systemFileNumber] as? Int }
    #expect(inodes[0] != nil && inodes[0] == inodes[1])
  }

  @Test func anotherFileInBronzeIsNotWrittenOver() async throws {
    let lab = try LogLab()
    try lab.put("lake/" + Self.part, "somebody else's\n")
    let log = try await lab.open { $0.segmentBytes = 1 }
    for number in 1...2 { _ = try log.append(.of("evt_\(number)")) }
    log.close()
    #expect(try lab.bronze()[Self.part] == "somebody else's\n")
    #expect(log.status.shipFailure?.status == .data)
    #expect(log.status.unshipped == 1)
    // The others are there all the same, and it ends as the error says.
    #expect(try lab.bronze().count == 2)
    try FileManager.default.removeItem(at: lab.segmentFolder.appending(path: Self.segment))
    let again = try await lab.open(run: "run-2")
    again.close()
    #expect(again.status.unshipped == 0 && again.status.shipFailure == nil)
  }

  @Test func aLakeThatIsAwayKeepsNobodyFromStoring() async throws {
    let lab = try LogLab()
    try lab.put("lake", "a file where the folder should be")
    let log = try await lab.open { $0.segmentBytes = 1 }
    for number in 1...3 { #expect(try log.append(.of("evt_\(number)")) == .stored) }
    log.tend()
    #expect(log.status.shipFailure != nil && log.status.failingSince == LogLab.moment)
    #expect(log.status.unshipped == 3)
    try FileManager.default.removeItem(at: lab.lake.root)
    log.tend()  // not before a second is over
    #expect(log.status.shipFailure != nil)
    lab.advance(2)
    log.tend()
    #expect(log.status.shipFailure == nil && log.status.failingSince == nil)
    log.close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2", "evt_3"])
  }

  /// Also segments of before, and a lake that says only later what it is.
  @Test func aLakeThatTakesNothingNewGetsNothing() async throws {
    let lab = try LogLab()
    let isPast = Atomic<Bool>(true)
    let log = try await lab.open {
      $0.segmentBytes = 1
      $0.lakeRefusal = { _ in isPast.load(ordering: .relaxed) ? PlatformError(.usage, "of the past") : nil }
    }
    #expect(try log.append(.of("evt_1")) == .stored)
    log.tend()
    #expect(log.status.shipFailure?.message == "of the past" && log.status.unshipped == 1)
    #expect(try lab.bronze().isEmpty)
    isPast.store(false, ordering: .relaxed)
    for number in 2...3 {
      lab.advance(2)
      log.tend()
      #expect(log.status.shipFailure == nil)
      #expect(try log.append(.of("evt_\(number)")) == .stored)
    }
    log.close()
    #expect(try lab.idsInBronze() == ["evt_1", "evt_2", "evt_3"])
  }

  @Test func segmentsGoWhenTheyAreShippedAndOldAndNotNeeded() async throws {
    let lab = try LogLab()
    let needed = Mutex(true)
    let log = try await lab.open { options in
      options.segmentBytes = 1
      options.isNeeded = { _ in needed.withLock { $0 } }
    }
    for number in 1...3 { _ = try log.append(.of("evt_\(number)")) }
    log.tend()
    lab.advance(8 * 86_400)
    log.tend()
    #expect(try lab.files().count == 3)
    needed.withLock { $0 = false }
    log.tend()
    // The newest stays, so that numbers go on.
    #expect(try lab.files().map { $0.prefix(10) } == ["0000000003"])
    log.close()
    let again = try await lab.open()
    _ = try again.append(.of("evt_4"))
    #expect(try lab.files().last?.prefix(38) == "0000000004.2026-11-29.run-1.00003.jsonl".prefix(38))
    again.close()
    #expect(try lab.idsInBronze().count == 4)
  }
}
