import CommandLineKit
import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import SchemaGenerator
import Workspace

/// Which databases a command works on.
enum DatabaseSelection: String, CaseIterable, ExpressibleByArgument {
  case main, test, all

  var names: [DatabaseName] {
    switch self {
    case .main: [.main]
    case .test: [.test]
    case .all: [.main, .test]
    }
  }
}

/// `okapi db init`: both databases exist.
struct DatabaseInitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Creates the main and the test database where they are missing.",
    discussion: """
      EXAMPLES:
        okapi db init
        okapi db init && okapi db migrate --database all
      """)

  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("db init") { runtime in
      let access = DatabaseAccess(runtime)
      var outcomes: [String: String] = [:]
      var lines: [String] = []
      for name in DatabaseName.allCases {
        let outcome = try await Databases.create(access.url(name))
        outcomes[name.rawValue] = outcome.rawValue
        lines.append("\(name.rawValue) database: \(outcome == .created ? "created" : "was there")")
      }
      try runtime.report(outcomes, text: lines.joined(separator: "\n"))
      return .done
    }
  }
}

/// `okapi db migrate`: the databases have the newest schema.
struct DatabaseMigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Applies the pending migrations, each in one transaction under a lock.",
    discussion: """
      EXAMPLES:
        okapi db migrate
        okapi db migrate --database all
        okapi db migrate --print-sql
        SOURCES=eu,us okapi db migrate --sources all
      """)

  @Option(help: "Which databases.") var database: DatabaseSelection = .main
  @Flag(help: "Print the pending SQL instead of running it.") var printSQL: Bool
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    // One after the other, so that printed SQL stands in order.
    try await global.withSources("db migrate", accounts, atOnce: 1) { runtime in
      let access = DatabaseAccess(runtime)
      var result: [String: MigrationResult] = [:]
      var lines: [String] = []
      for name in database.names {
        let connection = try await access.connect(name)
        let runner = try MigrationRunner(connection, schema: access.names.schema, live: access.names.live)
        if printSQL {
          let pending = try await Set(runner.status().filter { $0.status == .pending }.map(\.number))
          let texts = try MigrationFiles.bundled().list().filter { pending.contains($0.number) }.map {
            $0.sql.replacing("{schema}", with: access.names.schema).replacing("{live}", with: access.names.live)
          }
          result[name.rawValue] = .sql(texts.joined(separator: "\n"))
          lines += ["-- \(name.rawValue) database: \(texts.count) pending"] + texts
        } else {
          let report = try await runner.migrate(runtime.context)
          result[name.rawValue] = .report(report)
          lines.append(
            report.applied.isEmpty
              ? "\(name.rawValue): nothing to do, \(report.total) migrations applied"
              : "\(name.rawValue): applied \(report.applied.joined(separator: ", "))")
        }
        await connection.close()
      }
      return SourceResult(report: result, text: lines.joined(separator: "\n"), status: .done)
    }
  }
}

/// What was done to a database, or would be.
enum MigrationResult: Encodable, Sendable {
  case report(MigrationReport)
  case sql(String)

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .report(let report): try report.encode(to: encoder)
    case .sql(let text): try text.encode(to: encoder)
    }
  }
}

/// `okapi db migration …`.
struct DatabaseMigrationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migration", abstract: "Writes migrations from the declarations.",
    subcommands: [DatabaseMigrationNewCommand.self])
}

/// `okapi db migration new`: the next numbered file.
struct DatabaseMigrationNewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Compares the declarations with the last migration and writes the next one.",
    discussion: """
      Run it in a checkout, after a declaration has changed and the program has been built. Databases are not touched.

      EXAMPLES:
        okapi db migration new add_coupons
      """)

  @Argument(help: "What it does, in words joined by _.") var name: String
  @Option(help: ArgumentHelp("The folder of the migrations.", valueName: "folder"))
  var folder: String = "Sources/ResourceStore/Migrations"
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("db migration new", announcing: .none) { runtime in
      guard FileManager.default.fileExists(atPath: folder) else {
        throw PlatformError(
          .inputMissing, "there is no folder of migrations here", context: ["folder": folder],
          nextStep: "run it in a checkout of Okapi, or name the folder with --folder")
      }
      let made = try MigrationFiles(folder: URL(filePath: folder, directoryHint: .isDirectory)).writeNext(name: name)
      let text =
        made.map { "wrote \(folder)/\($0.fileName); next: okapi schema generate" }
        ?? "nothing to do: the declarations are as the last migration left them"
      try runtime.report(["file": made?.fileName], text: text)
      return .done
    }
  }
}

/// `okapi db reset`: empty tables in the newest schema.
struct DatabaseResetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Drops all loaded data of the source and migrates again. DEV only.",
    discussion: """
      EXAMPLES:
        okapi db reset
        okapi db reset --database all --yes
      """)

  @Option(help: "Which databases.") var database: DatabaseSelection = .main
  @Flag(help: "Do not ask.") var yes: Bool
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("db reset", ofOneSource: true) { runtime in
      try runtime.settings.requireNotProduction(action: "reset the database")
      let access = DatabaseAccess(runtime)
      let places = database.names.map(\.rawValue).joined(separator: " and ")
      try Confirmation.ask(
        "Drop everything in schema \(access.names.schema) of the \(places) database?", isGiven: yes)
      var reports: [String: MigrationReport] = [:]
      for name in database.names {
        if access.isPrivate { _ = try await Databases.create(access.url(name)) }
        let connection = try await access.connect(name)
        reports[name.rawValue] = try await MigrationRunner(
          connection, schema: access.names.schema, live: access.names.live
        ).reset(runtime.context)
        await connection.close()
      }
      try runtime.report(reports, text: "\(places): reset, tables are empty")
      return .done
    }
  }
}
