import BronzeStore
import Fetch
import Foundation
import Ingest
import PlatformCore
import PostgresClient
import ResourceStore
import StripeClient
import StripeModel

/// What is remembered from one round of a watch to the next.
struct SyncMemory: Sendable {
  /// What is known of each resource, as `_coverage` has it; nil while it was not read yet.
  var coverage: [String: SyncQueries.Coverage]?
  /// Whether bronze may hold what is not loaded.
  var hasUnloaded = true
  /// Whether resources that are forbidden are asked for again only now and then.
  var isPatient = false
}

/// One sync: the API into bronze, bronze into the tables, and then what these still lack.
struct SyncRound: ParentFilling {
  let options: SyncOptions
  let context: RunContext
  var memory: SyncMemory
  private(set) var report: SyncReport

  private let state: BronzeState
  private let begun: Date
  /// The cursor into the event feed, as last read from its file.
  private var cursor: FeedCursor?
  /// Why the event feed may not be read: then listing is all there is.
  private var feedProblem: (reason: String, status: Int32)?

  init(_ options: SyncOptions, context: RunContext, memory: SyncMemory) {
    self.options = options
    self.context = context
    self.memory = memory
    report = SyncReport(runID: context.runID)
    state = BronzeState(lake: options.lake, source: options.source)
    begun = context.clock.now
  }

  /// - Throws: what ended the reading, once everything that was read before is loaded; what ended the loading.
  mutating func run() async throws {
    var failure: (any Error)?
    do {
      let account = try await confirmAccount()
      // Connected for the moment only: while the API is read for hours an idle connection may be cut.
      try await Self.connected(options) { queries in
        if let account {
          try await SourceRecords(connection: queries.connection, names: options.names).require(account: account)
        }
        if memory.coverage == nil { memory.coverage = try await queries.coverage() }
      }
      try await read()
    } catch let error as CancellationError {
      throw error
    } catch {
      failure = error
    }
    try await load()
    if let failure { throw failure }
    try await Self.connected(options) { queries in
      try await readAgain(queries)
      try await fill(queries) { try await queries.tablesWithPlaceholders() }
      try await note(queries)
    }
    finish()
  }

  private static func connected(_ options: SyncOptions, _ body: (SyncQueries) async throws -> Void) async throws {
    let connection = try await options.connect()
    do {
      try await body(SyncQueries(connection: connection, names: options.names))
      await connection.close()
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Only brings the API into bronze: for a time without a database.
  mutating func readOnly() async throws {
    memory.hasUnloaded = true
    _ = try await confirmAccount()
    try await read()
    finish()
  }

  /// Makes sure that the key reaches the account that bronze is of; asked once, however many rounds there are.
  private mutating func confirmAccount() async throws -> String? {
    report.account = try await AccountGuard.require(
      options.client, in: options.lake, source: options.source, context
    ).id
    return report.account
  }

  private mutating func finish() {
    report.api = options.client.statistics
    report.seconds = context.clock.now.timeIntervalSince(begun)
  }

  // MARK: from the API into bronze

  /// All resources that have lists.
  private var listable: [ResourceName] {
    let isLive = StripeClientOptions.isLive(key: options.client.options.key)
    return ResourceName.allCases.filter { name in
      if case .inside = name.definition.listing.scope { return false }
      return !(isLive && name.definition.listing.isTestModeOnly)
    }
  }

  private var wanted: [ResourceName] {
    options.resources.isEmpty ? listable : listable.filter(options.resources.contains)
  }

  private mutating func read() async throws {
    // Listing first: a backfill that was broken off is gone on with only as long as the cursor has not passed it.
    try await listMissing()
    if feedProblem == nil {
      do {
        if try await readFeed() != nil {
          try await list(wanted)
          try await listMissing()
          _ = try await readFeed()
        }
      } catch  where StripeClient.body(of: error)?.status == 403 {
        // The right to read events was taken away: listing notes why, and tells what has changed.
        try await list(wanted)
      }
    }
    if let cursor, feedProblem == nil { report.readAt = Date(timeIntervalSince1970: Double(cursor.readAt)).rfc3339 }
  }

  /// Lists what was never listed whole, and what is to be listed again by the schedule.
  private mutating func listMissing() async throws {
    cursor = try state.feed()
    var tried: Set<ResourceName> = []
    // Listing may find that the feed has a gap; then all that was listed is missing.
    while true {
      let missing = wanted.filter { !tried.contains($0) && isMissing($0) }
      guard !missing.isEmpty else { return }
      tried.formUnion(missing)
      try await list(missing)
    }
  }

  private mutating func list(_ names: [ResourceName]) async throws {
    var fetch = FetchOptions(client: options.client, lake: options.lake, source: options.source)
    fetch.resources = names == listable ? [] : names
    fetch.onProgress = options.onFetch
    let before = cursor
    memory.hasUnloaded = true
    // Of earlier lists, even where these begin in the same second.
    for name in names { memory.coverage?[name.definition.table]?.provenAt = nil }
    let (listing, loads) = try await LoadAhead.list(
      fetch, loading: ingest, every: options.loadsEvery, context: context)
    report.take(listing, named: Set(options.resources))
    for load in loads { report.take(load) }
    if let reason = listing.feedReason, let status = listing.feedStatus { feedProblem = (reason, status) }
    cursor = try state.feed()
    guard let before, let cursor, !before.listed.isEmpty else { return }
    if before.listed.keys.contains(where: { cursor.listed[$0] == nil }) {
      report.gap = .init(since: Date(timeIntervalSince1970: Double(before.readAt)).rfc3339)
      context.log(.warning, "feed_gap_found", ["since": .string(report.gap?.since ?? "")])
    }
  }

  private func isMissing(_ name: ResourceName) -> Bool {
    let definition = name.definition
    guard let listedAt = cursor?.listed[definition.table] else { return !isResting(name) }
    return definition.unannounced.contains(.anyChange) && age(of: listedAt) >= options.schedule.relist
  }

  private func age(of second: Int64) -> Duration {
    .seconds(context.clock.now.timeIntervalSince1970 - Double(second))
  }

  /// Whether it was asked for not long ago and refused, so that asking again would only cost requests.
  private func isResting(_ name: ResourceName) -> Bool {
    guard !options.resources.contains(name), let known = memory.coverage?[name.definition.table],
      let asked = known.syncedAt
    else { return false }
    switch known.outcome {
    case FetchReport.Outcome.unserved.rawValue: return age(of: asked) < options.schedule.unserved
    case FetchReport.Outcome.forbidden.rawValue: return memory.isPatient && age(of: asked) < options.schedule.forbidden
    default: return false
    }
  }

  /// Reads what the event feed tells; answers the gap it has.
  private mutating func readFeed() async throws -> FeedReport.Gap? {
    let feed = FeedOptions(client: options.client, lake: options.lake, source: options.source)
    let told = try await Feed(feed, context: context).run()
    report.take(told)
    if told.objects > 0 || told.events > 0 { memory.hasUnloaded = true }
    cursor = try state.feed()
    return told.gap
  }

  // MARK: from bronze into the tables

  private var ingest: IngestOptions {
    var ingest = IngestOptions(
      source: .bronze(options.lake, source: options.source), names: options.names,
      rejectFolder: options.rejectFolder, connect: options.connect)
    ingest.connections = options.connections
    return ingest
  }

  mutating func load() async throws {
    guard memory.hasUnloaded else { return }
    var ingest = ingest
    ingest.onProgress = options.onIngest
    report.take(try await Ingestion(ingest, context: context).run())
    memory.hasUnloaded = false
  }

  // MARK: what the tables still lack

  /// Resources whose objects can be read one by one.
  var readable: [ResourceName] {
    ResourceName.allCases.filter { name in
      guard name.definition.path != nil else { return false }
      let outcome = report[name]?.outcome.rawValue ?? FetchReport.Outcome.read.rawValue
      let known = memory.coverage?[name.definition.table]?.outcome ?? FetchReport.Outcome.read.rawValue
      let isListed = cursor?.listed[name.definition.table] != nil
      return isListed || (outcome == FetchReport.Outcome.read.rawValue && known == outcome)
    }
  }

  private enum Reason { case schedule, doubt, placeholder }

  /// Reads objects again by their ids, slice by slice; answers whether all could be asked for.
  private mutating func readAgain(
    _ name: ResourceName, because reason: Reason, _ slice: (_ after: String) async throws -> [String]
  ) async throws -> Bool {
    let feed = Feed(
      FeedOptions(client: options.client, lake: options.lake, source: options.source), context: context)
    var last = ""
    while true {
      let ids = try await slice(last)
      guard let end = ids.last else { return true }
      last = end
      let told = try await feed.reread(name, ids: ids)
      memory.hasUnloaded = true
      report.take(told)
      let found = told.resources.first { $0.resource == name.definition.table }
      report.change(name) { figures in
        switch reason {
        case .schedule: figures.reread += ids.count
        case .doubt: figures.doubted += ids.count
        case .placeholder: figures.placeholdersFilled += found?.reads ?? 0
        }
      }
      if found?.status != nil { return false }
    }
  }

  /// Reads what changes without an event, and rows that a whole list did not show: these may be gone.
  private mutating func readAgain(_ queries: SyncQueries) async throws {
    guard let now = cursor?.readAt else { return }
    var proven: [ResourceName: Int64] = [:]
    for name in readable {
      for change in name.definition.unannounced {
        switch change {
        case .change(let column, let value, let moment):
          _ = try await readAgain(name, because: .schedule) { [schedule = options.schedule] last in
            try await queries.due(name, of: column, from: value, at: moment, now: now, schedule, after: last)
          }
        case .changeWhile(let column, let values, let days):
          _ = try await readAgain(name, because: .schedule) { [schedule = options.schedule] last in
            try await queries.open(name, while: column, isOneOf: values, days: days, now: now, schedule, after: last)
          }
        case .deletion(let column):
          _ = try await readAgain(name, because: .schedule) { last in
            try await queries.left(name, by: column, after: last)
          }
        case .creation, .anyChange: continue
        }
      }
      let table = name.definition.table
      // What a list forgets after a while is not gone.
      guard name.definition.listing.reachDays == nil, let listedAt = cursor?.listed[table],
        memory.coverage?[table]?.provenAt != listedAt
      else { continue }
      let isWhole = try await readAgain(name, because: .doubt) { last in
        try await queries.unseen(name, since: listedAt, after: last)
      }
      if isWhole { proven[name] = listedAt }
    }
    try await load()
    for (name, listedAt) in proven {
      memory.coverage?[name.definition.table, default: .init(outcome: "read")].provenAt = listedAt
    }
  }

  mutating func readPlaceholders(
    of name: ResourceName, _ queries: SyncQueries
  ) async throws -> (isWhole: Bool, hasRead: Bool) {
    let before = report[name]?.read ?? 0
    let isWhole = try await readAgain(name, because: .placeholder) { last in
      try await queries.placeholders(of: name, after: last)
    }
    return (isWhole, (report[name]?.read ?? 0) > before)
  }

  // MARK: what is known afterwards

  private mutating func note(_ queries: SyncQueries) async throws {
    var coverage = memory.coverage ?? [:]
    let now = Int64(context.clock.now.timeIntervalSince1970)
    for name in listable {
      let table = name.definition.table
      var known = coverage[table] ?? .init(outcome: FetchReport.Outcome.failed.rawValue)
      let listedAt = cursor?.listed[table]
      if let figures = report[name], listedAt == nil || figures.status != nil {
        let problem = figures.status == nil && figures.outcome == .read ? feedProblem : nil
        guard figures.outcome != .read || figures.status != nil || problem != nil else { continue }
        known.outcome = figures.outcome.rawValue
        known.reason = figures.reason ?? problem?.reason
        known.status = figures.status ?? problem?.status
        known.syncedAt = now
        // Without the feed nothing tells the source's time.
        if problem != nil { known.readAt = Int64(begun.timeIntervalSince1970) }
      } else if let listedAt {
        noteRejects(of: name, &known, isListedAnew: known.listedAt != listedAt)
        known.syncedAt = now
      } else if coverage[table] == nil {
        continue
      } else if wanted.contains(name), let status = known.status {
        // It was not asked for this time; what was said of it holds.
        report.change(name) { figures in
          figures.outcome = FetchReport.Outcome(rawValue: known.outcome) ?? .failed
          (figures.reason, figures.status) = (known.reason, status)
        }
      }
      if let listedAt {
        known.listedAt = listedAt
        // Where the feed is forbidden by now, listing has come further.
        known.readAt = max(listedAt, cursor?.readAt ?? listedAt)
      }
      coverage[table] = known
    }
    memory.coverage = coverage
    try await queries.note(coverage, run: context.runID)
  }

  /// Records that were rejected are told again and again, until a listing of the whole resource brings none.
  private mutating func noteRejects(of name: ResourceName, _ known: inout SyncQueries.Coverage, isListedAnew: Bool) {
    known.outcome = FetchReport.Outcome.read.rawValue
    let data = ExitStatus.data.rawValue
    if let rejected = report[name]?.rejected, rejected > 0 {
      (known.reason, known.status) = ("rejected by run \(context.runID): \(rejected)", data)
    } else if known.status == data, !isListedAnew {
      report.change(name) { figures in (figures.reason, figures.status) = (known.reason, data) }
    } else {
      (known.reason, known.status) = (nil, nil)
    }
  }
}
