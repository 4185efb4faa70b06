import Foundation
import HTTPClient
import Sandbox
import TestSupport
import Testing

/// The commands as processes.
@Suite("Commands of a sync") struct SyncProgramTests {
  @Test("a watch holds the lease, ends cleanly with its report; then coverage, proof and ingest say that all is well")
  func commands() async throws {
    try await SyncLab.run { lab in
      let customer = try lab.id("/v1/customers", "name=Before")
      let program = SyncProgram(lab, kills: 0)
      let watch = try await program.start(["sync", "--watch", "--interval", "0.2", "--json"])
      async let watched = watch.outcome(timeout: .seconds(600))
      let name = "select name from {s}.customers where id = '\(customer)'"
      try await Wait.until("the first state is there", limit: .seconds(300)) { try await lab.value(name) == "Before" }
      let second = try await program.run(["sync"])
      #expect(second.status == 75 && second.stderr.contains("sync of process \(watch.processID)"), "\(second.stderr)")
      try lab.post("/v1/customers/\(customer)", "name=After")
      try await Wait.until("the change is there", limit: .seconds(300)) { try await lab.value(name) == "After" }
      watch.signal(SIGTERM)
      let ended = await watched
      #expect(ended.status == 0, "\(ended.stderr)")
      #expect(try JSONParser().parse(Array(ended.stdout.utf8))["run_id"].string != nil, "\(ended.stdout)")
      #expect(try await lab.value("select count(*) from {s}._leases") == "0")

      // The signal may have come before the last table was loaded: the first one loads it.
      #expect(try await program.run(["ingest", "--source", "api"]).status == 0)
      let ingest = try await program.run(["ingest", "--source", "api"])
      #expect(ingest.status == 0 && ingest.stdout.contains("0 rows changed"), "\(ingest.stdout) \(ingest.stderr)")
      let coverage = try await program.run(["coverage", "--json"])
      let resources = try JSONParser().parse(Array(coverage.stdout.utf8))["resources"].array ?? []
      #expect(coverage.status == 0, "\(coverage.stdout)")
      #expect(resources.first { $0["resource"] == "customers" }?["state"] == "current")
      let proof = try await program.run(["verify", "--source", "api"])
      #expect(proof.status == 0 && proof.stdout.contains("EQUAL"), "\(proof.stdout) \(proof.stderr)")
      try await lab.execute("update {s}.customers set name = 'Damaged'")
      let found = try await program.run(["verify", "--source", "api", "--json"])
      #expect(found.status == 1)
      #expect(try JSONParser().parse(Array(found.stdout.utf8))["equal"] == false)
      let repaired = try await program.run(["verify", "--source", "api", "--repair"])
      #expect(repaired.status == 0, "\(repaired.stdout)")
      #expect(try await lab.value(name) == "After")
    }
  }

  /// As on a full disk, each write fails from some byte on; the system's own word for it differs (EFBIG).
  @Test("a disk that takes no more ends a sync with its words; with room again it goes on, and all is there")
  func fullDisk() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 20, months: 3)
      let program = SyncProgram(lab, kills: 0)
      let full = try await program.start(["sync", "--json"], after: "trap '' XFSZ; ulimit -f 200").outcome()
      #expect(full.status == 74, "\(full.stdout) \(full.stderr)")
      #expect(full.stderr.contains("a file of the lake cannot be written"), "\(full.stderr)")
      #expect(full.stderr.contains("make room"), "\(full.stderr)")
      try await program.sync()
      try await lab.expectEqual()
      try await lab.expectBooks()
    }
  }

  @Test("options that contradict each other, and resources without a list, are refused")
  func refusals() async throws {
    try await SyncLab.run { lab in
      let program = SyncProgram(lab, kills: 0)
      for arguments in [
        ["sync", "--interval", "5"], ["sync", "subscription_items"], ["ingest", "--source", "api", "--replay"],
        ["ingest", "--source", "json", "--wait"], ["verify", "--source", "api", "--json-dir", "x"],
      ] {
        let outcome = try await program.run(arguments)
        #expect(outcome.status == 64, "\(arguments) \(outcome.stderr)")
      }
    }
  }
}
