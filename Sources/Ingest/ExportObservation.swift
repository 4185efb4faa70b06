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

  /// Finds the moment of one file; nil where nothing says it and no run has seen these bytes.
  ///
  /// - Throws: `data` for a manifest that cannot be read, `inputOutput` for a file that cannot.
  package static func of(
    file: String, exportedAt: Date?, records: SourceRecords
  ) async throws -> ExportObservation? {
    if let told = try told(of: file, exportedAt: exportedAt) { return told }
    let time = try await records.stored(sha256: try SHA256Digest.hex(ofFile: file))
    return time.map { ExportObservation(time: $0, origin: .firstSeen) }
  }

  /// Fixes the moments of all files of a run before the first of them is read, in one step.
  ///
  /// So the files of one export keep one moment, whatever kills the run in between and whoever loads them beside it. A
  /// file that cannot be read is left out; loading it says why.
  /// - Throws: `data` for a manifest that cannot be read.
  package static func note(
    files: [String], exportedAt: Date?, records: SourceRecords, runID: String, now: Date
  ) async throws -> [String: ExportObservation] {
    var observations: [String: ExportObservation] = [:]
    var hashes: [(sha256: String, file: String)] = []
    var undated: [String] = []
    for file in files {
      if let told = try told(of: file, exportedAt: exportedAt) {
        observations[file] = told
      } else {
        undated.append(file)
      }
    }
    for (file, hash) in await FileHasher.hashes(of: undated) { hashes.append((hash, file)) }
    guard !hashes.isEmpty else { return observations }
    try await records.note(files: hashes, run: runID, now: ObservationTime(now))
    for (hash, file) in hashes {
      guard let time = try await records.stored(sha256: hash) else { continue }
      observations[file] = ExportObservation(time: time, origin: .firstSeen)
    }
    return observations
  }

  private static func told(of file: String, exportedAt: Date?) throws -> ExportObservation? {
    if let exportedAt { return ExportObservation(time: ObservationTime(exportedAt), origin: .option) }
    guard let manifest = try ExportManifest.find(beside: file) else { return nil }
    return ExportObservation(time: ObservationTime(manifest.exportedAt), origin: .manifest)
  }
}

extension ObservationTime {
  /// The moment of a date, to the millisecond.
  package init(_ date: Date) { self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded(.down))) }
}
