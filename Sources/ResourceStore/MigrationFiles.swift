import Digest
package import Foundation
package import PlatformCore
package import SchemaGenerator

/// One numbered migration as it stands on disk.
package struct Migration: Sendable, Equatable {
  /// Its place in the order, from 1.
  package let number: Int
  /// What it does, in a few words joined by `_`.
  package let name: String
  /// SQL with the tokens `{schema}` and `{live}`.
  package let sql: String
  /// The SHA-256 of the file's bytes, in hex.
  package let checksum: String

  /// A migration with this text.
  ///
  /// - Throws: `bug` when libcrypto cannot compute the checksum.
  package init(number: Int, name: String, sql: String) throws(PlatformError) {
    self.number = number
    self.name = name
    self.sql = sql
    let digest = try SHA256Digest()
    digest.update(Array(sql.utf8))
    checksum = SHA256Digest.hex(digest.finalize())
  }

  /// The file's name: `0001_foundation.sql`.
  package var fileName: String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_\(name).sql"
  }
}

/// The folder of numbered migrations and the snapshot of the declarations that the last one led to.
package struct MigrationFiles: Sendable {
  /// The folder.
  package let folder: URL
  private var snapshotFile: URL { folder.appending(path: "snapshot.json") }

  /// The files of a folder, such as a checkout's `Sources/ResourceStore/Migrations`.
  package init(folder: URL) { self.folder = folder }

  /// The files that ship with the program.
  ///
  /// - Throws: `configuration` when they are not where the program is.
  package static func bundled() throws(PlatformError) -> MigrationFiles {
    MigrationFiles(folder: try ResourceBundle.locate("Migrations", target: "ResourceStore"))
  }

  /// The migrations in order.
  ///
  /// - Throws: `configuration` for a gap, a double number or a name that is not `NNNN_name.sql`; `inputOutput`.
  package func list() throws(PlatformError) -> [Migration] {
    let names = try reading { try FileManager.default.contentsOfDirectory(atPath: folder.path) }
    var migrations: [Migration] = []
    for name in names.sorted() where name.hasSuffix(".sql") {
      guard let parts = name.wholeMatch(of: /([0-9]{4,})_([a-z0-9_]+)\.sql/), let number = Int(parts.1) else {
        throw PlatformError(
          .configuration, "A migration's file name is not NNNN_name.sql", context: ["file": name],
          nextStep: "Rename it: four digits, then lower-case letters, digits and _")
      }
      let data = try reading { try Data(contentsOf: folder.appending(path: name)) }
      migrations.append(
        try Migration(number: number, name: String(parts.2), sql: String(decoding: data, as: UTF8.self)))
    }
    migrations.sort { $0.number < $1.number }
    for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
      throw PlatformError(
        .configuration, "The migrations are not numbered one after another from 0001",
        context: ["file": migration.fileName], nextStep: "Give each migration the next number")
    }
    return migrations
  }

  /// The declarations the last migration led to; nil before the first.
  ///
  /// - Throws: `data` when the file is damaged; `inputOutput`.
  package func snapshot() throws(PlatformError) -> SchemaSnapshot? {
    guard FileManager.default.fileExists(atPath: snapshotFile.path) else { return nil }
    let data = try reading { try Data(contentsOf: snapshotFile) }
    do {
      return try SchemaSnapshot.decoded(data)
    } catch {
      throw error.adding("file", snapshotFile.path)
    }
  }

  /// Writes the migration that leads from the last snapshot to `target`, and the new snapshot.
  ///
  /// - Returns: the migration; nil when there is nothing to do.
  /// - Throws: `usage` for a bad name; `data` when changes must be decided by hand: the file is written, with those
  ///   changes as comments, and no database takes it until they are decided; `output`.
  package func writeNext(name: String, target: SchemaSnapshot = .current) throws(PlatformError) -> Migration? {
    guard name.wholeMatch(of: /[a-z][a-z0-9_]{0,49}/) != nil else {
      throw PlatformError(
        .usage, "A migration's name is a lower-case letter, then up to 49 lower-case letters, digits and _",
        nextStep: "okapi db migration new add_coupons")
    }
    let existing = try list()
    let old = try snapshot()
    if old == nil, !existing.isEmpty {
      throw PlatformError(
        .inputMissing, "The snapshot of the last migration is missing", context: ["file": snapshotFile.path],
        nextStep: "Restore it from version control")
    }
    let statements = MigrationWriter.plan(from: old, to: target)
    guard !statements.isEmpty else { return nil }
    let number = existing.count + 1
    let sql = MigrationWriter.file(number: number, name: name, statements: statements)
    let migration = try Migration(number: number, name: name, sql: sql)
    let file = folder.appending(path: migration.fileName)
    let encoded = try target.encoded()
    try AtomicFile.replace(file, with: Array(sql.utf8), permissions: 0o644)
    try AtomicFile.replace(snapshotFile, with: Array(encoded), permissions: 0o644)
    if let undecided = MigrationWriter.undecided(in: statements) { throw undecided.adding("file", file.path) }
    return migration
  }

  private func reading<Answer>(_ body: () throws -> Answer) throws(PlatformError) -> Answer {
    do {
      return try body()
    } catch {
      throw PlatformError(
        .inputOutput, "The migrations cannot be read", cause: error.systemReason,
        context: ["folder": folder.path])
    }
  }
}
