import Foundation
import PlatformCore
import StripeModel

/// Appends rejected records to `<folder>/<run_id>/<resource>.jsonl`, one JSON object a line.
struct RejectFile {
  private struct Line: Encodable {
    let file: String
    let line: Int
    let index: Int
    let id: String?
    let field: String
    let expectation: String
    let reason: String
    let data: String?
  }

  private let folder: URL

  init(folder: URL, runID: String) { self.folder = folder.appendingPathComponent(runID) }

  /// Appends and syncs; answers the path.
  func append(_ rejects: [RejectedRecord], of resource: ResourceName) throws -> String {
    let path = folder.appendingPathComponent("\(resource.definition.table).jsonl")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      if !FileManager.default.fileExists(atPath: path.path) {
        try Data().write(to: path)
        // Records hold personal data.
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path.path)
      }
      let handle = try FileHandle(forWritingTo: path)
      defer { try? handle.close() }
      try handle.seekToEnd()
      for reject in rejects {
        let line = Line(
          file: reject.file, line: reject.line, index: reject.index, id: reject.id, field: reject.field,
          expectation: reject.expectation, reason: reject.reason,
          data: reject.data.map { String(decoding: $0, as: UTF8.self) })
        try handle.write(contentsOf: encoder.encode(line) + Data([UInt8(ascii: "\n")]))
      }
      try handle.synchronize()
    } catch {
      throw PlatformError(
        .output, "the reject file cannot be written", cause: error.systemReason,
        context: ["file": path.path], nextStep: "make room or give another OKAPI_HOME")
    }
    return path.path
  }
}
