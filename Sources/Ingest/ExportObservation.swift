import Digest
package import Foundation
import PlatformCore
package import ResourceStore

/// When the contents of an export file were true: `--exported-at`, else the manifest beside it, else the first time
/// these exact bytes were seen (decision 0001).
package struct ExportObservation: Sendable, Equatable {
  /// Where the time comes from.
  package enum Origin: String, Sendable, Codable {
    /// `--exported-at`.
    case option
    /// `manifest.json` in the file's folder.
    case manifest
    /// The first run that saw these bytes.
    case firstSeen = "first_seen"
  }

  /// The moment.
  package let time: ObservationTime
  /// Where it comes from.
  package let origin: Origin

  /// Finds the moment of one file; with `records` nil nothing is noted and the answer may be nil.
  ///
  /// - Throws: `data` for a manifest that cannot be read.
  package static func of(
    file: String, exportedAt: Date?, records: SourceRecords, runID: String, now: Date, notes: Bool = true
  ) async throws -> ExportObservation? {
    if let exportedAt { return ExportObservation(time: ObservationTime(exportedAt), origin: .option) }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    if let manifest = try ExportManifest.find(in: folder) {
      return ExportObservation(time: ObservationTime(manifest.exportedAt), origin: .manifest)
    }
    let hash = try SHA256Digest.hex(ofFile: file)
    let time =
      notes
      ? try await records.firstSeen(sha256: hash, file: file, run: runID, now: now)
      : try await records.stored(sha256: hash)
    return time.map { ExportObservation(time: $0, origin: .firstSeen) }
  }
}

extension ObservationTime {
  /// The moment of a date, to the millisecond.
  package init(_ date: Date) { self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded(.down))) }
}
