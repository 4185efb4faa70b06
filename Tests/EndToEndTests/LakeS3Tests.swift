import BronzeStore
import Foundation
import PlatformCore
import PostgresClient
import S3Client
import TestSupport
import Testing

/// `okapi lake …` with its lake in a bucket of a real gateway: the same guarantees as in a folder.
@Suite("Lake on S3", .serialized, .enabled(if: S3Gateway.isThere, "no S3 gateway is running: make test-s3"))
struct LakeS3Tests {
  @Test(
    "the books agree after each run; a second one changes nothing; a replay, here or in a folder, makes the same bytes")
  func books() async throws {
    try await LakeS3World.with(customers: 12, months: 2) { world in
      let first = try await world.okapi("lake", "run", "--json")
      #expect(first.status == 0, "\(first.stdout) \(first.stderr)")
      #expect(try first.document()["lake"]?["is_promoted"] == .boolean(true))
      try await world.expectBooks()
      let before = try world.accepted()
      #expect(before.count > 30)

      let second = try await world.okapi("lake", "run", "--json")
      #expect(second.status == 0, "\(second.stderr)")
      #expect(try second.document()["lake"]?["models"]?.array?.isEmpty == true)
      #expect(try world.accepted() == before)

      let charge = try #require(
        try await world.query(
          "select charge_id from gold.fct_payments join silver.charges using (payment_intent_id) "
            + "where captured_minor > 100 and refund_count = 0 and dispute_count = 0 order by 1 limit 1"
        ).first?[0])
      #expect(try world.send("POST", "/v1/refunds", "charge=\(charge)&amount=50")["id"]?.string != nil)
      let third = try await world.okapi("lake", "run", "--json")
      #expect(third.status == 0, "\(third.stdout) \(third.stderr)")
      try await world.expectBooks()
      let after = try world.accepted()
      #expect(after != before && after.filter { before[$0.key] == $0.value }.count > before.count - 20)

      let replay = try await world.okapi("lake", "replay", "--json")
      #expect(replay.status == 0, "\(replay.stdout) \(replay.stderr)")
      #expect(try world.accepted() == after)
      #expect(try await world.okapi("lake", "quality").status == 0)
      #expect(try world.lake().files(below: "_staging").isEmpty)
      #expect(try world.lake().names(in: "_state").contains("promotion.json") == false)
      // Nothing of the bucket's stays on this machine.
      let scratch = URL(filePath: world.home.home).appending(path: "scratch")
      #expect(((try? FileManager.default.contentsOfDirectory(atPath: scratch.path)) ?? []).isEmpty)

      let folder = world.home.folder.appending(path: "copy")
      try world.download("bronze", to: folder)
      try world.download("_state/account", to: folder)
      let copied = try await world.okapi("lake", "replay", "--json", settings: ["LAKE_URL": folder.path])
      #expect(copied.status == 0, "\(copied.stdout) \(copied.stderr)")
      #expect(try LakeS3World.accepted(LakeFolder(root: folder)) == after)
    }
  }

  @Test("killed while it reads, builds or accepts: the next run completes it at once, and the books agree")
  func kills() async throws {
    try await LakeS3World.with(customers: 8, months: 2) { world in
      let lake = try world.lake()
      let moments: [(String, @Sendable () throws -> Bool)] = [
        ("bronze is written", { try !lake.files(below: "bronze").isEmpty }),
        ("something is staged", { try !lake.files(below: "_staging").isEmpty }),
        ("it accepts", { try lake.size(of: "_state/promotion.json") != nil }),
        ("a model is accepted", { try !lake.names(in: "_state/manifests/_latest").isEmpty }),
      ]
      for (number, (name, hasCome)) in moments.enumerated() {
        #expect(try world.send("POST", "/v1/customers", "name=Customer+\(number)")["id"]?.string != nil)
        let run = try world.start(["lake", "run"])
        async let outcome = run.outcome()
        // Beside the other tests a run takes its time.
        try await Wait.until("\(name), or the run has ended", limit: .seconds(300), every: .milliseconds(2)) {
          try hasCome() || kill(run.processID, 0) != 0
        }
        run.signal(SIGKILL)
        _ = await outcome
      }
      let last = try await world.okapi("lake", "run", "--json")
      #expect(last.status == 0, "\(last.stdout) \(last.stderr)")
      try await world.expectBooks()
      let accepted = try world.accepted()
      let replay = try await world.okapi("lake", "replay", "--json")
      #expect(replay.status == 0, "\(replay.stdout)")
      #expect(try world.accepted() == accepted)
      #expect(try lake.size(of: "_state/promotion.json") == nil)
    }
  }

  @Test("one at a time: the second is refused with 75, and names the first; --wait waits")
  func lock() async throws {
    try await LakeS3World.with(customers: 3, months: 1) { world in
      #expect(try await world.okapi("lake", "run").status == 0)
      let context = RunContext(runID: "run-held", command: "lake run", log: .silent)
      var lock: LakeLock? = try await LakeLock.take(in: world.lake(), of: LakeLock.models, for: context)
      let refused = try await world.okapi("lake", "transform")
      #expect(refused.status == 75)
      #expect(refused.stderr.contains("another okapi is at work on this lake's silver and gold"))
      #expect(refused.stderr.contains("run-held") && refused.stderr.contains(world.location))
      let waiting = try world.start(["lake", "quality", "--wait"])
      async let outcome = waiting.outcome()
      withExtendedLifetime(lock) {}
      lock = nil
      #expect(await outcome.status == 0)
    }
  }

  @Test("a wrong key, a missing bucket, no server, no key: each with its status and what to do")
  func refusals() async throws {
    try await ProgramHome.with { home in
      try S3Gateway.makeBucket()
      func run(_ settings: [String: String]) async throws -> TestBinary.Outcome {
        let usual = S3Gateway.settings().merging(["LAKE_URL": "s3://\(S3Gateway.bucket)/refused"]) { $1 }
        return try await home.run("lake", "transform", environment: usual.merging(settings) { $1 })
      }
      let secret = try await run(["AWS_SECRET_ACCESS_KEY": "wrong-wrong-wrong"])
      #expect(secret.status == 77)
      #expect(secret.stderr.contains("SignatureDoesNotMatch") && secret.stderr.contains("AWS_SECRET_ACCESS_KEY"))
      #expect(!secret.stderr.contains("wrong-wrong-wrong"))
      let key = try await run(["AWS_ACCESS_KEY_ID": "NOBODY"])
      #expect(key.status == 77)
      #expect(key.stderr.contains("InvalidAccessKeyId"))
      let bucket = try await run(["LAKE_URL": "s3://no-such-bucket/lake"])
      #expect(bucket.status == 78)
      #expect(bucket.stderr.contains("there is no such bucket") && bucket.stderr.contains("LAKE_URL"))
      let server = try await run(["AWS_ENDPOINT_URL_S3": "http://127.0.0.1:\(try FreePort.find())"])
      #expect(server.status == 69)
      #expect(server.stderr.contains("AWS_ENDPOINT_URL_S3"))
      let none = try await run([
        "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
        "AWS_CONFIG_FILE": "/nowhere",
      ])
      #expect(none.status == 78)
      #expect(none.stderr.contains("AWS_ACCESS_KEY_ID"))
    }
  }

  @Test("cut connections are tried again; a server that stays away ends the run with 69, and the next one completes it")
  func cuts() async throws {
    try await LakeS3World.with(customers: 5, months: 1) { world in
      try await CuttingRelay.with(to: S3Gateway.port) { relay in
        let settings = S3Gateway.settings(port: relay.port)
        let orders: [CuttingRelay.Order] = [.request, .pass, .answer, .pass, .pass]
        try relay.order((0..<8).flatMap { _ in orders })
        let cut = try await world.okapi("lake", "run", "--json", settings: settings)
        #expect(cut.status == 0, "\(cut.stdout) \(cut.stderr)")
        #expect(relay.left == 0)
        try await world.expectBooks()

        #expect(try world.send("POST", "/v1/customers", "name=Late")["id"]?.string != nil)
        let lake = try world.lake()
        let run = try world.start(["lake", "run"], settings)
        async let outcome = run.outcome()
        try await Wait.until("something is staged", every: .milliseconds(2)) {
          guard try !lake.files(below: "_staging").isEmpty else { return false }
          // Here: until the wait is over, the run may be.
          try relay.order([.down])
          return true
        }
        let ended = await outcome
        #expect(ended.status == 69, "\(ended.stderr)")
        #expect(ended.stderr.contains("127.0.0.1:\(relay.port)"))
        let next = try await world.okapi("lake", "run", "--json")
        #expect(next.status == 0, "\(next.stdout) \(next.stderr)")
        try await world.expectBooks()
      }
    }
  }

  @Test("fetch and sync write to a bucket, and PostgreSQL is filled from it")
  func tables() async throws {
    try await LakeS3World.with(customers: 6, months: 1) { world in
      try await TestDatabase.withTestSchema { connection, schema in
        let settings = ["DATABASE_URL": try await TestDatabase.url(), "SOURCE_NAME": schema]
        func count(_ table: String) async throws -> String? {
          try await connection.query("select count(*) from \"\(schema)\".\(table) where not deleted")[0, 0]
        }
        let fetched = try await world.okapi("fetch", settings: settings)
        #expect(fetched.status == 0, "\(fetched.stderr)")
        let migrated = try await world.okapi("db", "migrate", settings: settings)
        #expect(migrated.status == 0, "\(migrated.stderr)")
        let loaded = try await world.okapi("ingest", "--source", "bronze", settings: settings)
        #expect(loaded.status == 0, "\(loaded.stdout) \(loaded.stderr)")
        let ledger = try await world.home.run("sandbox", "ledger", "--json").document()
        #expect(try await count("charges") == ledger["counts"]?["charges"]?.integer.map { String($0) })
        #expect(try world.send("POST", "/v1/customers", "name=Late")["id"]?.string != nil)
        let synced = try await world.okapi("sync", settings: settings)
        #expect(synced.status == 0, "\(synced.stdout) \(synced.stderr)")
        let now = try await world.home.run("sandbox", "ledger", "--json").document()
        #expect(try await count("customers") == now["counts"]?["customers"]?.integer.map { String($0) })

        for (out, place) in [
          ([], world.location + "/dump/"), (["--out", world.location + "/own"], world.location + "/own"),
        ] {
          let dumped = try await world.start(["db", "dump", "--json"] + out, settings).outcome()
          #expect(dumped.status == 0, "\(dumped.stderr)")
          let folder = try #require(try dumped.document()["folder"]?.string)
          #expect(folder.hasPrefix(place))
          let path = String(folder.dropFirst(world.location.count + 1))
          let bytes = try #require(try world.lake().read("\(path)/customers.jsonl"))
          #expect(String(bytes.count { $0 == UInt8(ascii: "\n") }) == (try await count("customers")))
        }
        let again = try await world.okapi("ingest", "--source", "bronze", settings: settings)
        #expect(again.stdout.contains("nothing new in bronze"), "\(again.stdout)")
      }
    }
  }
}
