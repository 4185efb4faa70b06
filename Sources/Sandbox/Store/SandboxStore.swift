import Foundation
package import PlatformCore
import SQLiteClient

/// The sandbox's objects in SQLite: one writing thread with group commit, readers beside it.
///
/// A unit of work is atomic. Units that wait at the same moment share one commit, and each call returns only when its
/// unit is on disk: what was answered survives `kill -9`. In memory there is one connection, used by one thread.
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
  private var isClosed = false
  private var hasStopped = false
  /// What the writing thread works with, and no other.
  private var writer: WriterState?
  private var idleReaders: [RecordReader] = []
  private var listeners: [@Sendable (News) -> Bool] = []
  private let clock: WallClock

  private static let unitsPerCommit = 256

  /// Opens the store and starts its thread.
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
    writer = WriterState(database)
    let thread = Thread { [self] in run() }
    thread.name = "okapi sandbox store"
    thread.stackSize = 8 << 20
    thread.start()
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

  /// Runs one unit of work on the writing thread and waits until it is committed.
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

  /// Changes what the writing thread keeps between units: ids by a seed, settings, the age of events, where it is
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
    condition.lock()
    guard !isClosed else {
      condition.unlock()
      throw PlatformError(.unavailable, "the sandbox's store is closed")
    }
    waiting.append(unit)
    condition.broadcast()
    condition.unlock()
    try unit.wait()
  }

  private func run() {
    work()
    writer = nil  // the database is closed before anybody hears that it is
    condition.lock()
    hasStopped = true
    condition.broadcast()
    condition.unlock()
  }

  private func work() {
    guard let writer else { return }
    while let units = nextUnits() {
      commit(units, writer)
      tell(writer.takeNews())
      for unit in units { unit.finish() }
    }
  }

  private func nextUnits() -> [PendingUnit]? {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty && !isClosed { condition.wait() }
    guard !waiting.isEmpty else { return nil }
    let units = Array(waiting.prefix(Self.unitsPerCommit))
    waiting.removeFirst(units.count)
    return units
  }

  /// One transaction for all of them, a savepoint for each: one that fails leaves the others alone.
  private func commit(_ units: [PendingUnit], _ state: WriterState) {
    do {
      try state.database.execute("begin immediate")
      for unit in units {
        state.beginUnit()
        try state.database.execute("savepoint unit")
        unit.run(state)
        if unit.failure != nil { try state.database.execute("rollback to unit") }
        try state.database.execute("release unit")
      }
      try state.database.execute("commit")
    } catch {
      // The disk is full or gone: nobody may be told that his unit is kept.
      if state.database.isInTransaction { try? state.database.execute("rollback") }
      state.records.removeAll()
      state.forget([])
      for unit in units where unit.failure == nil { unit.failure = error }
    }
  }

  // MARK: reading

  /// Reads what is committed; several reads may run side by side, each sees one moment.
  package func read<Result: Sendable>(_ body: @escaping @Sendable (RecordReader) throws -> Result) throws -> Result {
    guard case .file(let path) = place else {
      let box = ResultBox<Result>()
      try submit(PendingUnit { state in box.value = try body(state.reader) })
      guard let value = box.value else { throw PlatformError(.bug, "a read ended without a result") }
      return value
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
    try database.execute("pragma cache_size = -16384; pragma mmap_size = 2147418112")
    return RecordReader(database)
  }

  private func giveBack(_ reader: RecordReader) {
    condition.lock()
    defer { condition.unlock() }
    if !isClosed && idleReaders.count < 8 { idleReaders.append(reader) }
  }

  // MARK: waiting and closing

  /// What a commit may have brought for those who act later.
  package struct News: Sendable {
    /// The earliest job in real time that was scheduled; nil if none was.
    package var earliestJob: Int64?
    /// Whether webhook deliveries were queued.
    package var hasNewDeliveries = false
  }

  /// Has `listener` called after each commit that brings news, on the writing thread: it may only pass the word on. One
  /// that answers false is not called again.
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
    condition.lock()
    idleReaders.removeAll()  // first: who closes last moves the log into the database, and a reader may not
    isClosed = true
    condition.broadcast()
    while !hasStopped { condition.wait() }
    condition.unlock()
  }
}

/// A unit of work on its way through the writing thread.
private final class PendingUnit: @unchecked Sendable {  // written by one thread, read by the other after `done`
  private let body: (WriterState) throws -> Void
  private let done = DispatchSemaphore(value: 0)
  var failure: (any Error)?

  init(_ body: @escaping (WriterState) throws -> Void) { self.body = body }

  func run(_ state: WriterState) {
    do { try body(state) } catch { failure = error }
  }

  func finish() { done.signal() }

  func wait() throws {
    done.wait()
    if let failure { throw failure }
  }
}

/// Carries a result from the writing thread to the one that waits for it.
private final class ResultBox<Result>: @unchecked Sendable {  // written before the semaphore, read after it
  var value: Result?
}
