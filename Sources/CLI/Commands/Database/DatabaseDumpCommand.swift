import BronzeStore
import CommandLineKit
import Digest
import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import Workspace

/// `okapi db dump`: every table as JSON Lines.
struct DatabaseDumpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Writes each table as JSON Lines, all of one moment.",
    discussion: """
      Without --out they go to dump/source=<name>/run_id=<run> of the lake, in a folder or in a bucket. With --redact,
      columns tagged personal or secret are emptied and the raw JSON is left out.

      EXAMPLES:
        okapi db dump --out dump
        okapi db dump --out dump --redact --gzip charges refunds
        okapi db dump --gzip
        okapi db dump --out s3://my-bucket/dumps/friday
      """)

  @Argument(help: ArgumentHelp("Which tables; all unless told.", valueName: "resource")) var resources: [String] = []
  @Option(help: ArgumentHelp("A folder, or s3://bucket/prefix. (default: in the lake)", valueName: "folder"))
  var out: String?
  @Flag(help: "Take out what is personal or secret.") var redact: Bool
  @Flag(help: "Compress the files.") var gzip: Bool
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("db dump", ofOneSource: true) { runtime in
      let access = DatabaseAccess(runtime)
      let connection = try await access.connect()
      try await MigrationRunner(connection, schema: access.names.schema, live: access.names.live).requireCurrent()
      let tables = try resources.isEmpty ? ResourceName.allCases : resources.map(ResourceName.named)
      let (home, path) = try place(runtime)
      let scratch = runtime.settings.home.appending(path: "scratch/dump-\(runtime.context.runID)")
      defer { try? FileManager.default.removeItem(at: scratch) }
      let folder = home.workplace(for: path, scratch: scratch)
      var report = try await DumpStore.run(
        connection,
        DumpOptions(
          schema: access.names.schema, folder: URL(filePath: folder, directoryHint: .isDirectory), isRedacted: redact,
          isCompressed: gzip, resources: tables), context: runtime.context)
      await connection.close()
      try home.publish(
        report.tables.map { table in
          let file = "\(folder)/\(table.file)"
          return (file, path.isEmpty ? table.file : "\(path)/\(table.file)", try SHA256Digest.hex(ofFile: file))
        })
      report.folder = home.location(of: path)
      var table = TextTable(["table", "rows", "bytes", "file"])
      for one in report.tables { table.add(.text(one.table), .number(one.rows), .number(one.bytes), .text(one.file)) }
      try runtime.report(report, text: table.rendered + "\nin \(report.folder)")
      return .done
    }
  }

  /// Where the files go: a folder of this machine or a bucket, and a path in it.
  private func place(_ runtime: CommandRuntime) throws -> (home: LakeFolder, path: String) {
    switch out {
    case nil:
      (
        try LakeFolder(runtime.settings),
        "dump/source=\(runtime.settings.sourceName)/run_id=\(runtime.context.runID)"
      )
    case let out? where out.hasPrefix("s3://"): (try LakeFolder(runtime.settings, location: out), "")
    case let out?: (LakeFolder(root: URL(filePath: out, directoryHint: .isDirectory)), "")
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
