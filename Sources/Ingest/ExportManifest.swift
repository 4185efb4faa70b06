package import Foundation
package import PlatformCore
import StripeModel

/// What `manifest.json` beside export files says of them: when they were made, and in which API version.
package struct ExportManifest: Sendable, Equatable {
  /// When the export was made.
  package let exportedAt: Date
  /// The API version of its shapes; nil where it does not say.
  package let apiVersion: String?

  /// The manifest of a folder; nil where there is none.
  ///
  /// - Throws: `data` for one that cannot be read.
  package static func find(in folder: URL) throws(PlatformError) -> ExportManifest? {
    let path = folder.appendingPathComponent("manifest.json")
    guard let data = FileManager.default.contents(atPath: path.path) else { return nil }
    guard let content = try? JSONDecoder().decode(Content.self, from: data),
      let date = Date(rfc3339: content.exportedAt)
    else {
      throw PlatformError(
        .data, "the manifest says no time of export", cause: "\"exported_at\" must be a day or an RFC 3339 time",
        context: ["manifest": path.path], nextStep: "mend or remove the manifest, or give --exported-at")
    }
    return ExportManifest(exportedAt: date, apiVersion: content.apiVersion)
  }

  /// What the manifest beside a file says of that very file: one folder may hold files of several fetches.
  private static func find(in folder: URL, file: String) throws(PlatformError) -> ExportManifest? {
    guard let found = try find(in: folder) else { return nil }
    let path = folder.appendingPathComponent("manifest.json").path
    guard
      let files = FileManager.default.contents(atPath: path)
        .flatMap({ try? JSONDecoder().decode(Content.self, from: $0) })?.files
    else { return found }
    guard let own = files[file], let date = Date(rfc3339: own.exportedAt) else { return nil }
    return ExportManifest(exportedAt: date, apiVersion: own.apiVersion)
  }

  /// The manifest of the export a file belongs to: beside it, or above it where its folder is one resource's.
  ///
  /// - Throws: `data` for one that cannot be read.
  package static func find(beside file: String) throws(PlatformError) -> ExportManifest? {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    if let found = try find(in: folder, file: URL(fileURLWithPath: file).lastPathComponent) { return found }
    let name = folder.lastPathComponent
    guard ResourceName.allCases.contains(where: { $0.rawValue == name || $0.definition.table == name }) else {
      return nil
    }
    return try find(in: folder.deletingLastPathComponent())
  }

  private struct Content: Decodable {
    let exportedAt: String
    let apiVersion: String?
    let files: [String: File]?

    enum CodingKeys: String, CodingKey {
      case files
      case exportedAt = "exported_at"
      case apiVersion = "api_version"
    }
  }

  private struct File: Decodable {
    let exportedAt: String
    let apiVersion: String?

    enum CodingKeys: String, CodingKey {
      case exportedAt = "exported_at"
      case apiVersion = "api_version"
    }
  }
}
