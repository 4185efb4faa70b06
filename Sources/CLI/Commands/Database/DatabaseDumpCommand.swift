import CommandLineKit
import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel

/// `okapi db dump`: every table as JSON Lines.
struct DatabaseDumpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Writes each table as JSON Lines, all of one moment.",
    discussion: """
      With --redact, columns tagged personal or secret are emptied and the raw JSON is left out.

      EXAMPLES:
        okapi db dump --out dump
        okapi db dump --out dump --redact --gzip charges refunds
      """)

  @Argument(help: ArgumentHelp("Which tables; all unless told.", valueName: "resource")) var resources: [String] = []
  @Option(help: ArgumentHelp("The folder of the files.", valueName: "folder")) var out: String
  @Flag(help: "Take out what is personal or secret.") var redact: Bool
  @Flag(help: "Compress the files.") var gzip: Bool
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("db dump", ofOneSource: true) { runtime in
      let access = DatabaseAccess(runtime)
      let connection = try await access.connect()
      try await MigrationRunner(connection, schema: access.names.schema, live: access.names.live).requireCurrent()
      let tables = try resources.isEmpty ? ResourceName.allCases : resources.map(ResourceName.named)
      let report = try await DumpStore.run(
        connection,
        DumpOptions(
          schema: access.names.schema, folder: URL(filePath: out, directoryHint: .isDirectory), isRedacted: redact,
          isCompressed: gzip, resources: tables), context: runtime.context)
      await connection.close()
      var table = TextTable(["table", "rows", "bytes", "file"])
      for one in report.tables { table.add(.text(one.table), .number(one.rows), .number(one.bytes), .text(one.file)) }
      try runtime.report(report, text: table.rendered)
      return .done
    }
  }
}

extension ResourceName {
  /// The resource of a command line word.
  ///
  /// - Throws: `usage` listing the known ones.
  static func named(_ word: String) throws(PlatformError) -> ResourceName {
    if let known = ResourceName(commandLineName: word) { return known }
    throw PlatformError(
      .usage, "there is no resource '\(word)'",
      cause: "known are " + ResourceName.allCases.map(\.definition.table).sorted().joined(separator: ", "),
      nextStep: "use one of these names")
  }
}
