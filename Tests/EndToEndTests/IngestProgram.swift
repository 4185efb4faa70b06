import Foundation
import PlatformCore
import PostgresClient
import TestSupport
import Testing

/// The built program with a folder to load, a store to load into and a workspace of its own.
struct IngestProgram: Sendable {
  let connection: PostgresConnection
  let schema: String
  let folder: TemporaryDirectory
  let environment: [String: String]

  private static let gate = TestGate(3)

  /// Lends a store in the tests' database, migrated by the program itself.
  static func run<Answer: Sendable>(_ body: @Sendable (IngestProgram) async throws -> Answer) async throws -> Answer {
    try await gate.pass {
      try await TestDatabase.withTestSchema { connection, schema in
        let folder = try TemporaryDirectory()
        let program = IngestProgram(
          connection: connection, schema: schema, folder: folder,
          environment: [
            "DATABASE_URL": try await TestDatabase.url(), "SOURCE_NAME": schema,
            "OKAPI_HOME": folder.url.appending(path: "home").path,
          ])
        let migrated = try await program("db", "migrate")
        try #require(migrated.status == 0, "\(migrated.stderr)")
        return try await body(program)
      }
    }
  }

  /// The folder of the export.
  var export: String { folder.url.appending(path: "export").path }

  func callAsFunction(_ arguments: String...) async throws -> TestBinary.Outcome {
    try await TestBinary.run(arguments, environment: environment, directory: folder.url)
  }

  /// Loads the folder to the end.
  func ingest(_ more: String...) async throws -> TestBinary.Outcome {
    try await TestBinary.run(
      ["ingest", "--source", "json", "--json-dir", export] + more, environment: environment, directory: folder.url)
  }

  /// Starts a load of the folder.
  func startIngest() throws -> RunningBinary {
    try TestBinary.start(
      ["ingest", "--source", "json", "--json-dir", export], environment: environment, directory: folder.url)
  }

  func write(_ name: String, _ content: String) throws {
    let file = URL(filePath: export).appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content.utf8).write(to: file)
  }

  func fingerprint() async throws -> [String: String] { try await StoreFingerprint.of(connection, schema: schema) }

  func count(_ table: String) async throws -> Int { try await connection.countRows(schema, [table]) }
}

extension PostgresConnection {
  /// The rows in some tables of a schema.
  func countRows(_ schema: String, _ tables: [String]) async throws -> Int {
    let counts = tables.map { "(select count(*) from \"\(schema)\".\"\($0)\")" }.joined(separator: " + ")
    return Int(try await query("select \(counts)")[0, 0] ?? "") ?? 0
  }
}

/// A JSON document of the program, as far as these tests look into it.
struct IngestDocument: Decodable {
  struct Resource: Decodable {
    let resource: String
    let read: Int
    let inserted: Int
    let updated: Int
    let unchanged: Int
    let placeholders: Int
    let incomplete: Int
    let rejected: Int
    let seconds: Double
    let objectsPerSecond: Double
  }

  struct Reject: Decodable {
    let file: String
    let line: Int
    let field: String
    let expectation: String
    let reason: String
  }

  let runId: String
  let resources: [Resource]
  let rejects: [Reject]
  let rejectFiles: [String]

  init(_ text: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(IngestDocument.self, from: Data(text.utf8))
  }

  subscript(_ table: String) -> Resource? { resources.first { $0.resource == table } }
}
