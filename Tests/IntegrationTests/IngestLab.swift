import Foundation
import Ingest
import JSONReader
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import TestSupport
import Workspace

/// A migrated schema of its own and a folder to load into it.
struct IngestLab: Sendable {
  let connection: PostgresConnection
  let names: StoreNames
  let folder: TemporaryDirectory
  /// Opens one more connection to the same database.
  var connect: @Sendable () async throws -> PostgresConnection = { try await TestDatabase.connect() }

  private static let gate = TestGate(6)

  /// Lends a lab; schema and folder are gone after.
  static func run<Answer: Sendable>(_ body: @Sendable (IngestLab) async throws -> Answer) async throws -> Answer {
    try await gate.pass {
      try await TestDatabase.withTestSchema { connection, schema in
        let lab = IngestLab(
          connection: connection, names: StoreNames(schema: schema), folder: try TemporaryDirectory())
        return try await body(try await lab.migrated())
      }
    }
  }

  /// Lends a lab on a server of its own, where nobody else writes.
  static func runAlone<Answer: Sendable>(
    _ name: String, _ body: @Sendable (IngestLab) async throws -> Answer
  ) async throws -> Answer {
    try await ClusterFixture.with(name) { fixture in
      let cluster = fixture.cluster(extraSettings: ["fsync": "off", "autovacuum": "off"])
      _ = try await cluster.ensureRunning()
      let url = try await cluster.url(database: "postgres")
      let lab = IngestLab(
        connection: try await PostgresConnection.connect(url), names: StoreNames(schema: "stripe"),
        folder: try TemporaryDirectory(), connect: { try await PostgresConnection.connect(url) })
      let answer = try await body(try await lab.migrated())
      await lab.connection.close()
      return answer
    }
  }

  private func migrated() async throws -> IngestLab {
    let context = RunContext(runID: "migrate", command: "test", log: .silent)
    _ = try await MigrationRunner(connection, schema: names.schema, live: names.live).migrate(context)
    return self
  }

  // MARK: Files

  /// Writes a file of the export and answers its path; folders on the way are made.
  @discardableResult
  func write(_ name: String, _ content: JSONText) throws -> String { try write(name, content.rendered) }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, bytes: Data(text.utf8)) }

  @discardableResult
  func write(_ name: String, bytes: Data) throws -> String {
    let file = export.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
    return file.path
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(at: export.appending(path: name)) }

  /// The folder of the export.
  var export: URL { folder.url.appending(path: "export") }
  /// The folder of the reject files.
  var rejects: URL { folder.url.appending(path: "rejects") }

  /// The lines of one reject file.
  func rejected(_ report: IngestReport, _ table: String) throws -> [RejectLine] {
    let file = rejects.appending(path: "\(report.runID)/\(table).jsonl")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { try JSONDecoder().decode(RejectLine.self, from: Data($0.utf8)) }
  }

  struct RejectLine: Decodable, Equatable {
    var file: String
    var line: Int
    var index: Int
    var id: String?
    var field: String
    var expectation: String
    var reason: String
    var data: String?
  }

  // MARK: Loading

  func options(_ source: IngestOptions.Source? = nil, at moment: String? = nil) -> IngestOptions {
    var options = IngestOptions(
      source: source ?? .folder(export.path), names: names, rejectFolder: rejects,
      connect: connect)
    options.exportedAt = moment.flatMap { Date(rfc3339: $0) }
    return options
  }

  /// Loads the folder, or what `source` says.
  func load(
    _ source: IngestOptions.Source? = nil, at moment: String? = nil, clock: WallClock = .system,
    change: (inout IngestOptions) -> Void = { _ in }
  ) async throws -> IngestReport {
    var options = options(source, at: moment)
    change(&options)
    let context = RunContext(runID: RunContext.newRunID(), command: "ingest", log: .silent, clock: clock)
    return try await Ingestion(options, context: context).run()
  }

  /// Loads records of one table as an export of their own, made at that moment.
  func load(_ table: String, _ records: [JSONText], at moment: String) async throws -> IngestReport {
    guard let resource = ResourceName(commandLineName: table) else {
      throw PlatformError(.usage, "no such table: \(table)")
    }
    let file = try write("single/\(table)-\(UInt32.random(in: .min ... .max)).jsonl", StripeObjects.lines(records))
    return try await load(.file(file, resource), at: moment)
  }

  // MARK: Asking

  /// The rows of a query, columns joined by `|`; `{s}` stands for the schema.
  func rows(_ sql: String) async throws -> [String] {
    let result = try await connection.query(sql.replacing("{s}", with: "\"\(names.schema)\""))
    return (0..<result.count).map { row in
      result.columns.indices.map { result[row, $0] ?? "-" }.joined(separator: "|")
    }
  }

  /// The first field of the first row.
  func value(_ sql: String) async throws -> String? {
    try await connection.query(sql.replacing("{s}", with: "\"\(names.schema)\""))[0, 0]
  }

  func count(_ table: String, where condition: String = "true") async throws -> Int {
    Int(try await value("select count(*) from {s}.\(table) where \(condition)") ?? "") ?? -1
  }

  /// A hash per table over everything that the data decides.
  func fingerprint(withMoments: Bool = false) async throws -> [String: String] {
    try await StoreFingerprint.of(connection, schema: names.schema, withMoments: withMoments)
  }

  /// The bytes of WAL the server writes during a piece of work, whoever causes them.
  func walWritten(_ body: () async throws -> Void) async throws -> Int {
    let before = try await value("select pg_current_wal_insert_lsn()::text") ?? ""
    try await body()
    return Int(try await value("select pg_current_wal_insert_lsn() - '\(before)'::pg_lsn") ?? "") ?? -1
  }
}

extension IngestReport {
  /// The figures of a table; zeros where it was not touched.
  subscript(_ table: String) -> Resource {
    resources.first { $0.resource == table } ?? Resource(resource: table)
  }
}

extension IngestReport.Resource {
  /// The figures that are not zero, for comparison in one line.
  var figures: [String: Int] {
    [
      "read": read, "inserted": inserted, "updated": updated, "unchanged": unchanged, "older": olderThanStore,
      "deleted": deleted, "sightings": fromSightings, "placeholders": placeholders, "incomplete": incomplete,
      "rejected": rejected,
    ].filter { $0.value != 0 }
  }
}
