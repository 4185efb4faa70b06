import Foundation
import PlatformCore
import SchemaGenerator
import Testing

@testable import ResourceStore

/// What follows from the declarations is checked in; these tests name the command when it is stale.
@Suite struct GeneratedFilesTests {
  private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func documentsAreFresh() throws {
    let stale = try GeneratedFileWriter(root: root).stale()
    #expect(stale == [], "run `./okapi schema generate` and commit what it writes")
  }

  @Test func theLastMigrationLedToTheDeclarations() throws {
    let files = MigrationFiles(folder: root.appending(path: "Sources/ResourceStore/Migrations"))
    let snapshot = try #require(try files.snapshot())
    let changes = MigrationWriter.plan(from: snapshot, to: .current)
    #expect(changes == [], "run `./okapi db migration new NAME` and commit what it writes")
    #expect(try !files.list().isEmpty)
  }

  @Test func staleMissingAndLeftOverFilesAreFoundAndMended() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "okapi-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let writer = GeneratedFileWriter(root: folder)
    #expect(throws: PlatformError.self) { try writer.stale() }

    try Data().write(to: folder.appending(path: "Package.swift"))
    #expect(try writer.stale().contains("docs/reference/charges.md"))
    let first = try writer.write()
    #expect(first.written.contains("docs/er.mmd"))

    let page = folder.appending(path: "docs/reference/charges.md")
    try Data("old".utf8).write(to: page)
    try Data("old".utf8).write(to: folder.appending(path: "docs/reference/unicorns.md"))
    let stale = try writer.stale().filter { $0 != "docs/er.svg" }
    #expect(stale == ["docs/reference/charges.md", "docs/reference/unicorns.md"])
    let second = try writer.write()
    #expect(second.removed == ["docs/reference/unicorns.md"])
    #expect(try writer.stale().filter { $0 != "docs/er.svg" } == [])
  }
}
