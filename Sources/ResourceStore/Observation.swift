/// The version of everything one source told at one moment.
package struct ObservationTime: Sendable, Equatable {
  /// Unix seconds, to the millisecond.
  package let milliseconds: Int64

  /// Makes a moment of Unix milliseconds.
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// As PostgreSQL reads it: `2026-11-21 08:30:00.000+00`.
  package var sql: String { TimestampText.sql(milliseconds: milliseconds) }
}

/// One sighting of an object: what identifies it, its version within the observation, and its hashes.
package struct Observation: Sendable, Equatable {
  /// The object's id.
  package let id: String
  /// Of the canonical form.
  package let contentHash: Int64
  /// Of the columns that are only sent when asked for; nil where none was sent.
  package let expandedHash: Int64?
  /// 1 for a record of its own, 0 for an object found expanded inside another.
  package let sequence: Int64
  /// Whether it is a deletion stub.
  package let isDeleted: Bool

  /// Bundles the parts.
  package init(id: String, contentHash: Int64, expandedHash: Int64?, sequence: Int64, isDeleted: Bool) {
    self.id = id
    self.contentHash = contentHash
    self.expandedHash = expandedHash
    self.sequence = sequence
    self.isDeleted = isDeleted
  }
}

/// What the store must do with an observation; nothing is said of rows that are as observed.
package enum RowState: String, Sendable {
  /// No such row: insert it.
  case missing
  /// The row is a placeholder: fill it.
  case placeholder
  /// The row is older and differs: replace it.
  case changed
  /// The row is newer and differs: leave it.
  case newer
  /// The row is equal but older: only its observation time moves.
  case confirmed
  /// The row has the very same version and yet other content.
  case tied
}
