import Foundation
import PostgresClient
import TestSupport
import Testing

/// A schema of one test's own on the tests' server, used by the program through DATABASE_URL.
struct LoadedSource: Sendable {
  let schema: String
  let environment: [String: String]
  let folder: TemporaryDirectory

  /// Lends a migrated, empty source.
  static func empty(_ body: @Sendable (LoadedSource) async throws -> Void) async throws {
    try await TestDatabase.withTestSchema { _, schema in
      let folder = try TemporaryDirectory()
      let environment = [
        "DATABASE_URL": try await TestDatabase.url(), "SOURCE_NAME": schema, "OKAPI_HOME": folder.path + "/home",
      ]
      let source = LoadedSource(schema: schema, environment: environment, folder: folder)
      let migrated = try await source.run("db", "migrate")
      try #require(migrated.status == 0, "\(migrated.stderr)")
      try await body(source)
    }
  }

  /// Lends a source with the project's own sample in it.
  static func sample(_ body: @Sendable (LoadedSource) async throws -> Void) async throws {
    try await empty { source in
      let loaded = try await source.run("ingest", "--source", "json", "--json-dir", ProgramHome.sample)
      try #require(loaded.status == 0, "\(loaded.stderr)")
      try await body(source)
    }
  }

  /// Runs the program on this source.
  func run(_ arguments: String..., environment more: [String: String] = [:]) async throws -> TestBinary.Outcome {
    try await run(arguments, environment: more)
  }

  /// Runs the program on this source.
  func run(_ arguments: [String], environment more: [String: String] = [:]) async throws -> TestBinary.Outcome {
    try await TestBinary.run(
      arguments, environment: environment.merging(more) { $1 }, directory: folder.url, timeout: .seconds(300))
  }

  /// Starts the program on this source.
  func start(_ arguments: String...) throws -> RunningBinary {
    try TestBinary.start(arguments, environment: environment, directory: folder.url)
  }

  /// The first cell of a query.
  func cell(_ sql: String) async throws -> String? {
    let run = try await self.run("db", "query", "--json", sql)
    try #require(run.status == 0, "\(run.stderr)")
    return try run.rows().first?.first ?? nil
  }

  /// Writes an export of that many small customers and answers its path.
  func writeCustomers(_ count: Int) throws -> String {
    var text = ""
    for number in 0..<count {
      text += """
        {"id":"cus_\(number)","object":"customer","created":\(1_700_000_000 + number),"livemode":false,\
        "name":"Customer \(number)","email":"c\(number)@example.org","balance":0,"metadata":{"n":"\(number)"}}

        """
    }
    return try folder.write("customers.jsonl", text).path
  }

  /// Runs a program that speaks to a terminal; what it shows is the outcome's stdout. `typed` is what a person types.
  func onTerminal(_ arguments: [String], typed: String = "") async throws -> TestBinary.Outcome {
    let script = """
      import os, pty, sys
      process, terminal = pty.fork()
      if process == 0: os.execv(sys.argv[2], sys.argv[2:])
      os.write(terminal, sys.argv[1].encode())
      while True:
          try: data = os.read(terminal, 65536)
          except OSError: break
          if not data: break
          os.write(1, data)
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
      """
    let program = try TestBinary.path()
    return try await RunningBinary(
      "/usr/bin/env", ["python3", "-c", script, typed, program] + arguments,
      environment: environment.merging(["TERM": "xterm", "COLUMNS": "100"]) { $1 }, directory: folder.url
    ).outcome()
  }
}
