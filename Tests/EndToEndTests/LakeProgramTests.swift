import Foundation
import TestSupport
import Testing

/// `okapi lake …` against a sandbox: the books agree, whatever is killed on the way, and damage is named.
@Suite("Lake", .serialized) struct LakeProgramTests {
  @Test("the books agree after each run; a second run changes nothing, and a replay makes the same bytes")
  func books() async throws {
    try await LakeWorld.with(customers: 25, months: 3) { world in
      let first = try await world.lake("run", "--json")
      #expect(first.status == 0, "\(first.stdout) \(first.stderr)")
      #expect(try first.document()["lake"]?["is_promoted"] == .boolean(true))
      try await world.expectBooks()
      let before = try world.accepted()
      #expect(before.count > 50)

      let second = try await world.lake("run", "--json")
      #expect(second.status == 0)
      #expect(try second.document()["lake"]?["models"]?.array?.isEmpty == true)
      #expect(try world.accepted() == before)

      let charge = try #require(
        try await world.query(
          "select charge_id from gold.fct_payments join silver.charges using (payment_intent_id) "
            + "where captured_minor > 100 and refund_count = 0 and dispute_count = 0 order by 1 limit 1"
        ).first?[0])
      let customer = try #require(try await world.query("select min(customer_id) from silver.customers").first?[0])
      #expect(try world.send("POST", "/v1/refunds", "charge=\(charge)&amount=50")["id"]?.string != nil)
      try world.send("POST", "/v1/customers/\(customer)", "name=Somebody")
      let gone = try #require(try world.send("POST", "/v1/customers", "name=Brief")["id"]?.string)
      try world.send("DELETE", "/v1/customers/\(gone)")
      let third = try await world.lake("run", "--json")
      #expect(third.status == 0, "\(third.stdout) \(third.stderr)")
      try await world.expectBooks()
      #expect(
        try await world.query("select name from silver.customers where customer_id = '\(customer)'") == [["Somebody"]])
      #expect(
        try await world.query("select is_deleted from silver.customers where customer_id = '\(gone)'") == [["true"]])
      let after = try world.accepted()
      #expect(after.filter { before[$0.key] == $0.value }.count > before.count - 25)

      let replay = try await world.lake("replay", "--json")
      #expect(replay.status == 0, "\(replay.stdout)")
      #expect(try world.accepted() == after)
    }
  }

  @Test("killed while it reads, builds, checks or accepts: the next run completes it, and the books agree")
  func kills() async throws {
    try await LakeWorld.with(customers: 15, months: 2) { world in
      let journal = world.lake.appending(path: "_state/promotion.json").path
      var moments: [(String, @Sendable () -> Bool)] = [
        ("bronze is written", { (try? world.files("charges").isEmpty) == false }),
        ("something is staged", { FileManager.default.fileExists(atPath: world.lake.path + "/_staging") }),
        ("it accepts", { FileManager.default.fileExists(atPath: journal) }),
        ("the journal is done", { (try? world.accepted().isEmpty) == false }),
      ]
      moments += [moments[2], moments[1]]
      for (number, (name, hasCome)) in moments.enumerated() {
        let customer = try world.send("POST", "/v1/customers", "name=Customer+\(number)")["id"]?.string
        #expect(customer != nil)
        let run = try world.start([number == 4 ? "replay" : "run"])
        async let outcome = run.outcome()
        try await Wait.until("\(name), or the run has ended", every: .milliseconds(1)) {
          hasCome() || kill(run.processID, 0) != 0
        }
        run.signal(SIGKILL)
        _ = await outcome
      }
      let last = try await world.lake("run", "--json")
      #expect(last.status == 0, "\(last.stdout) \(last.stderr)")
      try await world.expectBooks()
      let replay = try await world.lake("replay", "--json")
      #expect(replay.status == 0, "\(replay.stdout)")
      try await world.expectBooks()
      #expect(!FileManager.default.fileExists(atPath: journal))
    }
  }

  @Test("damage is named: a cut part, a copied one, a broken line, a file of silver that is gone or changed")
  func damage() async throws {
    try await LakeWorld.with(customers: 10, months: 2) { world in
      #expect(try await world.lake("run").status == 0)
      let part = try #require(try world.files("charges").first)
      let whole = try Data(contentsOf: part)

      try whole.dropLast(300).write(to: part)
      let cut = try await world.lake("run", "--json")
      // The half line at its end is a reject as well.
      #expect(cut.status == 65)
      #expect(try findings(cut).contains("bronze_short_part"))

      var lines = whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Data($0) }
      lines[1] = Data(String(repeating: "x", count: lines[1].count).utf8)
      try Data(lines.joined(separator: Data("\n".utf8))).write(to: part)
      let broken = try await world.lake("replay", "--json")
      #expect(broken.status == 65, "\(broken.stdout)")
      #expect(try findings(broken).contains("bronze_malformed"))

      try whole.write(to: part)
      let copy = part.deletingLastPathComponent().appending(path: "part-00077.jsonl")
      try whole.write(to: copy)
      let doubled = try await world.lake("run", "--json")
      #expect(doubled.status == 1)
      #expect(try findings(doubled).contains("bronze_copy"))
      try FileManager.default.removeItem(at: copy)
      #expect(try await world.lake("replay").status == 0)
      #expect(try await world.lake("quality").status == 0)

      let partition = try #require(try world.files("charges", "silver").first)
      let kept = try Data(contentsOf: partition)
      let other = partition.path + ".other"
      _ = try await world.query(
        "copy (select * replace (amount_minor + 1 as amount_minor) from '\(partition.path)') to '\(other)' "
          + "(format parquet)"
      )
      #expect(rename(other, partition.path) == 0)
      let changed = try await world.lake("quality", "--json")
      #expect(changed.status == 1)
      #expect(try findings(changed).contains("file_changed"))
      _ = try await world.query(
        "copy (select * replace (amount_minor::varchar as amount_minor) from '\(partition.path)') to '\(other)' "
          + "(format parquet)")
      #expect(rename(other, partition.path) == 0)
      #expect(try findings(try await world.lake("quality", "--json")).contains("schema"))
      try FileManager.default.removeItem(at: partition)
      #expect(try findings(try await world.lake("quality", "--json")).contains("file_missing"))
      #expect(try await world.lake("replay").status == 0)
      #expect(try Data(contentsOf: partition) == kept)

      let accepted = try world.accepted()
      try FileManager.default.removeItem(at: world.lake.appending(path: "_state/manifests/_latest/charges.json"))
      #expect(try findings(try await world.lake("quality", "--json")).contains("file_missing"))
      let without = try await world.lake("run")
      #expect(without.status == 74 && without.stderr.contains("charges.json"), "\(without.status) \(without.stderr)")
      #expect(try await world.lake("replay").status == 0)
      #expect(try world.accepted() == accepted)
    }
  }

  @Test("half a line that a killed run has left is no reject, a whole line that cannot be read is one")
  func halfLine() async throws {
    try await LakeWorld.with(customers: 2, months: 1) { world in
      #expect(try await world.lake("run").status == 0)
      let part = try #require(try world.files("charges").first)
      let whole = try Data(contentsOf: part)
      let left = part.deletingLastPathComponent().deletingLastPathComponent().appending(path: "run_id=killed")
      try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
      let half = left.appending(path: part.lastPathComponent)
      try whole.prefix(100).write(to: half)
      let killed = try await world.lake("run", "--json")
      #expect(killed.status == 0, "\(killed.stdout)")
      try (whole.prefix(120) + Data("\n".utf8)).write(to: half)
      let ended = try await world.lake("run", "--json")
      #expect(ended.status == 65)
      #expect(try findings(ended).contains("bronze_malformed"))
    }
  }

  private func findings(_ outcome: TestBinary.Outcome) throws -> [String] {
    let report = try outcome.document()
    let all = (report["lake"]?["findings"] ?? report["findings"])?.array ?? []
    return all.compactMap { $0["check"]?.string }
  }

  @Test("one at a time; a window of one entity, and what changes of its older objects")
  func windowAndLock() async throws {
    try await LakeWorld.with(customers: 15, months: 3) { world in
      let extracted = try await world.lake(
        "extract", "--entity", "charges", "--since", "2026-01-01", "--until", "2026-01-02")
      #expect(extracted.status == 0, "\(extracted.stderr)")
      #expect(try world.files("charges").isEmpty)
      let charges = try world.send("GET", "/v1/charges?limit=100")["data"]?.array ?? []
      let oldest = try #require(charges.last?["id"]?.string)
      try world.send("POST", "/v1/charges/\(oldest)", "description=later")
      #expect(try await world.lake("run", "--entity", "charges", "--days", "1").status == 0)
      let rows = try await world.query("select charge_id, description from silver.charges where description = 'later'")
      #expect(rows == [[oldest, "later"]])
      #expect(try await world.query("select count(*) from silver.charges") != [[String(charges.count)]])

      let lock = try FileHandle(forUpdating: world.lake.appending(path: "_state/locks/.models"))
      #expect(flock(lock.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
      let refused = try await world.lake("transform")
      #expect(refused.status == 75)
      #expect(refused.stderr.contains("another okapi is at work on this lake's silver and gold"))
      let waiting = try world.start(["quality", "--wait"])
      async let outcome = waiting.outcome()
      #expect(flock(lock.fileDescriptor, LOCK_UN) == 0)
      #expect(await outcome.status == 0)
    }
  }
}
