import CommandLineKit
import Foundation
import PlatformCore
import Sandbox
import SandboxServer
import Synchronization
import Workspace

/// `okapi sandbox seed`: a company with a past.
struct SandboxSeedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seed", abstract: "Fills a sandbox with a company that has lived for months. DEV only.",
    discussion: """
      The engine itself makes the world, call by call: plans, upgrades, trials, coupons, failed and recovered payments,
      refunds, disputes, payouts. The same numbers make the same bytes. The world ends at --until and then lives on in
      real time when it is served. Events older than 30 days are not kept, as with Stripe.

      EXAMPLES:
        okapi sandbox seed
        okapi sandbox seed --customers 10000 --months 24 --seed 42 --profile mixed-currency
        okapi sandbox seed --until 2026-11-01 --replace --yes
        okapi sandbox seed --replace --dry-run
      """)

  @Option(help: ArgumentHelp("How many customers come.", valueName: "n")) var customers: Int = 200
  @Option(help: ArgumentHelp("How many months are lived through.", valueName: "n")) var months: Int = 12
  @Option(help: ArgumentHelp("What all chance comes from.", valueName: "n")) var seed: Int = 42
  @Option(help: "saas or mixed-currency (with yen and dinars).") var profile: SeedPlan.Profile = .saas
  @Option(help: ArgumentHelp("A UTC day or an RFC 3339 time. (default: today, 00:00 UTC)", valueName: "time"))
  var until: String?
  @Flag(help: "Delete what is in the sandbox first.") var replace: Bool
  @Flag(help: "Do not ask.") var yes: Bool
  @Flag(help: "Only say what would be deleted and made.") var dryRun: Bool
  @OptionGroup(title: "Store") var store: SandboxStoreOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    guard seed >= 0 else { throw ValidationError("--seed must not be negative") }
    if let until, Date(rfc3339: until) == nil {
      throw ValidationError("--until must be a UTC day (2026-11-21) or an RFC 3339 time")
    }
    do { try plan().check() } catch { throw ValidationError(error.message) }
  }

  func run() async throws {
    try await global.withRuntime("sandbox seed", announcing: .none) { runtime in
      try runtime.settings.requireNotProduction(action: "seed a sandbox")
      let folder = store.folder(runtime.settings)
      let plan = plan()
      let bytes = folder.files.reduce(0) { $0 + $1.bytes }
      let size = "\(folder.url.path) (\(byteText(Double(bytes))))"
      if dryRun {
        let deletion = replace && bytes > 0 ? "would delete \(size); " : ""
        try runtime.report(
          SeedDocument(plan, folder, isSeeded: false, ledger: .null, seconds: 0),
          text: "\(deletion)would seed \(SeedDocument.words(plan))")
        return .done
      }
      if replace, bytes > 0 {
        try Confirmation.ask("Delete everything in the sandbox \(size)?", isGiven: yes)
      }
      let start = ContinuousClock.now
      try await SandboxSeeding(runtime, folder, plan, replaces: replace).run()
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let ledger = try await SandboxLedger.read(folder)
      let document = SeedDocument(plan, folder, isSeeded: true, ledger: ledger, seconds: seconds)
      try runtime.report(document, text: "\(SandboxLedger.text(ledger))\n\n\(document.summary)")
      return document.problems == 0 ? .done : .differences
    }
  }

  private func plan() -> SeedPlan {
    let end = until.flatMap { Date(rfc3339: $0) }.map { Int64($0.timeIntervalSince1970) }
    let now = Int64(Date().timeIntervalSince1970)
    return SeedPlan(
      customers: customers, months: months, seed: UInt64(max(0, seed)), profile: profile,
      until: end ?? now - now % 86_400)
  }
}

extension SeedPlan.Profile: ExpressibleByArgument {}

/// Seeds a store, through the sandbox that serves it or directly, and shows how far it is.
struct SandboxSeeding: Sendable {
  private let runtime: CommandRuntime
  private let folder: SandboxFolder
  private let plan: SeedPlan
  private let replaces: Bool

  init(_ runtime: CommandRuntime, _ folder: SandboxFolder, _ plan: SeedPlan, replaces: Bool) {
    self.runtime = runtime
    self.folder = folder
    self.plan = plan
    self.replaces = replaces
  }

  func run() async throws {
    let days = Int((plan.until - plan.start) / 86_400)
    let bar = runtime.progress("seeding", total: days, unit: .count("days"))
    defer { bar.finish() }
    if let running = RunningSandbox.find(inFolder: folder.url) {
      if replaces { _ = try await blocking { try running.post("/_okapi/reset", [:]) } }
      try await follow(running, bar)
    } else {
      let (folder, plan, replaces) = (folder, plan, replaces)
      let isCanceled = Canceled()
      try await withTaskCancellationHandler {
        try await blocking {
          if replaces { try folder.erase() }
          try folder.withStore(creating: true) { store in
            try WorldSeeder(store).seed(plan) { progress in
              if isCanceled.value { throw CancellationError() }
              bar.update(Int((progress.time - plan.start) / 86_400), note: "\(grouped(progress.customers)) customers")
            }
          }
        }
      } onCancel: {
        isCanceled.set()
      }
    }
  }

  private func follow(_ running: RunningSandbox, _ bar: ProgressBar) async throws {
    var answer = try await blocking { [plan] in try running.post("/_okapi/seed", plan.json) }
    while answer["state"] == "running" {
      try await Task.sleep(for: .milliseconds(200))
      answer = try await blocking { try running.get("/_okapi/seed") }
      if let time = answer["time"].integer { bar.update(Int((time - plan.start) / 86_400)) }
    }
    guard answer["state"] == "finished" else {
      throw PlatformError(
        .configuration, "the running sandbox could not be seeded", cause: answer["reason"].string,
        context: ["url": running.url], nextStep: "okapi sandbox seed --replace")
    }
  }
}

/// Set once, from any thread.
private final class Canceled: Sendable {
  private let flag = Mutex(false)
  var value: Bool { flag.withLock { $0 } }
  func set() { flag.withLock { $0 = true } }
}

/// What a seeding did.
struct SeedDocument: Encodable {
  let data: String
  let customers: Int
  let months: Int
  let seed: String
  let profile: String
  let until: Date
  let isSeeded: Bool
  let objects: Int
  let problems: Int
  let seconds: Double

  init(_ plan: SeedPlan, _ folder: SandboxFolder, isSeeded: Bool, ledger: JSON, seconds: Double) {
    data = folder.url.path
    customers = plan.customers
    months = plan.months
    seed = String(plan.seed)
    profile = plan.profile.rawValue
    until = Date(timeIntervalSince1970: Double(plan.until))
    self.isSeeded = isSeeded
    objects = (ledger["counts"].object?.members ?? []).reduce(0) { $0 + Int($1.value.integer ?? 0) }
    problems = ledger["problems"].array?.count ?? 0
    self.seconds = (seconds * 10).rounded() / 10
  }

  var summary: String {
    let time = seconds == 0 ? "no time" : "\(seconds) s"
    return "seeded \(grouped(objects)) objects in \(time); serve them with: okapi sandbox serve"
  }

  static func words(_ plan: SeedPlan) -> String {
    let end = Date(timeIntervalSince1970: Double(plan.until)).rfc3339.prefix(10)
    let how = "\(plan.profile.rawValue), seed \(plan.seed)"
    return "\(grouped(plan.customers)) customers over \(plan.months) months until \(end) (\(how))"
  }
}
