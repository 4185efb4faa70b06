import PlatformCore

/// Makes a seeded world in an empty store: the engine's own calls, over months of its time.
///
/// It is made in units of bounded size. A store whose seeding was cut off says so (`state`), and is of no use until
/// it was reset: a world that is half there is no world of its plan.
package struct WorldSeeder: Sendable {
  /// What is known of a store's seeding.
  package enum State: Sendable, Equatable {
    /// It was never seeded.
    case none
    /// Seeding began and did not end.
    case unfinished(SeedPlan)
    /// It holds a world of that plan, and whatever came later.
    case finished(SeedPlan)
  }

  /// How far it has come.
  package struct Progress: Sendable {
    /// The moment of the world.
    package let time: Int64
    /// Where it began and where it ends.
    package let span: Range<Int64>
    /// The customers that have come.
    package let customers: Int
  }

  private static let setting = "seed"
  private static let thingsPerUnit = 200

  private let store: SandboxStore

  /// Seeds that store.
  package init(_ store: SandboxStore) { self.store = store }

  /// What is known of the store.
  ///
  /// - Throws: `.inputOutput` when the store cannot be read.
  package func state() throws -> State {
    guard let text = try store.read({ try $0.setting(Self.setting) }),
      let json = try? JSONParser().parse(Array(text.utf8)).object, let plan = SeedPlan(json["plan"].object ?? [:])
    else { return .none }
    return json["finished"] == true ? .finished(plan) : .unfinished(plan)
  }

  /// Seeds the store from the plan's first second to its end.
  ///
  /// - Parameter progress: called after each unit; what it throws (a cancellation) ends the seeding, unfinished.
  /// - Throws: `.configuration` for a store that holds something; `.usage` for a plan that is none.
  package func seed(_ plan: SeedPlan, progress: (Progress) throws -> Void = { _ in }) throws {
    try check(plan)
    try store.configure(settings: Self.settings, seed: plan.seed, eventsSince: plan.eventsSince)
    try keep(plan, finished: false)
    let run = SeedRun(plan)
    while !run.isFinished {
      try store.write(at: run.time) { world in try run.advance(world, limit: Self.thingsPerUnit) }
      try progress(
        Progress(time: run.time, span: plan.start..<plan.until, customers: run.customers.count))
    }
    try keep(plan, finished: true)
    try store.configure(eventsSince: .min)
  }

  /// Gives a seeded world its company's settings when it is opened to live on.
  ///
  /// - Throws: `.configuration` for half a world.
  package func prepareToServe() throws {
    switch try state() {
    case .none: break
    case .finished: try store.configure(settings: Self.settings)
    case .unfinished:
      throw PlatformError(
        .configuration, "the sandbox holds half a world: its seeding was cut off", nextStep: Self.startOver)
    }
  }

  /// What the seeded company has set in its dashboard.
  package static var settings: AccountSettings {
    var settings = AccountSettings()
    settings.payoutWeekday = 5
    return settings
  }

  private func keep(_ plan: SeedPlan, finished: Bool) throws {
    let json: JSONObject = ["finished": .bool(finished), "plan": .object(plan.json)]
    let text = String(decoding: JSONWriter.bytes(json), as: UTF8.self)
    try store.write(at: finished ? plan.until : plan.start) { try $0.keep(setting: Self.setting, text) }
  }

  /// Looks whether a plan can be carried out in the store as it is.
  ///
  /// - Parameter ignored: objects that may be there, such as the webhook endpoints of a running sandbox.
  /// - Throws: `.configuration` for a store that holds something; `.usage` for a plan that is none.
  package func check(_ plan: SeedPlan, ignoring ignored: Set<String> = []) throws {
    try plan.check()
    switch try state() {
    case .finished:
      throw PlatformError(.configuration, "the sandbox holds a seeded world already", nextStep: Self.startOver)
    case .unfinished:
      throw PlatformError(
        .configuration, "the sandbox holds half a world: its seeding was cut off", nextStep: Self.startOver)
    case .none: break
    }
    let isEmpty = try store.read { reader in
      try RecordType.allCases.allSatisfy { type in
        var query = ListQuery(type, limit: ignored.count + 1)
        query.includesDeleted = true
        return try reader.records(query).allSatisfy { ignored.contains($0.id) }
      }
    }
    guard isEmpty else {
      throw PlatformError(
        .configuration, "a world is seeded into an empty sandbox only, and this one has objects",
        nextStep: Self.startOver)
    }
  }

  private static let startOver = "okapi sandbox seed --replace"
}
