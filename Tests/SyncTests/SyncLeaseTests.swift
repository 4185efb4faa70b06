import BronzeStore
import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import Synchronization
import TestSupport
import Testing

@testable import Sync

/// One sync at a time.
@Suite("Lease of a sync") struct SyncLeaseTests {
  private func lease(_ lab: SyncLab, _ runID: String, expiry: Duration = SyncLease.expiry) -> SyncLease {
    SyncLease(
      names: lab.names, context: RunContext(runID: runID, command: "sync", log: .silent), expiry: expiry,
      connect: { try await TestDatabase.connect() })
  }

  @Test("a second one is refused with the holder's name, his run and since when; --wait waits")
  func second() async throws {
    try await SyncLab.run { lab in
      let holder = lease(lab, "run-holder")
      try await holder.take()
      let refused = await #expect(throws: PlatformError.self) { try await lab.sync() }
      #expect(refused?.status == .temporary)
      #expect(refused?.cause?.contains("run run-holder, since 20") == true, "\(refused?.cause ?? "")")
      let isAwaited = Mutex(false)
      async let waiting: Void = lease(lab, "run-waiting").take(waits: true) { holder in
        isAwaited.withLock { $0 = holder.runID == "run-holder" }
      }
      try await Wait.until("the holder is awaited") { isAwaited.withLock { $0 } }
      await holder.release()
      try await waiting
      #expect(try await lab.value("select run_id from {s}._leases") == "run-waiting")
    }
  }

  @Test("a holder that is silent too long is taken over, and learns of it; one that renews is not")
  func expiry() async throws {
    try await SyncLab.run { lab in
      let (first, second) = (lease(lab, "run-1"), lease(lab, "run-2"))
      try await first.take()
      try await first.take()
      await #expect(throws: LeaseTaken.self) { try await second.take() }
      try await lab.execute("update {s}._leases set heartbeat_at = now() - interval '91 seconds'")
      try await second.take()
      await #expect(throws: LeaseTaken.self) { try await first.take() }
      // What the first one gives back is no longer his.
      await first.release()
      #expect(try await lab.value("select run_id from {s}._leases") == "run-2")
    }
  }

  @Test("a body whose lease is taken meanwhile ends; otherwise the lease is given back, also after a failure")
  func hold() async throws {
    try await SyncLab.run { lab in
      let lost = await #expect(throws: PlatformError.self) {
        try await lease(lab, "run-1").hold(waits: false, every: .milliseconds(10)) {
          try await lab.execute("update {s}._leases set token = 'another', run_id = 'run-9'")
          try await Task.sleep(for: .seconds(60))
        }
      }
      #expect(lost?.status == .temporary && lost?.cause?.contains("run-9") == true)
      try await lab.execute("delete from {s}._leases")
      struct Failed: Error {}
      await #expect(throws: Failed.self) {
        try await lease(lab, "run-2").hold(waits: false) { throw Failed() }
      }
      #expect(try await lab.value("select count(*) from {s}._leases") == "0")
    }
  }

  @Test("a holder that was killed is taken over at once where that is certain")
  func killed() async throws {
    try await SyncLab.run { lab in
      let child = try RunningBinary("/bin/sleep", ["60"])
      let own = try #require(ProcessIdentity.current)
      let stat = try String(contentsOfFile: "/proc/\(child.processID)/stat", encoding: .utf8)
      let fields = stat[stat.index(after: try #require(stat.lastIndex(of: ")")))...].split(separator: " ")
      let parts = own.text.split(separator: "|").map(String.init)
      let token = [parts[0], parts[1], String(child.processID), String(fields[19])].joined(separator: "|")
      try await lab.execute(
        "insert into {s}._leases values ('sync', '\(token)#x', 'sync', 'run-killed', 'here', 1, now(), now())")
      await #expect(throws: LeaseTaken.self) { try await lease(lab, "run-2").take() }
      child.signal(SIGKILL)
      _ = await child.outcome()
      try await lease(lab, "run-2").take()
      #expect(try await lab.value("select run_id from {s}._leases") == "run-2")
    }
  }

  @Test("while another command writes to the lake a sync is refused as well")
  func lake() async throws {
    try await SyncLab.run { lab in
      let lock = try await LakeLock.take(
        in: lab.lake, of: lab.names.schema, for: RunContext(runID: "run-f", command: "fetch", log: .silent))
      let refused = await #expect(throws: PlatformError.self) { try await lab.sync() }
      #expect(refused?.status == .temporary && refused?.cause?.contains("run-f") == true)
      withExtendedLifetime(lock) {}
    }
  }
}
