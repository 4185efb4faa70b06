import BronzeStore
import Foundation
import JSONReader
import PlatformCore
import SQLiteClient
import StripeClient
import StripeModel

/// What each witness says of each event, in a database on disk: memory holds a batch, however many events there are.
actor EventLedger {
  private let executor = BlockingExecutor(label: "okapi.reconcile")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  let database: SQLiteDatabase
  private let bronze: BronzeReader
  private let since: Int64
  private let firstDay: String
  private let account: SourceAccount
  private let document = JSONDocument()
  private var reader: EventFacts.Reader
  /// Lines of captured events so far: their order, where their times are the same.
  private var lines: Int64 = 0
  private var positions: [String: BronzePosition] = [:]
  /// Lines of captured events that hold none.
  private(set) var damagedLines = 0
  /// Captured events of other accounts, which the feed does not hold.
  private(set) var otherAccounts = 0

  /// Makes the database in a folder. Its file has no name from then on, so that nothing is left however this ends.
  ///
  /// - Parameters:
  ///   - since: the first second of `created` that counts.
  ///   - receivedSince: the first second in which such an event can have been received.
  ///   - account: whose events count, and of which mode.
  init(in folder: URL, bronze: BronzeReader, since: Int64, receivedSince: Int64, account: SourceAccount) throws {
    self.bronze = bronze
    self.since = since
    self.account = account
    // This machine's clock and Stripe's may differ.
    firstDay = String(Date(timeIntervalSince1970: Double(receivedSince) - 86_400).rfc3339.prefix(10))
    reader = try EventFacts.Reader()
    let file = folder.appending(path: "reconcile-\(UUID().uuidString).db")
    database = try SQLiteDatabase(path: file.path, mode: .readWrite)
    try database.execute(
      """
      pragma journal_mode = off; pragma synchronous = off; pragma temp_store = file; pragma cache_size = -65536;
      create table captured (id text primary key, type text, created integer, received text, version text,
        hash integer, kind text, object text, resource text, is_thin integer, is_healed integer, run text,
        is_gone integer, copies integer default 1, place integer) without rowid;
      create table feed (id text primary key, type text, created integer, version text, hash integer, body text)
        without rowid;
      create table unshipped (id text primary key) without rowid;
      create table wanted (resource text, object text, moment integer, type text, event text, is_gone integer,
        seen integer default -1, primary key (resource, object)) without rowid;
      create table finding (kind text, id text, type text, created integer, detail text, object text);
      create index finding_id on finding (kind, id);
      """)
    try FileManager.default.removeItem(at: file)
  }

  // MARK: captured

  /// Reads what bronze holds of captured events; called again, what has come since.
  func readCaptured() throws {
    try lookingAgain { try readParts() }
  }

  /// Does it once more where a part is gone that was listed: its day was compacted meanwhile.
  private func lookingAgain(_ body: () throws -> Void) throws {
    for _ in 1..<Self.looks {
      do {
        return try body()
      } catch let error as PlatformError where error.status == .inputMissing {
        continue
      }
    }
    try body()
  }

  private static let looks = 5

  private func readParts() throws {
    try inTransaction {
      for (part, bytes) in try bronze.sizedParts(of: BronzePart.webhookEvents) where part.day >= firstDay {
        let known = positions[part.path]
        if let known, part.isCompacted || known.bytes >= bytes ?? .max { continue }
        let reader = try bronze.open(part, at: known ?? .start)
        while let batch = try reader.next() {
          for line in batch.wholeLines { try take(line) }
          try Task.checkCancellation()
        }
        positions[part.path] = reader.position
      }
    }
  }

  private func take(_ line: ArraySlice<UInt8>) throws {
    let parsed = line.withUnsafeBytes { bytes in try? document.parse(bytes) }
    guard let parsed, let event = CapturedLine(parsed, &reader) else {
      damagedLines += 1
      return
    }
    let facts = event.facts
    lines += 1
    guard facts.created >= since else { return }
    guard facts.account == nil || facts.account == account.id else { return otherAccounts += 1 }
    guard facts.livemode != !account.livemode else { throw otherMode(facts.id) }
    // The same line may be met again where a day was compacted meanwhile. Copies that differ equal nothing.
    let insert = try database.statement(
      """
      insert into captured (id, type, created, received, version, hash, kind, object, resource, is_thin, is_healed,
        run, is_gone, place)
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
      on conflict (id) do update set copies = copies + (run <> excluded.run or received <> excluded.received),
        received = min(received, excluded.received), is_healed = min(is_healed, excluded.is_healed),
        hash = case when hash = excluded.hash or version is not excluded.version then hash end
      """)
    insert.bind(1, facts.id)
    insert.bind(2, facts.type)
    insert.bind(3, facts.created)
    insert.bind(4, event.received)
    insert.bind(5, facts.apiVersion)
    insert.bind(6, facts.hash)
    insert.bind(7, facts.object?.kind)
    insert.bind(8, facts.object?.id)
    insert.bind(9, facts.table)
    insert.bind(10, facts.isThin ? 1 : 0)
    insert.bind(11, event.isHealed ? 1 : 0)
    insert.bind(12, event.runID)
    insert.bind(13, facts.isGone ? 1 : 0)
    insert.bind(14, lines)
    _ = try insert.step()
    insert.reset()
  }

  private func otherMode(_ id: String) -> PlatformError {
    PlatformError(
      .configuration,
      "the captured events are of \(account.livemode ? "test" : "live") mode, and the key is not",
      context: ["event": id],
      nextStep: "set STRIPE_API_KEY to a key of that mode; events of two modes are those of two sources")
  }

  /// Refuses a feed that knows none of the captured events, for another account's: asked where it is not known whose
  /// the source is. What was healed came from a feed itself, and tells it only where nothing else does.
  ///
  /// - Parameter heals: whether something may be written; then an event must tell it, unless bronze holds none at all.
  func requireSharedEvent(heals: Bool) throws {
    let delivered = try number("select count(*) from captured where not is_thin and not is_healed") ?? 0
    let healed = try number("select count(*) from captured where is_healed") ?? 0
    let witnesses = "captured join feed using (id) where is_healed = \(delivered > 0 ? 0 : 1)"
    if try number("select 1 from \(witnesses) limit 1") != nil { return }
    let isEmpty = delivered + healed == 0
    if isEmpty, try !heals || bronze.parts(of: BronzePart.webhookEvents).isEmpty { return }
    throw PlatformError(
      .configuration,
      isEmpty
        ? "no event was captured in that time: nothing tells whether the key is of the right account"
        : "none of the \(delivered + healed) captured events is in the event feed that the key shows",
      cause: "the key is for \(account.description); whose the events are is not noted: no batch has run yet, or its "
        + "key may not read the account",
      nextStep: isEmpty
        ? "leave out --since and --days, or run okapi sync before"
        : "set STRIPE_API_KEY to a key of the account that sends the webhooks")
  }

  /// Takes the events that a receiver holds and has not shipped.
  func takeUnshipped(_ names: (_ name: (_ id: String) throws -> Void) throws -> Void) throws {
    try inTransaction {
      try names { id in
        let insert = try database.statement("insert or ignore into unshipped values (?1)")
        insert.bind(1, id)
        _ = try insert.step()
        insert.reset()
      }
    }
  }

  // MARK: the feed

  /// Takes a page of the feed; keeps the events that bronze does not hold as they stand in it, if wanted.
  func take(_ page: StripePage, keepsMissing: Bool) throws {
    try inTransaction {
      for element in page.elements {
        let parsed = element.withUnsafeBytes { bytes in try? document.parse(bytes) }
        guard let parsed, let facts = reader.facts(of: parsed) else {
          throw PlatformError(.protocolViolation, "an element of the event feed is no event")
        }
        let keeps = try keepsMissing && !isCaptured(facts.id)
        let insert = try database.statement("insert or ignore into feed values (?1, ?2, ?3, ?4, ?5, ?6)")
        insert.bind(1, facts.id)
        insert.bind(2, facts.type)
        insert.bind(3, facts.created)
        insert.bind(4, facts.apiVersion)
        insert.bind(5, facts.hash)
        if keeps { insert.bind(6, utf8: Array(element)) } else { insert.bind(6, nil as String?) }
        _ = try insert.step()
        insert.reset()
      }
    }
  }

  private func isCaptured(_ id: String) throws -> Bool {
    let select = try database.statement("select 1 from captured where id = ?1")
    defer { select.reset() }
    select.bind(1, id)
    return try select.step()
  }

  /// Missing events behind an id, in the order of their ids, as the feed showed them.
  func missing(after id: String, limit: Int) throws -> [(id: String, version: String?, body: [UInt8])] {
    let select = try database.statement(
      """
      select feed.id, feed.version, feed.body from finding join feed using (id)
      where finding.kind = 'missing' and feed.body is not null and finding.id > ?1 order by finding.id limit ?2
      """)
    defer { select.reset() }
    select.bind(1, id)
    select.bind(2, Int64(limit))
    var rows: [(id: String, version: String?, body: [UInt8])] = []
    while try select.step() { rows.append((select.text(0) ?? "", select.text(1), Array(select.bytes(2)))) }
    return rows
  }

  // MARK: the batch

  /// Looks in the batch's bronze for the objects that captured events speak of.
  func readBatch() throws {
    try database.execute(
      """
      delete from wanted;
      insert into wanted (resource, object, moment, type, event, is_gone)
      select resource, object, max(min(created, cast(strftime('%s', received) as integer))), type, id,
        count(*) filter (where is_gone) > 0 from captured
      where resource is not null and object is not null group by resource, object;
      """)
    for (table, moment) in try oldestWanted() {
      let day = String(Date(timeIntervalSince1970: Double(moment) - 86_400).rfc3339.prefix(10))
      try lookingAgain { try inTransaction { try readBatch(of: table, from: day) } }
    }
  }

  private func readBatch(of table: String, from day: String) throws {
    for part in try bronze.parts(of: table) where part.day >= day && !part.isOfCapturedEvents {
      let lines = try bronze.open(part)
      while let batch = try lines.next() {
        for element in batch.records.elements {
          guard case .success(let seen) = batch.observation(at: element.index),
            let id = (try? document.parse(batch.records, element))?["id"]?.stringValue
          else { continue }
          try note(id, of: table, at: seen.observedAt)
        }
        try Task.checkCancellation()
      }
    }
  }

  private func oldestWanted() throws -> [(table: String, moment: Int64)] {
    let select = try database.statement("select resource, min(moment) from wanted group by resource")
    defer { select.reset() }
    var rows: [(table: String, moment: Int64)] = []
    while try select.step() { rows.append((select.text(0) ?? "", select.int64(1))) }
    return rows
  }

  private func note(_ id: String, of table: String, at second: Int64) throws {
    let update = try database.statement(
      "update wanted set seen = ?3 where resource = ?1 and object = ?2 and seen < ?3")
    update.bind(1, table)
    update.bind(2, id)
    update.bind(3, second)
    _ = try update.step()
    update.reset()
  }

  private func inTransaction(_ body: () throws -> Void) throws {
    try database.execute("begin")
    do {
      try body()
      try database.execute("commit")
    } catch {
      // Without a journal there is no way back; whoever fails here gives the whole comparison up.
      try? database.execute("commit")
      throw error
    }
  }
}
