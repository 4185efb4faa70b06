import CommandLineKit
import Foundation
import PlatformCore
import PostgresClient
import Workspace

/// `okapi-bench ingest`: a load against COPY, upserts, hashing and a scan.
struct IngestBenchmarkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest", abstract: "Measures loading, loading again and verifying (docs/benchmarks.md).",
    discussion: """
      EXAMPLES:
        okapi-bench ingest
        okapi-bench ingest --objects 20000 --runs 3 --large 0
      """)

  @Option(help: ArgumentHelp("Charges, invoices and customers together.", valueName: "n")) var objects: Int = 100_000
  @Option(help: ArgumentHelp("How often each pair is run, in turns.", valueName: "n")) var runs: Int = 5
  @Option(help: ArgumentHelp("Objects of the large load, for peak memory; 0 for none.", valueName: "n"))
  var large: Int = 1_000_000
  @Option(help: ArgumentHelp("Only these parts: load, again, upsert, verify, orphans.", valueName: "part"))
  var only: [String] = []
  @Option(help: ArgumentHelp("Connections of a load.", valueName: "n")) var connections: Int?
  @Option(help: ArgumentHelp("Where the temporary folder is made.", valueName: "folder")) var temporary: String?
  @Option(help: ArgumentHelp("A server setting to try, stronger than okapi's.", valueName: "name=value"))
  var setting: [String] = []
  @Option(help: ArgumentHelp("SQL to run on the migrated, empty store.", valueName: "sql")) var prepare: String?
  @Flag(help: "Print JSON.") var json: Bool

  func validate() throws {
    if objects < 1000 { throw ValidationError("--objects must be 1000 or more") }
    if runs < 1 { throw ValidationError("--runs must be 1 or more") }
  }

  func run() async throws {
    let pairs = setting.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
    let settings = Dictionary(pairs.map { ($0[0], $0.last ?? "") }) { $1 }
    let report = try await BenchmarkDatabase.lend(in: temporary, settings: settings) { folder, database in
      if let prepare { try await database.connected { try await $0.execute(prepare) } }
      return try await IngestBenchmark(self, folder: folder, database: database).run()
    }
    print(json ? try report.json() : report.text())
  }
}
