import PlatformCore
package import PostgresClient

/// The bookkeeping of a source beside its tables: runs, exports seen, and the mode it holds.
package struct SourceRecords: Sendable {
  private let connection: PostgresConnection
  private let names: StoreNames

  /// Works over an open connection to a migrated database.
  package init(connection: PostgresConnection, names: StoreNames) {
    self.connection = connection
    self.names = names
  }

  /// Notes that a run began.
  package func begin(run runID: String, command: String) async throws {
    _ = try await connection.query(
      "insert into \(names.table("_runs")) (run_id, command, started_at, status) values ($1, $2, now(), 'running')",
      [.text(runID), .text(command)])
  }

  /// Notes how a run ended; `report` is JSON.
  package func finish(run runID: String, command: String, status: String, report: String) async throws {
    _ = try await connection.query(
      """
      update \(names.table("_runs")) set finished_at = now(), status = $3, report = $4::jsonb
      where run_id = $1 and command = $2 and finished_at is null
      """, [.text(runID), .text(command), .text(status), .text(report)])
  }

  /// Fixes the mode at the first load, and answers the mode the database holds.
  package func fixMode(livemode: Bool) async throws -> Bool {
    _ = try await connection.query(
      """
      insert into \(names.table("_source")) as known (livemode, created_at) values ($1::boolean, now())
      on conflict (only_row) do update set livemode = excluded.livemode where known.livemode is null
      """, [.text(livemode ? "true" : "false")])
    let stored = try await connection.query("select livemode::text from \(names.table("_source"))")
    return stored[0, 0] == "true"
  }

  /// Holds the tables to one account: the first one is noted, unless `notes` is false, and every other refused.
  ///
  /// - Throws: `configuration` for another account than the tables'.
  package func require(account: String, notes: Bool = true) async throws {
    if notes {
      _ = try await connection.query(
        """
        insert into \(names.table("_source")) as known (account_id, created_at) values ($1, now())
        on conflict (only_row) do update set account_id = excluded.account_id where known.account_id is null
        """, [.text(account)])
    }
    let stored = try await connection.query("select account_id from \(names.table("_source"))")
    guard stored.count > 0, let known = stored[0, 0], known != account else { return }
    throw PlatformError(
      .configuration, "the tables of source \(names.schema) hold account \(known), and this is account \(account)",
      context: ["source": names.schema, "schema": names.schema],
      nextStep: "set STRIPE_API_KEY (and STRIPE_ACCOUNT) to that account's, or give this one a source name of its own")
  }

  /// The mode the database holds; nil before the first load.
  package func livemode() async throws -> Bool? {
    let stored = try await connection.query("select livemode::text from \(names.table("_source"))")
    return stored.count > 0 ? stored[0, 0].map { $0 == "true" } : nil
  }

  /// Notes files by their bytes, all or none: those never seen before are given the one moment `now` (decision 0001).
  package func note(files: [(sha256: String, file: String)], run runID: String, now: ObservationTime) async throws {
    // Sorted, so that of two runs over the same files the second waits at the first of them.
    let sorted = files.sorted { $0.sha256 < $1.sha256 }
    _ = try await connection.query(
      """
      insert into \(names.table("_exports")) (sha256, first_observed_at, file, run_id)
      select sha256, $3::timestamptz, file, $4 from unnest($1::text[], $2::text[]) as seen (sha256, file)
      order by sha256 on conflict do nothing
      """,
      [
        .textArray(sorted.map(\.sha256)), .textArray(sorted.map(\.file)), .text(now.sql), .text(runID),
      ])
  }

  /// When these exact bytes were first seen, if ever.
  package func stored(sha256: String) async throws -> ObservationTime? {
    let result = try await connection.query(
      """
      select (extract(epoch from first_observed_at) * 1000)::bigint from \(names.table("_exports")) where sha256 = $1
      """, [.text(sha256)])
    guard result.count > 0, let milliseconds = result[0, 0].flatMap({ Int64($0) }) else { return nil }
    return ObservationTime(milliseconds: milliseconds)
  }
}
