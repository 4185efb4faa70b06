import BronzeStore
import Foundation
import HTTPClient
import ResourceStore
import SQLiteClient
import SandboxServer
import TestSupport
import Testing

@testable import Sandbox

/// The whole way of webhooks as processes: a sandbox that delivers badly, a receiver that is killed, and what is said
/// of it afterwards.
@Suite("Webhooks of a world") struct WebhookWorldTests {
  /// A receiver of the sandbox's deliveries, killed and started again.
  private struct Receiver {
    let lab: SyncLab
    let program: SyncProgram
    let port: Int

    var metrics: String? {
      let answer = try? HTTPClient().send(.init("GET", "http://127.0.0.1:\(port)/metrics"))
      return answer.map { String(decoding: $0.body, as: UTF8.self) }
    }

    func start() async throws -> RunningBinary {
      let secret = try #require(lab.service.endpoints.first?.secret)
      let running = try await program.start(
        ["webhooks", "serve", "--apply", "--json", "--port", String(port), "--rate-per-endpoint", "2000"],
        with: ["STRIPE_WEBHOOK_SECRET": secret])
      try await Wait.until("the receiver answers", limit: .seconds(60)) { metrics != nil }
      return running
    }

    /// Waits until nothing is to be delivered any more.
    func drain() async throws {
      try await Wait.until("all was delivered, or given up", limit: .seconds(120), every: .milliseconds(100)) {
        try lab.service.store.read { reader in
          let row = try reader.database.statement("select count(*) from deliveries where due is not null")
          defer { row.reset() }
          return try row.step() && row.int64(0) == 0
        }
      }
    }
  }

  private func changes(_ lab: SyncLab, _ round: Int) throws {
    for number in 0..<4 {
      let customer = try lab.id("/v1/customers", "name=Customer \(round).\(number)&payment_method=pm_card_visa")
      let intent = try lab.id(
        "/v1/payment_intents",
        "amount=\(1000 + number)&currency=eur&confirm=true&payment_method=pm_card_visa&customer=\(customer)"
          + "&off_session=true")
      if number == 1 { try lab.post("/v1/refunds", "payment_intent=\(intent)&amount=100") }
      if number == 2 { try lab.post("/v1/customers/\(customer)", "name=Renamed \(round)") }
      if number == 3 { try lab.call("DELETE", "/v1/customers/\(customer)") }
    }
  }

  /// The ids of all events that the feed still holds.
  private func events(_ lab: SyncLab) throws -> [String] {
    var ids: [String] = []
    while true {
      let page = try lab.call("GET", "/v1/events", "limit=100" + (ids.last.map { "&starting_after=\($0)" } ?? ""))
      ids += (page["data"].array ?? []).compactMap { $0["id"].string }
      if page["has_more"].bool != true { return ids }
    }
  }

  /// The lines of captured events, by id.
  private func captured(_ lab: SyncLab) throws -> [String: Int] {
    let reader = BronzeReader(lake: lab.lake, source: lab.names.schema)
    var counts: [String: Int] = [:]
    for part in try reader.parts(of: "webhook_events") {
      let open = try reader.open(part)
      while let batch = try open.next() {
        for line in batch.wholeLines {
          let id = try JSONParser().parse(Array(line))["data"]["id"].string ?? ""
          counts[id, default: 0] += 1
        }
      }
    }
    return counts
  }

  /// What is missing is read, and then all is clean, each event is there once, and the tables equal the source.
  private func heal(_ lab: SyncLab, _ program: SyncProgram, past: Int) async throws {
    let healed = try await program.run(["webhooks", "reconcile", "--heal", "--grace", "0"])
    #expect(healed.status == 0 && healed.stdout.contains("CLEAN"), "\(healed.stdout) \(healed.stderr)")
    let clean = try await program.run(["webhooks", "reconcile", "--grace", "0", "--json"])
    #expect(clean.status == 0)
    let counts = try captured(lab)
    #expect(counts.values.allSatisfy { $0 == 1 }, "each event once")
    let whole = try JSONParser().parse(Array(clean.stdout.utf8))
    #expect(whole["captured"] == whole["feed"] && whole["feed"].integer ?? 0 >= past)

    let replay = try await program.run(["webhooks", "replay", "--since", "2026-01-01"])
    #expect(replay.status == 0, "\(replay.stdout) \(replay.stderr)")
    let proof = try await program.run(["verify", "--source", "api"])
    #expect(proof.status == 0 && proof.stdout.contains("EQUAL"), "\(proof.stdout.suffix(2000))")
    let retry = try await program.run(["webhooks", "retry", "--json"])
    #expect(retry.status == 0 && retry.stdout.contains("\"waiting\" : 0"), "\(retry.stdout) \(retry.stderr)")
  }

  @Test("delivered twice, late and out of order to a receiver that is killed: each is stored once, and all ends equal")
  func world() async throws {
    let port = try FreePort.find()
    try await SyncLab.run {
      $0.webhookURLs = ["http://127.0.0.1:\(port)/webhooks/stripe"]
      $0.webhooks.retryScale = 0.000_1
    } _: { lab in
      let program = SyncProgram(lab, kills: 0)
      let receiver = Receiver(lab: lab, program: program, port: port)
      // A month of a company, which is delivered now.
      try await lab.seed(customers: 10, months: 1)
      try lab.standStill(true)
      try await program.sync()
      let past = try events(lab)
      func deliver(_ share: Int) throws {
        for id in past[(past.count * share / 6)..<(past.count * (share + 1) / 6)] {
          try lab.control("POST", "/_okapi/resend", ["event": .string(id)])
        }
      }
      for kind in ["webhook_duplicate", "webhook_delay", "webhook_reorder"] { try lab.fault(kind, rate: "0.3") }
      for round in 0..<3 {
        let running = try await receiver.start()
        async let ended = running.outcome(timeout: .seconds(300))
        try changes(lab, round)
        try deliver(2 * round)
        running.signal(SIGKILL)
        _ = await ended
        // Nobody takes these in time: the sandbox gives up.
        try changes(lab, 10 + round)
        try deliver(2 * round + 1)
        try await receiver.drain()
      }
      try lab.clearFaults()
      let last = try await receiver.start()
      async let ended = last.outcome(timeout: .seconds(300))
      try changes(lab, 20)
      // A charge's balance transaction comes some seconds later, with an event of its own.
      try await Wait.until("the account is quiet", limit: .seconds(60)) { try lab.duePayments() == 0 }
      try await receiver.drain()
      try await Wait.until("all that came is applied", limit: .seconds(120)) {
        receiver.metrics?.contains("okapi_webhooks_apply_waits 0") == true
          && lab.isApplied
      }
      // What the receiver holds is not missing, however short the grace is.
      let early = try await program.run(["webhooks", "reconcile", "--grace", "0", "--json"])
      let held = try JSONParser().parse(Array(early.stdout.utf8))["counts"]
      #expect(held["pending"].integer ?? 0 > 0)
      last.signal(SIGTERM)
      let outcome = await ended
      #expect(outcome.status == 0, "\(outcome.stderr.suffix(2000))")

      let found = try await program.run(["webhooks", "reconcile", "--grace", "0", "--json"])
      let report = try JSONParser().parse(Array(found.stdout.utf8))
      #expect(found.status == 1, "some were given up: \(found.stdout.prefix(2000)) \(found.stderr)")
      #expect(report["counts"]["missing"].integer ?? 0 > 0 && report["counts"]["pending"] == 0)
      #expect(held["missing"].integer ?? 0 <= report["counts"]["missing"].integer ?? 0)
      for kind in ["duplicate", "differing", "extra"] { #expect(report["counts"][kind] == 0, "\(kind)") }
      try await heal(lab, program, past: past.count)
    }
  }
}

extension SyncLab {
  /// What falls due within the next minute.
  fileprivate func duePayments() throws -> Int64 {
    let soon = Int64(Date().timeIntervalSince1970) + 60
    return try service.store.read { reader in
      let row = try reader.database.statement("select count(*) from jobs where clock = '' and due <= \(soon)")
      defer { row.reset() }
      return try row.step() ? row.int64(0) : 0
    }
  }

  /// Whether the applier's position is the log's end.
  fileprivate var isApplied: Bool {
    struct Mark: Decodable {
      struct Position: Decodable { let segment: String, offset: Int }
      let position: Position
    }
    let log = folder.url.appending(path: "home/webhooks/\(names.schema)")
    let segments = log.appending(path: "segments")
    guard let data = try? Data(contentsOf: log.appending(path: "apply.json")),
      let mark = try? JSONDecoder().decode(Mark.self, from: data).position,
      let names = try? FileManager.default.contentsOfDirectory(atPath: segments.path),
      let newest = names.filter({ $0.hasSuffix(".jsonl") }).max(),
      let size = try? segments.appending(path: newest).resourceValues(forKeys: [.fileSizeKey]).fileSize
    else { return false }
    return mark.segment == newest && mark.offset == size
  }
}
