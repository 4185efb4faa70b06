package import Foundation
package import PlatformCore
package import PostgresClient
import SchemaGenerator
package import StripeModel

/// What to dump, and where to.
package struct DumpOptions: Sendable {
  /// The source's schema.
  package var schema: String
  /// The folder of the files; made if missing.
  package var folder: URL
  /// Whether personal and secret values are taken out.
  package var isRedacted: Bool
  /// Whether the files are gzipped.
  package var isCompressed: Bool
  /// Which tables; all unless told.
  package var resources: [ResourceName]

  /// Bundles the choices.
  package init(
    schema: String, folder: URL, isRedacted: Bool = false, isCompressed: Bool = false,
    resources: [ResourceName] = ResourceName.allCases
  ) {
    self.schema = schema
    self.folder = folder
    self.isRedacted = isRedacted
    self.isCompressed = isCompressed
    self.resources = resources
  }
}

/// What a dump holds.
package struct DumpReport: Sendable, Equatable, Codable {
  /// One table's file.
  package struct Table: Sendable, Equatable, Codable {
    /// The table.
    package let table: String
    /// The file's name in the folder.
    package let file: String
    /// Its rows, one a line.
    package let rows: Int
    /// Its size as stored.
    package let bytes: Int
  }

  /// The tables, in the order they are written.
  package let tables: [Table]
  /// Whether personal and secret values were taken out.
  package let isRedacted: Bool
  /// Where the files lie: a folder, or `s3://bucket/prefix`.
  package var folder: String
}

/// Writes each table as JSON Lines, rows by id, all of one moment; the same rows give the same bytes.
package enum DumpStore {
  /// Dumps through one connection, in one read-only snapshot; memory does not grow with the tables.
  ///
  /// The files appear together at the end: a dump that fails leaves those of the one before.
  /// - Throws: `output` when the folder cannot be made, `inputOutput`, the server's error.
  package static func run(
    _ connection: PostgresConnection, _ options: DumpOptions, context: RunContext
  ) async throws -> DumpReport {
    do {
      try FileManager.default.createDirectory(at: options.folder, withIntermediateDirectories: true)
    } catch {
      throw PlatformError(
        .output, "The folder for the dump cannot be created", cause: error.systemReason,
        context: ["folder": options.folder.path])
    }
    let written = try await connection.transaction(isolation: .repeatableRead, isReadOnly: true) { connection in
      var written: [(table: String, name: String, file: DumpFile, rows: Int)] = []
      for resource in options.resources {
        let table = resource.definition.table
        let name = table + ".jsonl" + (options.isCompressed ? ".gz" : "")
        let file = try DumpFile(options.folder.appending(path: name), isCompressed: options.isCompressed)
        let rows = try await connection.copyOut(
          DumpQuery.copy(resource.definition, schema: options.schema, isRedacted: options.isRedacted),
          { try file.append(row: $0) })
        context.log(.info, "table_dumped", ["resource": .string(table), "rows": .integer(rows)])
        written.append((table, name, file, rows))
      }
      return written
    }
    var tables: [DumpReport.Table] = []
    for (table, name, file, rows) in written {
      tables.append(DumpReport.Table(table: table, file: name, rows: rows, bytes: try file.finish()))
    }
    return DumpReport(tables: tables, isRedacted: options.isRedacted, folder: options.folder.path)
  }
}
