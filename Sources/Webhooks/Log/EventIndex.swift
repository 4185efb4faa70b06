import Foundation
import PlatformCore
import SQLiteClient

/// What a log remembers beside its lines: ids of sealed segments, what became of each segment, the mode of its events.
///
/// One connection, for one thread at a time. All but the mode can be made again from the segments and bronze.
final class EventIndex {
  private let database: SQLiteDatabase
  private let path: String

  static func path(in folder: URL) -> String { folder.appending(path: "index.db").path }

  init(folder: URL) throws(PlatformError) {
    let path = Self.path(in: folder)
    do {
      database = try SQLiteDatabase(path: path, mode: .readWrite)
      // What a loss of power takes back is done again: segments are read again, and shipped to the same file.
      try database.execute(
        """
        pragma journal_mode = wal;
        pragma synchronous = normal;
        create table if not exists seen (id text primary key, received_at integer not null) without rowid;
        drop index if exists seen_received_at;  -- of an earlier version: it held each id a second time
        create table if not exists segments (
          name text primary key, bytes integer not null, sealed_at integer not null, shipped_at integer) without rowid;
        create table if not exists facts (name text primary key, value text not null) without rowid;
        """)
    } catch {
      throw Self.told(error, path)
    }
    self.path = path
  }

  private static func told(_ error: PlatformError, _ path: String) -> PlatformError {
    var told = error
    told.message = "the index of the log of webhook events cannot be used"
    told.context = []
    told.nextStep =
      "move it and its -wal away: it is made again from the segments beside it; an event that Stripe sends "
      + "again may then be stored twice"
    return told.adding("file", path)
  }

  /// Whether an event of a sealed segment has this id.
  ///
  /// - Throws: `inputOutput` naming the file, and what to do where it is damaged.
  func contains(_ id: String) throws(PlatformError) -> Bool {
    try telling { () throws(PlatformError) in
      let statement = try database.statement("select 1 from seen where id = ?")
      statement.bind(1, id)
      defer { statement.reset() }
      return try statement.step()
    }
  }

  /// Reads, and names the file where that cannot be done.
  private func telling<Answer>(_ read: () throws(PlatformError) -> Answer) throws(PlatformError) -> Answer {
    do {
      return try read()
    } catch {
      throw Self.told(error, path)
    }
  }

  // MARK: segments

  /// Remembers some of a segment's ids; all of them before it is sealed.
  func remember(_ ids: ArraySlice<String>, at now: Int64) throws(PlatformError) {
    try transaction { () throws(PlatformError) in
      let insert = try database.statement("insert or ignore into seen (id, received_at) values (?, ?)")
      for id in ids {
        insert.bind(1, id)
        insert.bind(2, now)
        try insert.step()
      }
    }
  }

  /// Notes that a segment takes no more.
  func seal(_ segment: SegmentName, bytes: Int, at now: Int64) throws(PlatformError) {
    let add = try database.statement("insert or ignore into segments (name, bytes, sealed_at) values (?, ?, ?)")
    add.bind(1, segment.fileName)
    add.bind(2, Int64(bytes))
    add.bind(3, now)
    try add.step()
  }

  /// Forgets a segment that is gone; its ids stay as long as they do.
  func forget(_ segment: SegmentName) throws(PlatformError) {
    let statement = try database.statement("delete from segments where name = ?")
    statement.bind(1, segment.fileName)
    try statement.step()
  }

  /// Notes that a segment is in bronze.
  func noteShipped(_ segment: SegmentName, at now: Int64) throws(PlatformError) {
    let statement = try database.statement("update segments set shipped_at = ? where name = ?")
    statement.bind(1, now)
    statement.bind(2, segment.fileName)
    try statement.step()
  }

  /// The sealed segments in their order, with their bytes and when they were shipped.
  func segments() throws(PlatformError) -> [(name: SegmentName, bytes: Int, shippedAt: Int64?)] {
    try telling { () throws(PlatformError) in
      let statement = try database.statement("select name, bytes, shipped_at from segments order by name")
      var found: [(name: SegmentName, bytes: Int, shippedAt: Int64?)] = []
      while try statement.step() {
        guard let name = statement.text(0).flatMap({ SegmentName($0) }) else { continue }
        found.append((name, Int(statement.int64(1)), statement.isNull(2) ? nil : statement.int64(2)))
      }
      return found
    }
  }

  // MARK: forgetting ids

  /// Whether old ids were not forgotten today: all of them have to be looked at.
  func isDueToForget(at now: Int64) throws(PlatformError) -> Bool { try fact("forgotten_on_day") != Self.day(now) }

  /// Notes that they are.
  func noteForgotten(at now: Int64) throws(PlatformError) { try set("forgotten_on_day", Self.day(now)) }

  private static func day(_ now: Int64) -> String { String(now / 86_400) }

  /// Ids that are looked at in one go.
  static let lookedAtTogether = 2_000

  /// Of the next ids behind one, forgets those from before `oldest`. In small parts, so that a disk that is nearly full
  /// has room for each, and nobody waits for long.
  ///
  /// - Returns: the last of them; nil when there was none.
  func forgetIDs(before oldest: Int64, behind id: String) throws(PlatformError) -> String? {
    let look = try database.statement("select max(id) from (select id from seen where id > ? order by id limit ?)")
    look.bind(1, id)
    look.bind(2, Int64(Self.lookedAtTogether))
    let last = try look.step() ? look.text(0) : nil
    look.reset()
    guard let last else { return nil }
    let forget = try database.statement("delete from seen where id > ? and id <= ? and received_at < ?")
    forget.bind(1, id)
    forget.bind(2, last)
    forget.bind(3, oldest)
    try forget.step()
    return last
  }

  // MARK: mode

  /// Whether the log's events are of live mode; nil before the first.
  func livemode() throws(PlatformError) -> Bool? { try fact("livemode").map { $0 == "true" } }

  /// Fixes the mode, unless it is fixed already.
  func fix(livemode: Bool) throws(PlatformError) { try set("livemode", String(livemode), orKeep: true) }

  // MARK: facts

  private func fact(_ name: String) throws(PlatformError) -> String? {
    try telling { () throws(PlatformError) in
      let statement = try database.statement("select value from facts where name = ?")
      statement.bind(1, name)
      defer { statement.reset() }
      return try statement.step() ? statement.text(0) : nil
    }
  }

  private func set(_ name: String, _ value: String, orKeep keeps: Bool = false) throws(PlatformError) {
    let statement = try database.statement(
      "insert or \(keeps ? "ignore" : "replace") into facts (name, value) values (?, ?)")
    statement.bind(1, name)
    statement.bind(2, value)
    try statement.step()
  }

  private func transaction(_ body: () throws(PlatformError) -> Void) throws(PlatformError) {
    try database.execute("begin immediate")
    do {
      try body()
      try database.execute("commit")
    } catch {
      try? database.execute("rollback")
      throw error
    }
  }
}
