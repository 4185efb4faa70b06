internal import CDuckDB
import Foundation
package import PlatformCore

/// The DuckDB library: found and loaded when it is first used.
package struct DuckDBLibrary {
  let api: okapi_duckdb_api
  let file: URL

  /// The version of DuckDB that Okapi is built for; another one with the same first two numbers is taken too.
  package static let expectedVersion = "1.5.5"

  /// The version of the loaded library, as in `1.5.5`; loads it.
  ///
  /// - Throws: `.configuration` when it is not there or cannot be loaded.
  package static var version: String {
    get throws(PlatformError) { try loaded().version }
  }

  /// The file that was, or would be, loaded; nil when none is there.
  package static var origin: String? { find(libraryName, among: places)?.path }

  /// The httpfs extension that was laid beside the library, for `DuckDBConnection.loadExtension`.
  ///
  /// - Throws: `.configuration` when it is not there.
  package static func httpfs() throws(PlatformError) -> String {
    guard let file = find("httpfs.duckdb_extension", among: places) else { throw missing("its httpfs extension") }
    return file.path
  }

  var version: String {
    let words = api.library_version().map { String(cString: $0) } ?? ""
    return words.hasPrefix("v") ? String(words.dropFirst()) : words
  }

  /// The one library of this process; a failure is kept as well.
  static func loaded() throws(PlatformError) -> DuckDBLibrary { try shared.get() }

  private static let shared = Result { () throws(PlatformError) in try load(from: places) }

  #if canImport(Darwin)
    private static let libraryName = "libduckdb.dylib"
  #else
    private static let libraryName = "libduckdb.so"
  #endif

  static func load(from places: [URL]) throws(PlatformError) -> DuckDBLibrary {
    guard let file = find(libraryName, among: places) else { throw missing("its library") }
    let companion = find("libduckdb_pystub.so", among: [file.deletingLastPathComponent()])
    var api = okapi_duckdb_api()
    if let words = okapi_duckdb_load(companion?.path, file.path, &api) {
      throw PlatformError(
        .configuration, "DuckDB cannot be loaded", cause: String(cString: words), context: ["file": file.path],
        nextStep: "make setup")
    }
    let library = DuckDBLibrary(api: api, file: file)
    let minor = { (version: String) in version.split(separator: ".").prefix(2).joined(separator: ".") }
    guard minor(library.version) == minor(expectedVersion) else {
      throw PlatformError(
        .configuration, "this is another DuckDB than Okapi is built for",
        cause: "it is \(library.version), \(minor(expectedVersion)) is needed", context: ["file": file.path],
        nextStep: "make setup")
    }
    return library
  }

  private static func missing(_ what: String) -> PlatformError {
    PlatformError(
      .configuration, "DuckDB is not there: \(what) was not found",
      cause: "looked in \(places.map(\.path).joined(separator: ", "))",
      nextStep: "make setup in the checkout; where okapi is installed: make install again")
  }

  private static func find(_ name: String, among places: [URL]) -> URL? {
    places.map { $0.appending(path: name) }.first { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// In `duckdb` beside the program, where `make install` puts it; else in `.duckdb` of the checkout it was built in.
  private static var places: [URL] {
    let program = (Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])).resolvingSymlinksInPath()
    var folder = program.deletingLastPathComponent()
    var places = [folder.appending(path: "duckdb")]
    // A build lies three or four folders deep: .build/<platform>/release.
    for _ in 0..<6 where folder.path != "/" {
      folder.deleteLastPathComponent()
      places.append(folder.appending(path: ".duckdb"))
    }
    return places
  }
}

extension DuckDBLibrary: @unchecked Sendable {}  // functions of a library that stays loaded
