import Digest
import DuckDBClient
import Foundation
import HTTPClient
import HTTPServer
import JSONReader
import PostgresClient
import SQLiteClient

/// The C libraries in use, for `okapi --version`: which version, and from which file it was loaded.
package enum LibraryVersions {
  /// One library; `version` asks the library itself where it can be asked.
  package struct Library: Sendable {
    let name: String
    let file: String
    let version: (@Sendable () -> String)?
  }

  /// What is linked or loaded; add a line with the face's own version function when a library joins.
  package static let list: [Library] = [
    Library(name: "libpq", file: "libpq.", version: { PostgresLibrary.version }),
    Library(name: "libcrypto", file: "libcrypto.", version: { SHA256Digest.libraryVersion }),
    Library(name: "zlib", file: "libz.", version: { JSONLibraries.zlibVersion }),
    Library(name: "simdjson", file: "libsimdjson.", version: { JSONLibraries.simdjsonVersion }),
    Library(name: "sqlite", file: "libsqlite3.", version: { SQLiteDatabase.libraryVersion }),
    Library(name: "libmicrohttpd", file: "libmicrohttpd.", version: { HTTPServer.libraryVersion }),
    Library(name: "libcurl", file: "libcurl.", version: { HTTPClient.libraryVersion }),
    Library(name: "duckdb", file: "libduckdb.", version: { (try? DuckDBLibrary.version) ?? "" }),
  ]

  /// A line per library: name, version, file.
  package static var rendered: String {
    // Asked first: DuckDB is only loaded by that.
    let versions = list.map { $0.version?() }
    let files = loadedFiles()
    return zip(list, versions).map { library, version in
      let path = files.first { URL(filePath: $0).lastPathComponent.hasPrefix(library.file) }
      let real = path.map { URL(filePath: $0).resolvingSymlinksInPath() }
      let version = version ?? real.flatMap { Self.version(inName: $0.lastPathComponent) } ?? ""
      return [library.name, version, path.map { "(\($0))" } ?? "(no shared library loaded)"].filter { !$0.isEmpty }
        .joined(separator: " ")
    }.joined(separator: "\n")
  }

  /// `libz.so.1.2.13` says `1.2.13`.
  static func version(inName name: String) -> String? {
    guard let range = name.range(of: ".so.") else { return nil }
    return String(name[range.upperBound...])
  }

  /// The shared objects of this process; empty where the system does not list them.
  private static func loadedFiles() -> [String] {
    // Read to the end: the file says it has no bytes.
    guard let maps = try? FileHandle(forReadingFrom: URL(filePath: "/proc/self/maps")).readToEnd() else { return [] }
    let paths = String(decoding: maps, as: UTF8.self).split(separator: "\n").compactMap { line in
      line.firstIndex(of: "/").map { String(line[$0...]) }
    }
    return Array(Set(paths)).sorted()
  }
}
