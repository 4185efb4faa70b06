import Foundation
import PlatformCore
import Testing

@testable import DuckDBClient

/// Finding, loading and trying the library.
@Suite struct LibraryTests {
  @Test("the library that setup laid is the version that was pinned, and works")
  func version() async throws {
    #expect(try DuckDBLibrary.version == DuckDBLibrary.expectedVersion)
    let connection = try await DuckDBDatabase.open().connect()
    #expect(try await connection.query("SELECT version()").text(0, 0) == "v" + DuckDBLibrary.expectedVersion)
    #expect(FileManager.default.fileExists(atPath: try #require(DuckDBLibrary.origin)))
  }

  @Test("a missing library, and one that is none, are errors that say what to run")
  func missing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "okapi-duckdb-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let missing = #expect(throws: PlatformError.self) { try DuckDBLibrary.load(from: [folder]) }
    #expect(missing?.status == .configuration && missing?.nextStep?.contains("make setup") == true)
    try Data("not a library".utf8).write(to: folder.appending(path: "libduckdb.so"))
    let broken = #expect(throws: PlatformError.self) { try DuckDBLibrary.load(from: [folder]) }
    #expect(broken?.status == .configuration && broken?.cause?.contains("libduckdb.so") == true)
    #expect(broken?.nextStep == "make setup")
  }

  @Test("a library that answers wrongly fails its self-test, which says which part")
  func selfTest() async throws {
    try DuckDBSelfTest.once()
    let connection = try DuckDBDatabase.openBlocking(.init()).connectBlocking(author: .okapi)
    let wrong = #expect(throws: PlatformError.self) {
      try DuckDBSelfTest.expect("JSON", connection, "SELECT 'y'", "x")
    }
    #expect(wrong?.message == "the DuckDB that was found does not work: JSON failed")
    #expect(wrong?.cause == "it answered y, not x")
    let failing = #expect(throws: PlatformError.self) {
      try DuckDBSelfTest.expect("JSON", connection, "SELECT nosuch('y')", "x")
    }
    #expect(failing?.cause?.contains("nosuch") == true && failing?.nextStep?.contains("make setup") == true)
  }
}
