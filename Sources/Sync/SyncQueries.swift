import BronzeStore
import PostgresClient
import ResourceStore
import StripeModel

/// What a sync asks of the tables: which rows are to be read again, and what is known of each resource.
///
/// Lists of ids come in slices, in the order of their bytes, each behind the last id of the one before.
struct SyncQueries: Sendable {
  let connection: PostgresConnection
  let names: StoreNames

  /// Ids at once.
  static let slice = 5_000

  /// The resources of which placeholders stand.
  func tablesWithPlaceholders() async throws -> Set<ResourceName> {
    Set(try await ResourceStore(connection: connection, names: names).placeholders().keys)
  }

  /// Placeholders: rows that others refer to and that were never read.
  ///
  /// - Parameter ofAppliers: only those that an applier of events made, in whatever run; else all.
  func placeholders(
    of resource: ResourceName, ofAppliers: Bool = false, after last: String
  ) async throws -> [String] {
    let made = ofAppliers ? "and position(\(PostgresLiteral.quoted(BronzePart.applyMark)) in run_id) > 0" : ""
    return try await ids(
      """
      select id from \(names.table(resource)) where is_placeholder and not deleted and id > $1 \(made)
      order by id limit $2
      """, [.text(last)])
  }

  /// How new some rows are, as Unix seconds by id; also those of which nothing is known but that they are gone.
  func observed(_ resource: ResourceName, ids: [String]) async throws -> [String: Int64] {
    let result = try await connection.query(
      """
      select id, floor(extract(epoch from observed_at))::bigint from \(names.table(resource))
      where id = any($1::text[]) and observed_at is not null and (deleted or not is_placeholder)
      """, [.textArray(ids)])
    var seconds: [String: Int64] = [:]
    for row in 0..<result.count {
      if let id = result[row, 0] { seconds[id] = result.integer(row, 1) }
    }
    return seconds
  }

  /// Rows that a whole list, begun at a time, did not show.
  func unseen(_ resource: ResourceName, since listedAt: Int64, after last: String) async throws -> [String] {
    try await ids(
      """
      select id from \(names.table(resource))
      where not deleted and not is_placeholder and observed_at < to_timestamp($3::bigint) and id > $1
      order by id limit $2
      """, [.text(last)], .integer(listedAt))
  }

  /// Rows that change without an event and are to be read again at a moment of the source's clock.
  func due(
    _ resource: ResourceName, of column: String, from value: String?, at moment: String?, now: Int64,
    _ schedule: SyncSchedule, after last: String
  ) async throws -> [String] {
    let state = PostgresIdentifier.quoted(column) + (value.map { " = \(PostgresLiteral.quoted($0))" } ?? " is null")
    let pause: Duration
    let isDue: String
    if let moment {
      pause = schedule.overdue
      let passed = PostgresIdentifier.quoted(moment)
      isDue = """
        \(passed) <= to_timestamp($3::bigint)
          and (observed_at < \(passed) or observed_at < to_timestamp($3::bigint - $4::bigint))
        """
    } else {
      pause = schedule.reread
      isDue = "observed_at < to_timestamp($3::bigint - $4::bigint)"
    }
    return try await ids(
      """
      select id from \(names.table(resource))
      where \(state) and \(isDue) and not deleted and not is_placeholder and id > $1
      order by id limit $2
      """, [.text(last)], .integer(now), .integer(Int64(pause / .seconds(1))))
  }

  /// Young rows that may change at any time, and were not read for as long as they had existed when they were.
  func open(
    _ resource: ResourceName, while column: String, isOneOf values: [String], days: Int, now: Int64,
    _ schedule: SyncSchedule, after last: String
  ) async throws -> [String] {
    try await ids(
      """
      select id from \(names.table(resource))
      where \(PostgresIdentifier.quoted(column)) in (\(values.map(PostgresLiteral.quoted).joined(separator: ", ")))
        and created > to_timestamp($3::bigint) - $4::bigint * interval '1 day'
        and observed_at < to_timestamp($3::bigint - $5::bigint)
        and to_timestamp($3::bigint) - observed_at >= observed_at - created
        and not deleted and not is_placeholder and id > $1
      order by id limit $2
      """, [.text(last)], .integer(now), .integer(Int64(days)), .integer(Int64(schedule.reread / .seconds(1))))
  }

  /// Rows that refer to a deleted row and were read before it was deleted.
  func left(_ resource: ResourceName, by column: String, after last: String) async throws -> [String] {
    guard let target = resource.definition.foreignKeys.first(where: { $0.column.name == column })?.target else {
      return []
    }
    return try await ids(
      """
      select t.id from \(names.table(resource)) as t
      join \(names.table(target)) as gone on gone.id = t.\(PostgresIdentifier.quoted(column)) and gone.deleted
      where t.observed_at <= gone.deleted_at and not t.deleted and not t.is_placeholder and t.id > $1
      order by t.id limit $2
      """, [.text(last)])
  }

  private func ids(
    _ sql: String, _ first: [PostgresParameter], _ more: PostgresParameter...
  ) async throws -> [String] {
    let result = try await connection.query(sql, first + [.integer(Int64(Self.slice))] + more)
    return (0..<result.count).compactMap { result[$0, 0] }
  }
}

extension SyncQueries {
  /// What is known of a resource: one row of `_coverage`.
  struct Coverage: Sendable, Equatable {
    var outcome: String
    var reason: String?
    var status: Int32?
    /// When the listing began that has read the whole resource, by the source's clock; Unix seconds, as are the others.
    var listedAt: Int64?
    /// The listing whose omissions were looked into.
    var provenAt: Int64?
    /// What happened before is in the table.
    var readAt: Int64?
    /// When it was asked for last, by our clock.
    var syncedAt: Int64?
  }

  /// What the last sync noted, by table.
  func coverage() async throws -> [String: Coverage] {
    let times = ["listed_at", "proven_at", "read_at", "synced_at"].map { "floor(extract(epoch from \($0)))::bigint" }
    let result = try await connection.query(
      "select resource, outcome, reason, status, \(times.joined(separator: ", ")) from \(names.table("_coverage"))")
    var all: [String: Coverage] = [:]
    for row in 0..<result.count {
      guard let table = result[row, 0], let outcome = result[row, 1] else { continue }
      all[table] = Coverage(
        outcome: outcome, reason: result[row, 2], status: result.integer(row, 3).map(Int32.init),
        listedAt: result.integer(row, 4), provenAt: result.integer(row, 5), readAt: result.integer(row, 6),
        syncedAt: result.integer(row, 7))
    }
    return all
  }

  /// Notes what is known of some resources.
  func note(_ coverage: [String: Coverage], run runID: String) async throws {
    let all = coverage.sorted { $0.key < $1.key }
    guard !all.isEmpty else { return }
    _ = try await connection.query(
      """
      insert into \(names.table("_coverage")) as known
        (resource, outcome, reason, status, listed_at, proven_at, read_at, synced_at, run_id)
      select resource, outcome, reason, status, to_timestamp(listed), to_timestamp(proven), to_timestamp(read),
        to_timestamp(synced), $9
      from unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::bigint[]) as seen (resource, outcome, reason, status, listed, proven, read, synced)
      on conflict (resource) do update set outcome = excluded.outcome, reason = excluded.reason,
        status = excluded.status, listed_at = excluded.listed_at, proven_at = excluded.proven_at,
        read_at = excluded.read_at, synced_at = excluded.synced_at, run_id = excluded.run_id
      """,
      [
        .textArray(all.map(\.key)), .textArray(all.map(\.value.outcome)), .textArray(all.map(\.value.reason)),
        .integerArray(all.map { $0.value.status.map(Int64.init) }), .integerArray(all.map(\.value.listedAt)),
        .integerArray(all.map(\.value.provenAt)), .integerArray(all.map(\.value.readAt)),
        .integerArray(all.map(\.value.syncedAt)), .text(runID),
      ])
  }
}
