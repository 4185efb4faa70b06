import Foundation
package import PlatformCore
import SQLiteClient

/// The sandbox's objects in SQLite: one writer at a time with group commit, readers beside it.
///
/// A unit of work is atomic. Units that wait at the same moment share one commit, and each call returns only when its
/// unit is on disk: what was answered survives `kill -9`. In memory there is one connection, used by one at a time.
package final class SandboxStore: @unchecked Sendable {  // `condition` guards all that changes
  /// Where the objects lie.
  package enum Place: Sendable, Equatable {
    /// A file; it is made when absent.
    case file(String)
    /// In memory, gone with the store.
    case memory
  }

  private let place: Place
  private let condition = NSCondition()
  private var waiting: [PendingUnit] = []
  /// The writing connection; used only by whoever leads, nil when the store is closed.
  private var state: WriterState?
  /// Whether a thread is at work with it.
  private var isLed = false
  private var isClosed = false
  private var idleReaders: [RecordReader] = []
  private var listeners: [@Sendable (News) -> Bool] = []
  private let clock: WallClock

  /// Opens the store.
  ///
  /// - Throws: `.inputOutput` with SQLite's words; `.configuration` for a store that another version wrote.
  package init(_ place: Place, clock: WallClock = .system) throws(PlatformError) {
    self.place = place
    self.clock = clock
    let database: SQLiteDatabase
    switch place {
    case .memory: database = try SQLiteDatabase(path: ":memory:", mode: .memory)
    case .file(let path):
      database = try SQLiteDatabase(path: path, mode: .readWrite)
      // Two or three charges fit in such a page, one in a page of the usual 4,096 bytes: a third less to keep and read.
      try database.execute("pragma page_size = 8192; pragma journal_mode = wal")
      try database.execute("pragma synchronous = full")
    }
    try Self.prepare(database)
    state = WriterState(database)
  }

  private static func prepare(_ database: SQLiteDatabase) throws(PlatformError) {
    try database.execute("pragma cache_size = -65536; pragma temp_store = memory")
    let row = try database.statement("pragma user_version")
    let version = try row.step() ? row.int64(0) : 0
    row.reset()
    guard version == 0 || version == RecordTables.version else {
      throw PlatformError(
        .configuration, "the sandbox's store was written by another version of okapi",
        context: ["file": database.path, "found": String(version), "expected": String(RecordTables.version)],
        nextStep: "okapi sandbox reset")
    }
    try database.execute("begin immediate; \(RecordTables.schema); commit")
  }

  // MARK: writing

  /// Runs one unit of work, on this thread or on one that waits with it, and returns when it is committed.
  ///
  /// `wallTime` is real time unless given. What `body` throws rolls the unit back and is rethrown.
  package func write<Result: Sendable>(
    at wallTime: Int64? = nil, origin: World.Origin = .world, _ body: @escaping @Sendable (World) throws -> Result
  ) throws -> Result {
    let box = ResultBox<Result>()
    let time = wallTime ?? Int64(clock.now.timeIntervalSince1970)
    try submit(
      PendingUnit { state in
        let world = World(state: state, wallTime: time, origin: origin)
        do {
          box.value = try body(world)
          try world.flush()
          try state.writeDeliveries()
        } catch {
          world.abandon()
          throw error
        }
      })
    guard let value = box.value else { throw PlatformError(.bug, "a unit of work ended without a result") }
    return value
  }

  /// Changes what is kept between units: ids by a seed, settings, the age of events, where it is
  /// served.
  package func configure(
    settings: AccountSettings? = nil, seed: UInt64? = nil, eventsSince: Int64? = nil, serverURL: String? = nil
  ) throws {
    try submit(
      PendingUnit { state in
        if let settings { state.settings = settings }
        if let seed { state.ids = IDGenerator(seed: seed) }
        if let eventsSince { state.eventsSince = eventsSince }
        if let serverURL { state.serverURL = serverURL }
      })
  }

  /// Deletes all objects, events, jobs and settings, in one unit.
  package func erase() throws {
    try submit(
      PendingUnit { state in
        try state.database.execute(RecordTables.erasure)
        state.forgetEverything()
      })
  }

  private func submit(_ unit: PendingUnit) throws {
    try condition.withLock {
      guard !isClosed else { throw Self.closed }
      waiting.append(unit)
    }
    // Whoever is let through first commits for all who wait, on his own thread: there is nobody to hand over to.
    lead(unless: { unit.isDone }) { state in
      let units = condition.withLock {
        defer { waiting = [] }
        return waiting
      }
      commit(units, state)
      tell(state.takeNews())
      condition.withLock { for unit in units { unit.isDone = true } }
    }
    if let failure = unit.failure { throw failure }
  }

  /// Waits for its turn and has the writing connection to itself; leaves when there is nothing to do any more.
  private func lead(unless isDone: () -> Bool, _ body: (WriterState) throws -> Void) rethrows {
    condition.lock()
    while isLed && !isDone() { condition.wait() }
    guard !isDone(), let state else { return condition.unlock() }
    isLed = true
    condition.unlock()
    defer {
      condition.withLock {
        isLed = false
        condition.broadcast()
      }
    }
    try body(state)
  }

  private static let closed = PlatformError(.unavailable, "the sandbox's store is closed")

  /// One transaction for all of them, a savepoint for each: one that fails leaves the others alone.
  private func commit(_ units: [PendingUnit], _ state: WriterState) {
    let database = state.database
    func run(_ sql: String) throws { try database.statement(sql).step() }
    do {
      try run("begin immediate")
      for unit in units {
        state.beginUnit()
        guard units.count > 1 else {
          unit.run(state)
          continue
        }
        try run("savepoint unit")
        unit.run(state)
        if unit.failure != nil { try run("rollback to unit") }
        try run("release unit")
      }
      try run(units.count == 1 && units[0].failure != nil ? "rollback" : "commit")
    } catch {
      // The disk is full or gone: nobody may be told that his unit is kept.
      if database.isInTransaction { try? run("rollback") }
      state.records.removeAll()
      state.forget([])
      for unit in units where unit.failure == nil { unit.failure = error }
    }
  }

  // MARK: reading

  /// Reads what is committed; several reads may run side by side, each sees one moment.
  package func read<Result: Sendable>(_ body: @escaping @Sendable (RecordReader) throws -> Result) throws -> Result {
    guard case .file(let path) = place else {
      var result: Result?
      try lead(unless: { isClosed }) { result = try body($0.reader) }
      guard let result else { throw Self.closed }
      return result
    }
    let reader = try takeReader(path)
    defer { giveBack(reader) }
    try reader.database.statement("begin").step()
    defer { _ = try? reader.database.statement("commit").step() }
    return try body(reader)
  }

  private func takeReader(_ path: String) throws(PlatformError) -> RecordReader {
    condition.lock()
    let idle = idleReaders.popLast()
    condition.unlock()
    if let idle { return idle }
    let database = try SQLiteDatabase(path: path, mode: .readOnly)
    // What is mapped is read in place, but counts as memory of the process once for each reader.
    try database.execute("pragma cache_size = -16384; pragma mmap_size = \(256 << 20)")
    return RecordReader(database)
  }

  private func giveBack(_ reader: RecordReader) {
    condition.lock()
    defer { condition.unlock() }
    if idleReaders.count < 8 && !isClosed { idleReaders.append(reader) }
  }

  // MARK: waiting and closing

  /// What a commit may have brought for those who act later.
  package struct News: Sendable {
    /// The earliest job in real time that was scheduled; nil if none was.
    package var earliestJob: Int64?
    /// Whether webhook deliveries were queued.
    package var hasNewDeliveries = false
  }

  /// Has `listener` called after each commit that brings news, on the thread that committed: it may only pass the word
  /// on. One that answers false is not called again.
  package func listen(_ listener: @escaping @Sendable (News) -> Bool) {
    condition.withLock { listeners.append(listener) }
  }

  private func tell(_ news: News) {
    guard news.earliestJob != nil || news.hasNewDeliveries else { return }
    // Outside the lock: a listener takes one of its own. New ones may have come at the end meanwhile.
    let heard = condition.withLock { listeners }
    let stays = heard.map { $0(news) }
    guard stays.contains(false) else { return }
    condition.withLock { listeners = zip(heard, stays).filter(\.1).map(\.0) + listeners.dropFirst(heard.count) }
  }

  /// Finishes what was submitted and closes the database; later calls are refused.
  package func close() {
    condition.withLock {
      isClosed = true
      idleReaders.removeAll()  // before the writer: who closes last puts the log into the file
      while isLed || !waiting.isEmpty { condition.wait() }
      state = nil
    }
  }
}

/// A unit of work on its way to the thread that does it.
private final class PendingUnit: @unchecked Sendable {  // changed by the one that leads, before `isDone`
  private let body: (WriterState) throws -> Void
  var failure: (any Error)?
  var isDone = false

  init(_ body: @escaping (WriterState) throws -> Void) { self.body = body }

  func run(_ state: WriterState) {
    do { try body(state) } catch { failure = error }
  }
}

/// Carries a result from the thread that did the unit to the one that waits for it.
private final class ResultBox<Result>: @unchecked Sendable {  // written before the unit is done, read after it
  var value: Result?
}
