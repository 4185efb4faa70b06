import CommandLineKit
import Foundation
import Ingest
import JSONReader
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel

/// `okapi-bench step`: one thing to be measured, in a process of its own; prints its seconds.
struct StepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Runs one step of a benchmark in a process of its own.", shouldDisplay: false)

  enum Step: String, CaseIterable, ExpressibleByArgument {
    /// Writes the rows that `copy` and `upsert` send, as text and binary, from a store that holds the export.
    case lines
    /// COPY of the prepared rows, as text.
    case copy
    /// The same in binary form.
    case copyBinary = "copy-binary"
    /// INSERT … ON CONFLICT of 2,000 prepared charges, each its own transaction.
    case upsert
    /// The same in one transaction.
    case upsertTogether = "upsert-together"
    /// Parses and hashes the files.
    case hash
    /// Parses the files and reads the tables to their end.
    case scan
  }

  @Argument(help: "What to do.") var step: Step
  @Option(help: "The folder of the export.") var export: String
  @Option(help: "The folder of the prepared lines.") var lines: String
  @Option(help: "The database.") var url: String

  func run() async throws {
    let seconds: Double
    switch step {
    case .lines:
      _ = try await PreparedLines(folder: lines).write(over: connection(), binary: true)
      seconds = try await PreparedLines(folder: lines).write(over: connection(), binary: false)
    case .copy: seconds = try await PreparedLines(folder: lines).copy(over: connection(), binary: false)
    case .copyBinary: seconds = try await PreparedLines(folder: lines).copy(over: connection(), binary: true)
    case .upsert: seconds = try await PreparedLines(folder: lines).upsert(over: connection(), together: false)
    case .upsertTogether: seconds = try await PreparedLines(folder: lines).upsert(over: connection(), together: true)
    case .hash: seconds = try await measured { for (resource, file) in try files() { try hash(file, resource) } }
    case .scan: seconds = try await measured { try await scan() }
    }
    print(seconds)
  }

  private func files() throws -> [(ResourceName, String)] {
    let folder = try ExportFolder(path: export)
    return ResourceName.allCases.flatMap { resource in
      folder.files(for: resource.definition.table, singular: resource.rawValue).map { (resource, $0) }
    }
  }

  private func connection() async throws -> PostgresConnection { try await PostgresConnection.connect(url) }

  private func hash(_ file: String, _ resource: ResourceName) throws {
    _ = try IngestStages.hash(file: file, of: resource)
  }

  /// One scan of both sides: every record parsed, every row read, nothing compared.
  private func scan() async throws {
    for (_, file) in try files() {
      let reader = try JSONElementReader(path: file)
      let document = JSONDocument()
      while let batch = try reader.next() {
        for element in batch.elements { _ = try document.parse(batch, element) }
      }
    }
    let connection = try await connection()
    for resource in ResourceName.allCases {
      _ = try await connection.copyOut("copy \(StoreNames(schema: "stripe").table(resource)) to stdout", { _ in })
    }
    await connection.close()
  }
}

/// How long a body takes.
func measured(_ body: () async throws -> Void) async rethrows -> Double {
  let clock = ContinuousClock()
  let started = clock.now
  try await body()
  return (clock.now - started) / .seconds(1)
}
