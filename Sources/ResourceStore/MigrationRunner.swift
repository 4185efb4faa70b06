package import PlatformCore
package import PostgresClient
import SchemaGenerator

/// What is known of one migration in one database.
package struct MigrationState: Sendable, Equatable, Codable {
  /// Where a migration stands.
  package enum Status: String, Sendable, Codable {
    /// In the database, and the file is as it was.
    case applied
    /// Not in the database yet.
    case pending
    /// In the database, but the file has changed since.
    case changed
    /// In the database, but this program has no such file: the database is newer.
    case missing
  }

  /// Its number.
  package let number: Int
  /// Its name.
  package let name: String
  /// Where it stands.
  package let status: Status
  /// When it was applied, RFC 3339 in UTC; nil if it was not.
  package let appliedAt: String?
}

/// What a run of the migrations did.
package struct MigrationReport: Sendable, Equatable, Codable {
  /// The source's schema.
  package let schema: String
  /// The file names of the migrations that this run applied, in order.
  package let applied: [String]
  /// How many the database has now.
  package let total: Int
}

/// Brings one source's schema to the newest migration, each in one transaction under an advisory lock.
///
/// Works behind PgBouncer in transaction mode: every name is qualified and nothing outlives its transaction.
package struct MigrationRunner: Sendable {
  private let connection: PostgresConnection
  private let schema: String
  private let live: String
  private let migrations: [Migration]

  /// A runner for the migrations that ship with the program.
  ///
  /// - Throws: `configuration` when they are not where the program is.
  package init(_ connection: PostgresConnection, schema: String, live: String) throws(PlatformError) {
    self.init(connection, schema: schema, live: live, migrations: try MigrationFiles.bundled().list())
  }

  /// A runner for these migrations, numbered from 1 without gaps.
  package init(_ connection: PostgresConnection, schema: String, live: String, migrations: [Migration]) {
    self.connection = connection
    self.schema = schema
    self.live = live
    self.migrations = migrations
  }

  /// Every migration that the program or the database knows, in order; changes nothing.
  package func status() async throws -> [MigrationState] {
    try await connection.transaction(isReadOnly: true) { connection in
      try states(of: try await recorded(connection))
    }
  }

  /// Applies what is pending.
  ///
  /// Two at once are fine: the second waits for the first and then finds nothing to do.
  /// - Throws: `configuration` for a changed file or a database newer than the program; the server's error, naming the
  ///   file, after which the database is as the migration before left it.
  package func migrate(_ context: RunContext) async throws -> MigrationReport {
    for migration in migrations {
      if let error = MigrationWriter.undecided(in: [migration.sql]) { throw error.adding("file", migration.fileName) }
    }
    var applied: [String] = []
    while let migration = try await applyNext() {
      context.log(
        .info, "migration_applied", ["file": .string(migration.fileName), "schema": .string(schema)])
      applied.append(migration.fileName)
    }
    return MigrationReport(schema: schema, applied: applied, total: migrations.count)
  }

  /// Refuses to go on unless the schema is exactly what the program expects.
  ///
  /// - Throws: `configuration` naming what is pending, changed or newer.
  package func requireCurrent() async throws {
    let states = try await status()
    try refuseContradictions(states)
    let pending = states.filter { $0.status == .pending }
    guard pending.isEmpty else {
      throw PlatformError(
        .configuration,
        pending.count == migrations.count
          ? "The schema \(schema) is not set up yet" : "The schema \(schema) lacks \(pending.count) migrations",
        nextStep: "okapi db migrate")
    }
  }

  /// Drops the schemas with everything in them and applies all migrations anew; one transaction drops both.
  ///
  /// The caller has made sure that destroying is allowed here.
  package func reset(_ context: RunContext) async throws -> MigrationReport {
    try await connection.transaction { connection in
      try await lock(connection)
      try await connection.execute(
        """
        drop schema if exists \(PostgresIdentifier.quoted(live)) cascade;
        drop schema if exists \(PostgresIdentifier.quoted(schema)) cascade;
        """)
    }
    context.log(.info, "schema_dropped", ["schema": .string(schema)])
    return try await migrate(context)
  }

  // MARK: - One migration

  private func applyNext() async throws -> Migration? {
    try await connection.transaction { connection in
      try await lock(connection)
      try await connection.execute(
        """
        create schema if not exists \(PostgresIdentifier.quoted(schema));
        create schema if not exists \(PostgresIdentifier.quoted(live));
        create table if not exists \(table) (
          number integer primary key,
          name text not null,
          checksum text not null,
          applied_at timestamptz not null default now()
        );
        """)
      let states = try states(of: try await recorded(connection))
      try refuseContradictions(states)
      guard let next = states.first(where: { $0.status == .pending }) else { return nil }
      let migration = migrations[next.number - 1]
      do {
        try await connection.execute(qualified(migration.sql))
      } catch let error as PlatformError {
        throw error.adding("file", migration.fileName).adding("schema", schema)
      }
      _ = try await connection.query(
        "insert into \(table) (number, name, checksum) values ($1::integer, $2, $3)",
        [.integer(Int64(migration.number)), .text(migration.name), .text(migration.checksum)])
      return migration
    }
  }

  private func lock(_ connection: isolated PostgresConnection) async throws {
    _ = try await connection.query(
      "select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))",
      [.text("okapi migrate \(schema)")])
  }

  private var table: String { "\(PostgresIdentifier.quoted(schema))._migrations" }

  private func qualified(_ sql: String) -> String {
    sql.replacing("{schema}", with: PostgresIdentifier.quoted(schema))
      .replacing("{live}", with: PostgresIdentifier.quoted(live))
  }

  // MARK: - What is there

  private struct Record: Sendable {
    let number: Int
    let name: String
    let checksum: String
    let appliedAt: String
  }

  private func recorded(_ connection: isolated PostgresConnection) async throws -> [Record] {
    let exists = try await connection.query("select to_regclass($1) is not null", [.text(table)])
    guard exists.boolean(0, 0) == true else { return [] }
    let rows = try await connection.query(
      """
      select number, name, checksum,
        to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      from \(table) order by number
      """)
    return (0..<rows.count).map { row in
      Record(
        number: Int(rows.integer(row, 0) ?? 0), name: rows[row, 1] ?? "", checksum: rows[row, 2] ?? "",
        appliedAt: rows[row, 3] ?? "")
    }
  }

  private func states(of records: [Record]) throws -> [MigrationState] {
    let byNumber = Dictionary(uniqueKeysWithValues: records.map { ($0.number, $0) })
    let known = migrations.map { migration in
      let record = byNumber[migration.number]
      let status: MigrationState.Status =
        if let record { record.checksum == migration.checksum ? .applied : .changed } else { .pending }
      return MigrationState(
        number: migration.number, name: migration.name, status: status, appliedAt: record?.appliedAt)
    }
    let newer = records.filter { $0.number < 1 || $0.number > migrations.count }.map {
      MigrationState(number: $0.number, name: $0.name, status: .missing, appliedAt: $0.appliedAt)
    }
    return known + newer
  }

  private func refuseContradictions(_ states: [MigrationState]) throws(PlatformError) {
    if let newer = states.first(where: { $0.status == .missing }) {
      throw PlatformError(
        .configuration, "The database is newer than this program",
        cause: "it has migration \(newer.number) (\(newer.name)); this program knows \(migrations.count)",
        context: ["schema": schema], nextStep: "Update okapi, or point DATABASE_URL at another database")
    }
    if let changed = states.first(where: { $0.status == .changed }) {
      let migration = migrations[changed.number - 1]
      throw PlatformError(
        .configuration, "The migration \(migration.fileName) was changed after it was applied",
        context: ["file": migration.fileName, "schema": schema, "applied at": changed.appliedAt ?? "-"],
        nextStep: "Restore the file and write the change as a new migration, or `okapi db reset` (DEV only)")
    }
    if let early = states.first(where: { $0.status == .pending }),
      let late = states.last(where: { $0.status == .applied }), early.number < late.number
    {
      throw PlatformError(
        .configuration, "The database has migration \(late.number) but not \(early.number)",
        context: ["schema": schema],
        nextStep: "Restore the rows of \(schema)._migrations, or `okapi db reset` (DEV only)")
    }
  }
}
