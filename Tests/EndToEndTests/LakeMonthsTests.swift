import Foundation
import TestSupport
import Testing

/// A world that moves on month by month, and a lake that follows it.
@Suite("Lake months") struct LakeMonthsTests {
  /// What was known at the end of a month.
  private struct Month {
    let moment: String
    let books: [String]
  }

  @Test("month by month, through overlaps, backfills and kills: the books agree, and each month is had again as it was")
  func months() async throws {
    try await LakeWorld.with(customers: 12, months: 2) { world in
      var random = SeededRandom(seed: 20_261_122)
      let clock = try world.subscribers()
      var months: [Month] = []
      var usual = Duration.seconds(4)
      for month in 1...3 {
        try await world.advance(clock, toMonth: month)
        try await world.disturb()
        // What is read again lies in bronze already, from the second month on.
        let entity = Self.backfilled[month - 1]
        let backfill = try await world.lake("extract", "--since", "2025-01-01", "--entity", entity)
        #expect(backfill.status == 0, "\(backfill.stderr)")
        for _ in 0..<2 {
          #expect(try await world.killed(["run"] + Self.windows[month % 2], within: usual, &random))
        }
        let begun = ContinuousClock.now
        let run = try await world.lake(["run", "--json"] + Self.windows[month % 2])
        usual = ContinuousClock.now - begun
        #expect(run.status == 0, "month \(month): \(run.stdout) \(run.stderr)")
        months.append(Month(moment: Self.now, books: try await world.books()))
        #expect(try await world.figures() == months.last?.books, "month \(month)")
      }
      #expect(Set(months.map(\.books)).count == months.count)
      let today = try world.accepted()

      for (number, month) in months.enumerated() {
        let folder = world.home.folder.appending(path: "past-\(number)").path
        let command = ["replay", "--as-of", month.moment, "--json", "--out"]
        if number == 1 { #expect(try await world.killed(command + [folder], within: usual, &random)) }
        let past = try await world.lake(command + [folder])
        #expect(past.status == 0, "month \(number + 1): \(past.stdout) \(past.stderr)")
        #expect(try past.document()["as_of"]?.string == month.moment)
        #expect(try await world.figures(of: folder) == month.books, "month \(number + 1)")
        guard number == 1 else { continue }
        let again = folder + "-again"
        #expect(try await world.lake(command + [again]).status == 0)
        #expect(try world.accepted(of: again) == world.accepted(of: folder))
      }
      #expect(try world.accepted() == today)
    }
  }

  private static var now: String { Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
  private static let backfilled = ["charges", "customers", "invoices"]
  /// The second reads again what the first has read.
  private static let windows = [["--days", "40"], []]

  @Test("a moment before the first line, one to come, and a folder with something else in it are refused")
  func refusals() async throws {
    try await LakeWorld.with(customers: 3, months: 1) { world in
      let empty = try await world.lake("replay", "--as-of", "2026-01-01")
      #expect(empty.status == 64)
      #expect(empty.stderr.contains("there is no bronze of source stripe"))
      #expect(try await world.lake("run").status == 0)

      let firsts = try world.bronze().compactMap { $0.firstMatch(of: #/"ingested_at":"([^"]+)"/#)?.1 }
      let oldest = try #require(firsts.min())
      let early = try await world.lake("replay", "--as-of", "2026-01-01")
      #expect(early.status == 64)
      #expect(early.stderr.contains("bronze of source stripe goes back to \(oldest) only"), "\(early.stderr)")
      let first = try await world.lake("replay", "--as-of", String(oldest))
      #expect(first.status == 0, "\(first.stdout) \(first.stderr)")

      let future = try await world.lake("replay", "--as-of", "2999-01-01")
      #expect(future.status == 64)
      #expect(future.stderr.contains("still to come"))
      let mute = try await world.lake("replay", "--out", "elsewhere")
      #expect(mute.status == 64)

      let now = Self.now
      let before = try world.accepted()
      let itself = try await world.lake("replay", "--as-of", now, "--out", world.lake.path)
      #expect(itself.status == 64)
      #expect(itself.stderr.contains("holds something else"))
      #expect(try world.accepted() == before)
      let usual = try await world.lake("replay", "--as-of", now, "--json")
      let folder = try #require(try usual.document()["lake"]?.string)
      #expect(folder.hasPrefix(world.home.home + "/as-of/"))
      #expect(try await world.lake("replay", "--as-of", String(oldest), "--out", folder).status == 64)

      // A lake to look at: nothing new is put there.
      #expect(try await world.start(["quality"], of: folder).outcome().status == 0)
      for command in [["lake", "run"], ["fetch"], ["sync"]] {
        let settings = [
          "LAKE_URL": folder, "OKAPI_HOME": world.home.home, "DATABASE_URL": "postgresql://127.0.0.1:1/x",
        ]
        let run = try await TestBinary.start(command, environment: settings, directory: world.home.folder).outcome()
        #expect(run.status == 64, "\(command)")
        #expect(run.stderr.contains("this lake holds what was known at"), "\(command): \(run.stderr)")
      }
    }
  }
}

extension LakeWorld {
  /// Customers with a subscription each, on a test clock; answers the clock.
  fileprivate func subscribers() throws -> String {
    let start = Int(Date().timeIntervalSince1970)
    let clock = try #require(try send("POST", "/v1/test_helpers/test_clocks", "frozen_time=\(start)")["id"]?.string)
    for (currency, amount) in [("eur", 1999), ("usd", 2500), ("jpy", 900)] {
      let customer = try #require(
        try send(
          "POST", "/v1/customers",
          "name=\(currency)&test_clock=\(clock)&payment_method=pm_card_visa"
            + "&invoice_settings[default_payment_method]=pm_card_visa")["id"]?.string)
      let price = try #require(
        try send(
          "POST", "/v1/prices",
          "currency=\(currency)&unit_amount=\(amount)&recurring[interval]=month&product_data[name]=Plan")["id"]?.string)
      let subscription = try send("POST", "/v1/subscriptions", "customer=\(customer)&items[0][price]=\(price)")
      #expect(subscription["status"]?.string == "active", "\(subscription)")
    }
    return clock
  }

  /// Moves the clock on until so many months have passed on it.
  fileprivate func advance(_ clock: String, toMonth month: Int) async throws {
    let path = "/v1/test_helpers/test_clocks/\(clock)"
    let start = try #require(try send("GET", path)["created"]?.integer)
    try send("POST", path + "/advance", "frozen_time=\(start + Int64(month) * 31 * 86_400)")
    try await Wait.until("the clock has advanced") { try send("GET", path)["status"]?.string == "ready" }
  }

  /// Gives some money back and changes old objects.
  fileprivate func disturb() async throws {
    let charges = try send("GET", "/v1/charges?limit=100")["data"]?.array ?? []
    let paid = charges.filter { $0["status"]?.string == "succeeded" && $0["amount_refunded"]?.integer == 0 }
    let charge = try #require(paid.last?["id"]?.string)
    #expect(try send("POST", "/v1/refunds", "charge=\(charge)&amount=1")["id"] != nil)
    let customer = try #require(try send("GET", "/v1/customers?limit=1")["data"]?.array?.first?["id"]?.string)
    try send("POST", "/v1/customers/\(customer)", "description=seen")
  }

  /// Starts a command and kills it after a random part of the time it takes; where it was faster, sooner. Answers
  /// whether it was hit.
  fileprivate func killed(
    _ arguments: [String], within usual: Duration, _ random: inout SeededRandom
  ) async throws -> Bool {
    var part = usual * Double.random(in: 0.02..<0.9, using: &random)
    for _ in 0..<8 {
      let run = try start(arguments)
      async let outcome = run.outcome()
      try await Task.sleep(for: part)
      run.signal(SIGKILL)
      if await outcome.status == 128 + SIGKILL { return true }
      part = part / 2
    }
    return false
  }

  /// Every part of bronze as text.
  fileprivate func bronze() throws -> [String] {
    let folder = lake.appending(path: "bronze")
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
    return try (found ?? []).filter { $0.pathExtension == "jsonl" }.map { try String(contentsOf: $0, encoding: .utf8) }
  }
}
