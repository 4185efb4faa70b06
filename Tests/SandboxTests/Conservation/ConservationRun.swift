import SQLiteClient

@testable import Sandbox

/// A sandbox driven by a seed, and its books beside it.
final class ConservationRun {
  let seed: UInt64
  let store: SandboxStore
  let books = Books()
  private(set) var events = EventTrail()
  /// Operations and jobs so far.
  private(set) var steps = 0
  /// How often each call succeeded.
  private(set) var coverage: [String: Int] = [:]
  /// The first thing that did not hold, with the way there.
  private(set) var failure: String?
  private var maker: CallMaker
  private var latest: [String] = []
  private var counts: [Int64] = []
  /// Real time in the run: 1 January 2026, 12:00 UTC.
  private var time: Int64 = 1_767_268_800

  private static let ledgerEvery = 50
  private static let storeEvery = 200
  private static let operations = Dictionary(
    uniqueKeysWithValues: OperationCatalog.all.map { ("\($0.method) \($0.path)", $0) })

  init(seed: UInt64, place: SandboxStore.Place = .memory) throws {
    self.seed = seed
    store = try SandboxStore(place)
    maker = CallMaker(chance: Chance(seed: seed &* 7_919))
    var settings = AccountSettings()
    settings.payoutWeekday = seed.isMultiple(of: 2) ? 3 : nil
    settings.afterLastRetry = [.cancel, .unpaid, .pastDue][Int(seed % 3)]
    try store.configure(settings: settings, seed: seed)
    counts = try store.read(Self.counts)
  }

  deinit { store.close() }

  /// Performs so many operations, and at last lets everything fall due; stops at what does not hold.
  func run(_ operations: Int) throws {
    for number in 0..<operations where failure == nil {
      let call = maker.next(books, time: time)
      try perform(call)
      try runDue()
      if number % Self.ledgerEvery == Self.ledgerEvery - 1 { try checkLedger() }
      if number % Self.storeEvery == Self.storeEvery - 1 { try checkStore() }
    }
    guard failure == nil else { return }
    try perform(.wait(40 * 86_400))
    try runDue()
    for charge in books.all(.charge) where charge.status == "succeeded" && charge.flag("captured") {
      books.expect(!charge["balance_transaction"].isNull, "\(charge.id): never booked")
    }
    try checkLedger()
    try checkStore()
  }

  // MARK: one unit of work

  /// What a unit did: the records it changed in the order of their making, the balance, and how many rows there are.
  private struct Outcome: Sendable {
    var changed: [Record]
    var balance: [RecordReader.BalanceLine]
    var counts: [Int64]
    var isFailure = false
  }

  private func perform(_ call: RandomCall) throws {
    note(call.description)
    switch call {
    case .wait(let seconds): time += seconds
    case .authenticate(let id, let succeeds):
      try unit(call.name) { world in
        _ = try world.authenticate(id, succeed: succeeds)
        return false
      }
    case .call(let method, let path, let variables, let params):
      guard let operation = Self.operations["\(method) \(path)"] else { return fail("no operation \(method) \(path)") }
      try unit(call.name) { world in
        let reply = try operation.perform(world, Call(path: variables, params: Params(params)))
        if case .failure = reply { return true }
        return false
      }
    }
  }

  /// Runs what is due in real time, a job a unit.
  private func runDue() throws {
    let until = time
    while failure == nil {
      guard let job = try store.write(at: time, { try $0.nextJob(clock: nil, by: until) }) else { return }
      note("  job \(job.kind) \(job.target)")
      try unit("job \(job.kind)", at: max(job.due, 0)) { world in
        _ = try world.runDue(clock: nil, until: until, limit: 1)
        return false
      }
    }
  }

  private func unit(
    _ name: String, at moment: Int64? = nil, _ body: @escaping @Sendable (World) throws -> Bool
  ) throws {
    steps += 1
    let origin = World.Origin(requestID: moment == nil ? "req_\(steps)" : nil)
    do {
      let outcome = try store.write(at: moment ?? time, origin: origin) { world in
        let isFailure = try body(world)
        try world.flush()
        try world.state.writeDeliveries()
        return Outcome(
          changed: try Self.changed(world), balance: try world.state.reader.balances(),
          counts: try Self.counts(world.state.reader), isFailure: isFailure)
      }
      if !outcome.isFailure { coverage[name, default: 0] += 1 }
      counts = outcome.counts
      events.take(outcome.changed, books)
      books.take(outcome.changed)
      books.checkBalance(outcome.balance)
    } catch let error as StripeError {
      note("    \(error.status) \(error.message.prefix(120))")
      coverage[name + " refused", default: 0] += 1
      books.expect(try store.read(Self.counts) == counts, "an error left something behind")
      if name.hasPrefix("job") { books.expect(false, "a job failed: \(error.message)") }
    } catch {
      fail("\(name): \(error)")
    }
    let problems = books.problems + events.problems
    if !problems.isEmpty { fail(problems.prefix(8).joined(separator: "\n")) }
  }

  private static func changed(_ world: World) throws -> [Record] {
    let changed = try world.state.touched.compactMap { try world.find($0.type, $0.id) }
    return changed.sorted { ($0.type.rawValue, $0.sequence) < ($1.type.rawValue, $1.sequence) }
  }

  // MARK: the whole

  /// What an error may not change, cheaply: the rows of each table, the balance and the jobs.
  private static func counts(_ reader: RecordReader) throws -> [Int64] {
    let tables = RecordType.allCases.map(\.definition.table)
    let parts =
      tables.map { "(select count(*) from \($0))" }
      + [
        "(select count(*) from jobs)", "(select coalesce(sum(due), 0) from jobs)",
        "(select coalesce(sum(available * 3 + pending), 0) from balances)", "(select count(*) from deliveries)",
        "(select count(*) from subscription_history)",
      ]
    let row = try reader.database.statement("select " + parts.joined(separator: ", "))
    defer { row.reset() }
    guard try row.step() else { return [] }
    return parts.indices.map { row.int64($0) }
  }

  /// The sandbox's own ledger must find nothing wrong.
  private func checkLedger() throws {
    let wrong = try store.read { try Ledger.problems($0) }
    if !wrong.isEmpty { fail(wrong.prefix(8).map { "ledger: \($0)" }.joined(separator: "\n")) }
  }

  /// Every record in the store and in the writer's memory is what the books were told.
  private func checkStore() throws {
    let books = books
    let wrong = try store.write(at: time) { world in
      var wrong: [String] = []
      for type in RecordType.allCases where type != .event {
        var query = ListQuery(type)
        query.includesDeleted = true
        let stored = try world.state.reader.records(query)
        if stored.count != books.count(type) { wrong.append("\(type): \(stored.count), not \(books.count(type))") }
        for record in stored {
          let kept = world.state.records[record.key] ?? record
          if let told = books.find(type, record.id), !Self.isSame(record, told) || !Self.isSame(kept, told) {
            wrong.append("\(record.id): the store has something else than it said")
          }
        }
      }
      return wrong
    }
    if !wrong.isEmpty { fail(wrong.prefix(8).joined(separator: "\n")) }
  }

  private static func isSame(_ one: Record, _ other: Record) -> Bool {
    one.body == other.body && one.hidden == other.hidden && one.isDeleted == other.isDeleted
  }

  private func note(_ words: String) {
    latest.append("\(steps): \(words)")
    if latest.count > 24 { latest.removeFirst() }
  }

  private func fail(_ words: String) {
    if failure == nil { failure = "seed \(seed), step \(steps)\n\(words)\n--\n\(latest.joined(separator: "\n"))" }
  }
}
