import PlatformCore

/// The making of a seeded world, unit by unit. Used by one thread at a time.
final class SeedRun: @unchecked Sendable {  // handed to the store's thread and back, never used by both at once
  let plan: SeedPlan
  let markets: [SeedMarket]
  /// The price of each lookup key.
  var prices: [String: String] = [:]
  /// What is known of each customer that has come.
  var customers: [Int: SeededCustomer] = [:]
  private var lives: [SeedPerson] = []
  private var steps: [SeedStep] = []
  private var next = 0
  private var isOpen = false

  /// How far the world has come, in its own time.
  private(set) var time: Int64

  init(_ plan: SeedPlan) {
    self.plan = plan
    markets = SeedMarket.all(plan.profile)
    time = plan.start
    lives.reserveCapacity(plan.customers)
    for index in 0..<plan.customers {
      let life = SeedLife(index, plan: plan, markets: markets)
      lives.append(life.person)
      steps += life.steps
    }
    // Stable: what falls into one second keeps the customers' order.
    steps = steps.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  var isFinished: Bool { next == steps.count && time >= plan.until }
  func person(_ customer: Int) -> SeedPerson { lives[customer] }

  /// One unit of work: the next steps and all that falls due before them, at most `limit` things.
  func advance(_ world: World, limit: Int) throws {
    var done = 0
    if !isOpen {
      world.now = plan.start
      try open(world)
      isOpen = true
    }
    while done < limit, !isFinished {
      let due = next < steps.count ? steps[next].at : plan.until - 1
      world.origin = .world
      while done < limit, let job = try world.nextJob(clock: nil, by: due) {
        _ = try world.runDue(clock: nil, until: job.due, limit: 1)
        time = job.due
        done += 1
      }
      guard done < limit else { break }
      if next < steps.count {
        time = due
        world.now = due
        try perform(steps[next], world)
        next += 1
        done += 1
      } else {
        time = plan.until
      }
    }
  }

  /// Makes a call as a program would, with a request of its own.
  @discardableResult
  func call(
    _ world: World, _ method: String, _ path: String, _ ids: [String] = [], _ params: JSONObject
  ) throws -> Reply {
    guard let (operation, names) = Self.operations["\(method) \(path)"] else {
      throw PlatformError(.bug, "the seed calls what the engine does not have", context: ["call": "\(method) \(path)"])
    }
    world.origin = World.Origin(requestID: "req_" + world.randomText(14))
    let variables = Dictionary(uniqueKeysWithValues: zip(names, ids))
    do {
      return try operation.perform(world, Call(path: variables, params: Params(params)))
    } catch let error as StripeError {
      throw PlatformError(
        .bug, "the seed made a call that was refused", cause: error.message,
        context: ["call": "\(method) \(path)", "param": error.param ?? ""])
    }
  }

  /// Makes a call that must give a record.
  func make(_ world: World, _ path: String, _ ids: [String] = [], _ params: JSONObject) throws -> Record {
    guard case .record(let record) = try call(world, "POST", path, ids, params) else {
      throw PlatformError(.bug, "a call of the seed gave no object", context: ["call": path])
    }
    return record
  }

  /// The calls by method and path, each variable written `{}`, with the variables' names.
  private static let operations: [String: (Operation, [String])] = Dictionary(
    uniqueKeysWithValues: OperationCatalog.all.map { operation in
      let names = operation.path.matches(of: #/\{([^}]*)\}/#).map { String($0.1) }
      return ("\(operation.method) \(operation.path.replacing(#/\{[^}]*\}/#, with: "{}"))", (operation, names))
    })
}

/// What the seed remembers of a customer.
struct SeededCustomer {
  let id: String
  /// The subscription it has or had last.
  var subscription: String?
  /// The offer's key, without the currency.
  var offer: String?
}
