import Foundation
import PlatformCore
import SchemaGenerator
import StripeModel
import TestSupport
import Testing

@testable import ResourceStore

@Suite struct MigrationFilesTests {
  private static func snapshot(_ columns: [Column]) -> SchemaSnapshot {
    SchemaSnapshot(tables: [
      TableLayout(
        definition: ResourceDefinition(
          name: .charge, table: "gadgets", path: nil, idPrefixes: [], help: "", columns: columns))
    ])
  }

  @Test func theNextFileIsWrittenWithItsSnapshot() throws {
    let folder = try TemporaryDirectory()
    let files = MigrationFiles(folder: folder.url)
    #expect(try files.snapshot() == nil)
    let first = try files.writeNext(name: "foundation", target: Self.snapshot([.text("label")]))
    #expect(first?.fileName == "0001_foundation.sql")
    #expect(try files.writeNext(name: "again", target: Self.snapshot([.text("label")])) == nil)
    let second = try files.writeNext(name: "add_size", target: Self.snapshot([.text("label"), .integer("size")]))
    #expect(second?.fileName == "0002_add_size.sql")
    #expect(second?.sql.contains("alter table {schema}.gadgets add column size bigint;") == true)
    #expect(try files.list() == [first, second].compactMap { $0 })
    #expect(try files.snapshot() == Self.snapshot([.text("label"), .integer("size")]))
  }

  @Test func theChecksumIsThatOfTheFilesBytes() throws {
    // printf 'select 1;\n' | sha256sum
    let migration = try Migration(number: 12, name: "x", sql: "select 1;\n")
    #expect(migration.checksum == "4a45092ccf992ea92250053a80b931b787924ba61648f420555511b84f10ab6c")
    #expect(migration.fileName == "0012_x.sql")
  }

  @Test func aLossIsWrittenAsACommentAndRefusedByName() throws {
    let folder = try TemporaryDirectory()
    let files = MigrationFiles(folder: folder.url)
    _ = try files.writeNext(name: "foundation", target: Self.snapshot([.text("label"), .integer("size")]))
    let error = #expect(throws: PlatformError.self) {
      try files.writeNext(name: "drop_size", target: Self.snapshot([.text("label")]))
    }
    #expect(error?.cause == "alter table gadgets drop column size;")
    #expect(error?.context.first?.value.hasSuffix("0002_drop_size.sql") == true)
    #expect(try files.list().last?.sql.contains("-- undecided: alter table {schema}.gadgets drop column size;") == true)
  }

  @Test(arguments: [
    ["0001_a.sql", "0003_b.sql"], ["0001_a.sql", "0001_b.sql"], ["0002_a.sql"], ["a.sql"], ["01_a.sql"],
  ])
  func badlyNumberedFilesAreRefused(_ names: [String]) throws {
    let folder = try TemporaryDirectory()
    for name in names { _ = try folder.write(name, "select 1;") }
    let error = #expect(throws: PlatformError.self) { try MigrationFiles(folder: folder.url).list() }
    #expect(error?.status == .configuration)
  }

  @Test(arguments: ["", "Add", "1st", "a b", "../x", String(repeating: "a", count: 51)])
  func badNamesAreRefused(_ name: String) throws {
    let folder = try TemporaryDirectory()
    let error = #expect(throws: PlatformError.self) {
      try MigrationFiles(folder: folder.url).writeNext(name: name)
    }
    #expect(error?.status == .usage)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test func aMissingFolderOrSnapshotIsNamed() throws {
    let folder = try TemporaryDirectory()
    let nowhere = MigrationFiles(folder: folder.url.appending(path: "none"))
    #expect(throws: PlatformError.self) { try nowhere.list() }
    _ = try folder.write("0001_a.sql", "select 1;")
    let error = #expect(throws: PlatformError.self) { try MigrationFiles(folder: folder.url).writeNext(name: "b") }
    #expect(error?.status == .inputMissing)
  }

  @Test func theProgramFindsItsMigrations() throws {
    #expect(try MigrationFiles.bundled().list().first?.fileName == "0001_foundation.sql")
  }

  @Test func aMissingResourceFolderIsAClearError() throws {
    let folder = try TemporaryDirectory()
    let error = #expect(throws: PlatformError.self) {
      try ResourceBundle.locate("Migrations", target: "ResourceStore", among: [folder.url])
    }
    #expect(error?.status == .configuration)
    #expect(error?.cause?.contains(folder.path) == true)
    let inside = folder.url.appending(path: "okapi_ResourceStore.resources/Migrations")
    try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
    let found = try ResourceBundle.locate("Migrations", target: "ResourceStore", among: [folder.url])
    #expect(found.path == inside.path)
  }

  @Test func anUnfinishedFileLeavesTheOldOne() throws {
    let folder = try TemporaryDirectory()
    let target = try folder.write("a.txt", "old")
    do {
      let file = try AtomicFile(target)
      try file.append(Array("new".utf8))
    }
    #expect(try String(contentsOf: target, encoding: .utf8) == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.txt"])
    let file = try AtomicFile(target)
    try file.append(Array("new".utf8))
    #expect(try file.finish() == 3)
    #expect(try String(contentsOf: target, encoding: .utf8) == "new")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.txt"])
  }
}
