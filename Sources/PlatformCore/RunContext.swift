package import Foundation

/// What every feature is told of the run it belongs to.
package struct RunContext: Sendable {
  /// Names the run in logs, in the `_runs` table, in reject files and in bronze paths.
  package let runID: String
  /// The command as typed, such as `ingest`.
  package let command: String
  /// Where events are written.
  package let log: Log
  /// Where time comes from.
  package let clock: WallClock

  /// Bundles the parts.
  package init(runID: String, command: String, log: Log, clock: WallClock = .system) {
    self.runID = runID
    self.command = command
    self.log = log
    self.clock = clock
  }

  /// A new run id: the UTC second and eight random hex digits, so that ids sort by time.
  package static func newRunID(at date: Date = Date(), random: UInt32 = .random(in: .min ... .max)) -> String {
    let stamp = date.rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" }
    let tail = String(random, radix: 16)
    return stamp + "Z-" + String(repeating: "0", count: 8 - tail.count) + tail
  }

  /// Whether a text may serve as a run id: letters, digits, `-`, `_`, `.`; at most 100; it becomes a folder's name.
  package static func isValidRunID(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 100 && !text.hasPrefix(".")
      && text.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII
          && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.".unicodeScalars.contains(scalar))
      }
  }
}
