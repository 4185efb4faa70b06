/// Which bronze is compacted, and what may be left out of it.
package struct CompactOptions: Sendable {
  /// Days that lie more than so many days back are compacted; 0 takes all but today, which is being written.
  package var olderThanDays = 2
  /// Of what was ingested before so many days, older versions of objects are left out; nil keeps every line.
  package var keepDays: Int?
  /// Whether it is only told what would happen.
  package var isDryRun = false
  /// The bytes of lines after which another part is begun.
  var partBytes = 256 << 20
  /// How many lines of one day and entity are left out by one run at most; they are held in memory.
  var dropLimit = 1_000_000
  /// Called when what is to be accepted lies ready: tests look and throw there.
  var onStaged: @Sendable (Compaction) throws -> Void = { _ in }

  /// Two days, every line kept.
  package init() {}
}

/// What a compaction did, or would do.
package struct CompactReport: Codable, Sendable, Equatable {
  /// The compacted days of one entity.
  package struct Entity: Codable, Sendable, Equatable {
    /// The entity.
    package var entity: String
    /// How many days.
    package var days = 0
    /// The parts before.
    package var parts = 0
    /// Their lines.
    package var lines = 0
    /// Their bytes.
    package var bytes = 0
    /// The parts after; of a dry run those that there would be at least.
    package var partsAfter = 0
    /// The lines that were left out.
    package var droppedLines = 0
    /// The bytes after; of a dry run an estimate.
    package var bytesAfter = 0

    enum CodingKeys: String, CodingKey {
      case entity, days, parts, lines, bytes
      case partsAfter = "parts_after"
      case droppedLines = "dropped_lines"
      case bytesAfter = "bytes_after"
    }
  }

  /// Parts of closed days that stay as they are.
  package struct Left: Codable, Sendable, Equatable {
    /// Why parts are left as they are.
    package enum Reason: String, Codable, Sendable, CaseIterable {
      /// Silver has not read them yet, or knows no such entity.
      case notInSilver = "not_in_silver"
      /// A listing under way has read them.
      case listingUnderWay = "listing_under_way"
      /// A kill left half a line at the end.
      case halfLine = "half_line"
      /// What stands there is no file.
      case noFile = "no_file"
    }

    /// The entity.
    package var entity: String
    /// Why.
    package var reason: Reason
    /// How many parts.
    package var parts: Int
  }

  /// The run.
  package var runID: String
  /// The source.
  package var source: String
  /// Days before this one were looked at, `2026-11-20`.
  package var before: String
  /// The earliest moment that can be looked back to from now on, RFC 3339; nil where nothing was ever left out.
  package var horizon: String?
  /// Whether nothing was changed.
  package var isDryRun: Bool
  /// An earlier run whose broken off work was completed.
  package var recoveredRunID: String?
  /// By entity, what was compacted.
  package var entities: [Entity] = []
  /// By entity, what stays as it is.
  package var left: [Left] = []
  /// How long it took.
  package var seconds = 0.0

  /// The lines that were left out.
  package var droppedLines: Int { entities.reduce(0) { $0 + $1.droppedLines } }

  init(runID: String, source: String, before: String, isDryRun: Bool) {
    self.runID = runID
    self.source = source
    self.before = before
    self.isDryRun = isDryRun
  }

  enum CodingKeys: String, CodingKey {
    case source, before, horizon, entities, left, seconds
    case runID = "run_id"
    case isDryRun = "is_dry_run"
    case recoveredRunID = "recovered_run_id"
  }
}
