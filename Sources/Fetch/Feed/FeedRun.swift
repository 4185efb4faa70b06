import BronzeStore
import Foundation
import JSONReader
import PlatformCore
import StripeClient
import StripeModel

/// One reading of the feed.
struct FeedRun {
  var report = FeedReport()

  private let options: FeedOptions
  private let state: FetchState
  private let writer: BronzeWriter
  private var cursor: FeedCursor
  private let isLookingBack: Bool
  /// The events that were handled before: looking back meets them all again, long after the cursor needs them no more.
  private let handledBefore: [String: Int64]
  private let document = JSONDocument()
  /// The account's clocks, once they were needed.
  private var clocks: TestClocks?
  private var deletedClocks: Set<String> = []
  /// The server's time when the feed was begun to be read.
  private var now: Int64 = 0
  private var apiVersion: String?

  init(
    _ options: FeedOptions, _ context: RunContext, _ cursor: FeedCursor, _ state: FetchState, _ writer: BronzeWriter
  ) {
    self.options = options
    self.state = state
    self.writer = writer
    self.cursor = cursor
    handledBefore = cursor.handled
    let since = context.clock.now.timeIntervalSince1970 - Double(cursor.lookedBackAt)
    isLookingBack = since < 0 || since >= options.lookBackEvery / .seconds(1)
  }

  private func isHandled(_ id: String) -> Bool { cursor.handled[id] != nil || handledBefore[id] != nil }

  private var overlap: Int64 { Int64(options.overlap / .seconds(1)) }

  /// Whom the feed speaks for: what was listed, and what only stands in others.
  private var resources: [ResourceName] {
    ResourceName.allCases.filter { name in
      if case .inside = name.definition.listing.scope { return true }
      return cursor.spokenForSince(name.definition.table) != nil
    }
  }

  mutating func read() async throws {
    let left = cursor.unread
    let from = isLookingBack ? min(cursor.newest, cursor.lookedBackAt - overlap) : cursor.newest
    guard try await readEvents(from: from, before: nil) else { return }
    for stretch in left { _ = try await readEvents(from: stretch.from, before: stretch.before) }
    try await readClocks()
    for name in resources { try await readNew(name) }
    try await state.move(cursor)
  }

  // MARK: events

  /// Reads a stretch of the feed, newest first; without an end it reaches to now and into the time of test clocks.
  /// Answers false where the feed has a gap.
  private mutating func readEvents(from: Int64, before: Int64?) async throws -> Bool {
    var walk = PageWalk(
      options.client, ListRequest(path: EventFeed.path, parameters: []), from: from, before: before)
    var waiting: [FeedEvent] = []
    var isFirst = before == nil
    while let (page, _) = try await walk.next() {
      if isFirst {
        report.gap = cursor.gap(at: page.startedAt)
        guard report.gap == nil else { return false }
        now = page.startedAt
        apiVersion = page.apiVersion ?? options.client.options.apiVersion
        isFirst = false
      }
      waiting += try await take(page)
      guard waiting.count >= options.eventsAtOnce, let last = waiting.last else { continue }
      // More of the last one's second may follow.
      let whole = waiting.filter { $0.created > last.created }
      guard !whole.isEmpty else { continue }
      try await apply(whole)
      waiting.removeAll { $0.created > last.created }
      note(from, before, unreadBefore: last.created + 1)
      try await state.move(cursor)
    }
    try await apply(waiting)
    note(from, before, unreadBefore: nil)
    return true
  }

  /// Notes how far a stretch was read; `unreadBefore` is the first second that all events were handled of.
  private mutating func note(_ from: Int64, _ before: Int64?, unreadBefore: Int64?) {
    defer { dropHandled() }
    cursor.unread.removeAll { $0.from == from && (before == nil || $0.before <= before ?? 0) }
    if let unreadBefore, unreadBefore > from { cursor.unread.append(.init(from: from, before: unreadBefore)) }
    guard before == nil else { return }
    cursor.readAt = now
    if isLookingBack { cursor.lookedBackAt = now }
  }

  /// Takes a page's events; those that are new go to bronze, as events are a resource themselves.
  private mutating func take(_ page: StripePage) async throws -> [FeedEvent] {
    let isNew = page.ids.map { !isHandled($0) }
    if isNew.contains(true), clocks == nil { clocks = try await TestClocks.all(options.client) }
    let observed = BronzeObservation(
      observedAt: page.startedAt, sequence: BronzeObservation.read, apiVersion: page.apiVersion,
      correlationID: page.requestID)
    let fresh = zip(page.elements, isNew).compactMap { $1 ? $0 : nil }
    if !fresh.isEmpty { try await writer.append(fresh, to: ResourceName.event.definition.table, observed: observed) }
    let trusts = trustsEvents
    return page.elements.compactMap { element in
      FeedEvent(
        element, document, apiVersion: apiVersion, now: now, trustsTimes: trusts, resources: resources)
    }
  }

  private mutating func apply(_ events: [FeedEvent]) async throws {
    for event in events where !isHandled(event.id) { try await readDeletedClock(event) }
    var changes = ChangeSet()
    for event in events {
      let isHandled = isHandled(event.id)
      changes.take(event, isHandled: isHandled)
      guard !isHandled else { continue }
      report.events += 1
      if event.subject == nil && event.listeners.isEmpty { report.foreignEvents += 1 }
    }
    try await outwait(events, changes)
    let reader = ChangeReader(
      client: options.client, objects: ObjectReader(client: options.client, writer: writer), apiVersion: apiVersion)
    try await reader.apply(changes, &report)
    for resource in report.unlisted { cursor.forget(resource.definition.table) }
    for event in events where !isHandled(event.id) {
      cursor.handled[event.id] = event.created
      if let clock = event.clock {
        // A clock that is new to us: its objects' events begin at the time it was made with.
        cursor.clocks[clock.id] = min(cursor.clocks[clock.id] ?? .max, clock.time)
      }
      if event.created <= now { cursor.newest = max(cursor.newest, event.created) }
    }
    report.newest = cursor.newest
  }

  /// Whether events bear the time at which they happened, so that they can be told from reads.
  private var trustsEvents: Bool {
    cursor.clocks.isEmpty && clocks?.times.isEmpty ?? true && clocks?.problem == nil
  }

  /// Waits until the second of the newest change is over, if objects have to be read: a read counts from the second in
  /// which it began, and two of one second could not be told apart when a further change follows.
  private func outwait(_ events: [FeedEvent], _ changes: ChangeSet) async throws {
    let isFresh = events.contains { !isHandled($0.id) && ($0.created >= now || !trustsEvents) }
    guard isFresh, changes.needsReads else { return }
    try await Task.sleep(for: .milliseconds(1100))
  }

  // MARK: what the plain feed does not show

  /// Events of objects on test clocks bear the clock's time: they may lie far back.
  private mutating func readClocks() async throws {
    let hasClocks = !cursor.clocks.isEmpty || !(clocks?.times.isEmpty ?? true)
    guard hasClocks else { return }
    let seen: TestClocks
    if let clocks { seen = clocks } else { seen = try await TestClocks.all(options.client) }
    clocks = seen
    guard seen.problem == nil else { return }
    for (id, time) in seen.times.sorted(by: { $0.key < $1.key }) {
      let from = min(cursor.clocks[id] ?? time, time)
      cursor.clocks[id] = time
      _ = try await readEvents(from: from, before: time + 1)
    }
    cursor.clocks = seen.times
  }

  /// A clock that was deleted is not listed any more: what its objects' events tell is read before its own is handled.
  private mutating func readDeletedClock(_ event: FeedEvent) async throws {
    guard event.type.hasSuffix(".deleted"), let clock = event.clock, let from = cursor.clocks[clock.id],
      deletedClocks.insert(clock.id).inserted
    else { return }
    _ = try await readEvents(from: from, before: clock.time + 1)
  }

  /// Lists what is new in a resource whose objects appear without an event.
  private mutating func readNew(_ name: ResourceName) async throws {
    let definition = name.definition
    guard definition.unannounced.contains(.creation), definition.path != EventFeed.path,
      let request = ListRequest(definition)
    else { return }
    let table = definition.table
    let last = cursor.creations[table] ?? cursor.spokenForSince(table) ?? cursor.readAt
    var walk = PageWalk(options.client, request, from: last - (isLookingBack ? overlap : 2))
    let completer = ListCompleter(options.client, definition)
    var begunAt: Int64?
    do {
      while let (page, _) = try await walk.next() {
        begunAt = begunAt ?? page.startedAt
        let (objects, _) = try await completer.complete(page.elements, ids: page.ids)
        let observed = BronzeObservation(
          observedAt: page.startedAt, sequence: BronzeObservation.read, apiVersion: page.apiVersion,
          correlationID: page.requestID)
        try await writer.append(objects, to: table, observed: observed)
        report.count(table) { $0.created += objects.count }
      }
    } catch {
      let problem = try Problem(error)
      if problem.passes { throw error }
      report.count(table) { ($0.reason, $0.status) = (problem.reason, problem.status) }
      report.unlisted.append(name)
      cursor.forget(table)
    }
    if let begunAt { cursor.creations[table] = begunAt }
  }

  /// Forgets the handled events that are not met again.
  private mutating func dropHandled() {
    let bound = min(cursor.newest, cursor.lookedBackAt - overlap)
    let clockTimes = Set(cursor.clocks.values)
    cursor.handled = cursor.handled.filter { $0.value >= bound || clockTimes.contains($0.value) }
  }
}
