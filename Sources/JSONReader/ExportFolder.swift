import Foundation
package import PlatformCore

/// A folder of JSON exports, one or several files per resource.
///
/// `charges.json`, `charges.jsonl`, `charges.ndjson`, each also with `.gz`; parts as `charges.2.json` or
/// `charges-0002.json`; or all of them in a folder `charges/`. Stripe's singular (`charge.json`) is taken too.
package struct ExportFolder: Sendable {
  /// The folder as given.
  package let path: String
  private let names: [String]

  /// Reads the folder's listing.
  /// - Throws: `inputMissing` where there is no folder, `inputOutput` where it cannot be read.
  package init(path: String) throws(PlatformError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw PlatformError(
        .inputMissing, "there is no folder with JSON exports", context: ["folder": path],
        nextStep: "name it with --json-dir DIR (make: JSON_DIR=DIR)")
    }
    guard isFolder.boolValue else {
      throw PlatformError(
        .inputMissing, "this is a file, not a folder of exports", context: ["file": path],
        nextStep: "name a single file with --file \(path) and its resource")
    }
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw PlatformError(
        .inputOutput, "the folder with JSON exports cannot be read", cause: error.systemReason,
        context: ["folder": path], nextStep: "check its permissions")
    }
    self.path = path
  }

  /// The files that hold a resource, in name order; `singular` is Stripe's `object`.
  package func files(for table: String, singular: String) -> [String] {
    names.filter { Self.isFile($0, of: table) || Self.isFile($0, of: singular) }.flatMap { name -> [String] in
      let full = "\(path)/\(name)"
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), isFolder.boolValue else {
        return [full]
      }
      guard name == table || name == singular else { return [full] }
      let inner = (try? FileManager.default.contentsOfDirectory(atPath: full).sorted()) ?? []
      return inner.filter(Self.hasJSONEnding).map { "\(full)/\($0)" }
    }
  }

  /// JSON files that belong to none of the given tables, so that a report can name what was not read.
  package func unclaimed(by tables: [(table: String, singular: String)]) -> [String] {
    names.filter { name in
      Self.hasJSONEnding(name) && name != "manifest.json"
        && !tables.contains { Self.isFile(name, of: $0.table) || Self.isFile(name, of: $0.singular) }
    }
  }

  private static func hasJSONEnding(_ name: String) -> Bool {
    let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    return plain.hasSuffix(".json") || plain.hasSuffix(".jsonl") || plain.hasSuffix(".ndjson")
  }

  private static func isFile(_ name: String, of table: String) -> Bool {
    if name == table { return true }
    guard hasJSONEnding(name), name.hasPrefix(table) else { return false }
    let next = name.dropFirst(table.count).first
    return next == "." || next == "-"
  }
}
