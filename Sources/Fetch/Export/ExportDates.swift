import Foundation
import PlatformCore

/// `manifest.json` beside list files: when each was made, and in which API version.
///
/// Files of an earlier fetch keep their dates: a fetch of some resources says nothing of the others' age.
struct ExportDates {
  private struct Content: Codable {
    var exportedAt: String
    var apiVersion: String?
    var files: [String: File]?

    enum CodingKeys: String, CodingKey {
      case files
      case exportedAt = "exported_at"
      case apiVersion = "api_version"
    }
  }

  private struct File: Codable {
    var exportedAt: String
    var apiVersion: String?

    enum CodingKeys: String, CodingKey {
      case exportedAt = "exported_at"
      case apiVersion = "api_version"
    }
  }

  private let url: URL
  private var files: [String: File] = [:]

  /// Takes over what the folder's manifest says of the files that are there.
  init(folder: URL) throws {
    url = folder.appending(path: "manifest.json")
    guard let data = FileManager.default.contents(atPath: url.path),
      let content = try? JSONDecoder().decode(Content.self, from: data)
    else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name != "manifest.json" {
      if let file = content.files?[name] {
        files[name] = file
      } else if content.files == nil {
        files[name] = File(exportedAt: content.exportedAt, apiVersion: content.apiVersion)
      }
    }
  }

  /// Notes a file that was written.
  mutating func note(_ name: String, at seconds: Int64, apiVersion: String) {
    let date = Date(timeIntervalSince1970: Double(seconds)).rfc3339
    files[name] = File(exportedAt: date, apiVersion: apiVersion)
  }

  /// Writes the manifest; the date of all is that of the oldest file, the version the one that all share.
  func write() throws {
    let versions = Set(files.values.map(\.apiVersion))
    let content = Content(
      exportedAt: files.values.map(\.exportedAt).min() ?? "",
      apiVersion: versions.count == 1 ? versions.first ?? nil : nil, files: files)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.replace(url, with: Array(try encoder.encode(content)) + [UInt8(ascii: "\n")], permissions: 0o644)
  }
}
