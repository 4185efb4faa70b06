import Foundation
import PlatformCore
import SQLiteClient

/// The measure of a comparison, in Unix seconds and seconds.
struct ReconcileMeasure: Sendable {
  /// A second that the source's clock had reached before the feed was read.
  let readAt: Int64
  let since: Int64
  let grace: Int64
  let shipping: Int64
  let lateAfter: Int64
  /// When the batch first looked at the account; nil before.
  var batchSince: Int64?
}

extension EventLedger {
  /// Names everything that is not as it should be; what was named before is forgotten.
  func judge(_ measure: ReconcileMeasure) throws {
    // What came later than the newest line, less the grace, may not have been shipped yet.
    try database.execute(
      """
      create index if not exists captured_object on captured (kind, object) where object is not null;
      delete from finding;
      insert into finding
      select case when feed.id in (select id from unshipped)
          or (feed.created > \(measure.readAt - measure.grace) and feed.created <= \(measure.readAt + measure.grace))
          or (feed.created between \(measure.readAt - measure.shipping) and \(measure.readAt + measure.grace)
            and feed.created > coalesce(\(Self.newestReceived), 0) - \(measure.grace))
        then 'pending' else 'missing' end, feed.id, feed.type, feed.created, null, null
      from feed left join captured using (id) where captured.id is null;
      insert into finding
      select 'extra', id, type, created, null, object from captured
      where not is_thin and created >= \(measure.since) and id not in (select id from feed)
        and strftime('%s', received) + 0 < \(measure.readAt) and created < \(measure.readAt - measure.grace);
      insert into finding
      select case when captured.version is feed.version then 'differing' else 'not_comparable' end, id, feed.type,
        feed.created, case when captured.version is not feed.version then coalesce(captured.version, 'none')
          || ' captured, ' || coalesce(feed.version, 'none') || ' in the feed' end, object
      from captured join feed using (id)
      where captured.version is not feed.version or captured.hash is not feed.hash;
      insert into finding
      select 'late', id, type, created, (strftime('%s', received) - created) || ' s', object from captured
      where not is_healed and strftime('%s', received) - created > \(measure.lateAfter);
      insert into finding
      select 'out_of_order', id, type, created, (newest - created) || ' s', object from (
        select *, max(created) over (partition by kind, object order by received, place
          rows between unbounded preceding and 1 preceding) as newest
        from captured where object is not null and not is_healed)
      where created < newest;
      insert into finding
      select 'duplicate', id, type, created, copies || ' lines', object from captured where copies > 1;
      insert into finding
      select 'healed', id, type, created, null, object from captured where is_healed;
      insert into finding
      select 'batch_behind', event, type, moment, resource, object from wanted
      where seen < moment and not (is_gone and seen < 0 and moment < \(measure.batchSince ?? 0));
      """)
  }

  /// When the newest event was received that Stripe delivered; null where none was.
  private static let newestReceived =
    "(select strftime('%s', max(received)) + 0 from captured where not is_healed)"

  /// The figures of each type and day.
  func days() throws -> [ReconcileReport.Day] {
    let kinds = ReconcileReport.Kind.allCases.filter { $0 != .batchBehind }
    let counts = kinds.map { "count(*) filter (where kind = '\($0.rawValue)')" }.joined(separator: ", ")
    let select = try database.statement(
      """
      select type, date(created, 'unixepoch') as day, sum(captured), sum(feed), \(counts) from (
        select type, created, 1 as captured, 0 as feed, '' as kind from captured
        union all select type, created, 0, 1, '' from feed
        union all select type, created, 0, 0, kind from finding where kind <> 'batch_behind')
      group by 1, 2 order by 1, 2
      """)
    defer { select.reset() }
    var days: [ReconcileReport.Day] = []
    while try select.step() {
      var day = ReconcileReport.Day(type: select.text(0) ?? "", day: select.text(1) ?? "")
      (day.captured, day.feed) = (Int(select.int64(2)), Int(select.int64(3)))
      for (place, kind) in kinds.enumerated() {
        let count = Int(select.int64(4 + place))
        if count > 0 { day.findings[kind.rawValue] = count }
      }
      days.append(day)
    }
    return days
  }

  /// The first findings of a kind, oldest first, and how many there are.
  func findings(
    _ kind: ReconcileReport.Kind, limit: Int
  ) throws -> (count: Int, first: [ReconcileReport.Finding]) {
    let count = try number("select count(*) from finding where kind = '\(kind.rawValue)'") ?? 0
    let select = try database.statement(
      "select id, type, created, detail, object from finding where kind = ?1 order by created, id limit ?2")
    defer { select.reset() }
    select.bind(1, kind.rawValue)
    select.bind(2, Int64(limit))
    var first: [ReconcileReport.Finding] = []
    while try select.step() {
      first.append(
        .init(
          kind: kind, id: select.text(0) ?? "", type: select.text(1) ?? "",
          created: Date(timeIntervalSince1970: Double(select.int64(2))), object: select.text(4),
          detail: select.text(3)))
    }
    return (Int(count), first)
  }

  /// Writes all findings to a file, a JSON object a line; false, and no file, where there are none.
  func write(to file: URL) throws -> Bool {
    guard try number("select count(*) from finding") ?? 0 > 0 else { return false }
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let output = try AtomicFile(file)
    let select = try database.statement(
      """
      select json_object('kind', kind, 'id', id, 'type', type,
        'created', strftime('%Y-%m-%dT%H:%M:%S.000Z', created, 'unixepoch'), 'object', object, 'detail', detail)
      from finding order by kind, created, id
      """)
    defer { select.reset() }
    while try select.step() { try output.append(Array(select.bytes(0)) + [UInt8(ascii: "\n")]) }
    try output.finish()
    return true
  }

  /// When the newest delivered event was received, and when the feed's newest happened, in Unix seconds.
  func newest() throws -> (received: Int64?, feed: Int64?) {
    (try number("select \(Self.newestReceived)"), try number("select max(created) from feed"))
  }

  /// How many objects captured events speak of that the batch reads.
  func objects() throws -> Int { Int(try number("select count(*) from wanted") ?? 0) }

  /// How many thin events were captured.
  func thin() throws -> Int { Int(try number("select count(*) from captured where is_thin") ?? 0) }

  func number(_ sql: String) throws -> Int64? {
    let select = try database.statement(sql)
    defer { select.reset() }
    return try select.step() && !select.isNull(0) ? select.int64(0) : nil
  }
}
