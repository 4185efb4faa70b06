/// A moment at which a source told something.
package struct ObservationTime: Sendable, Hashable {
  /// Unix seconds, to the millisecond.
  package let milliseconds: Int64

  /// Makes a moment of Unix milliseconds.
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// As PostgreSQL reads it: `2026-11-21 08:30:00.000+00`.
  package var sql: String { TimestampText.sql(milliseconds: milliseconds) }
}

/// Orders the observations of an object: the later moment wins, at one moment the higher sequence.
package struct ObservationVersion: Sendable, Hashable, Comparable {
  /// The moment.
  package let observedAt: ObservationTime
  /// 0 for an object found expanded inside another, 1 for a record that was read, 2 for one taken from an event.
  package let sequence: Int64

  /// Bundles the parts.
  package init(observedAt: ObservationTime, sequence: Int64) {
    self.observedAt = observedAt
    self.sequence = sequence
  }

  package static func < (left: ObservationVersion, right: ObservationVersion) -> Bool {
    (left.observedAt.milliseconds, left.sequence) < (right.observedAt.milliseconds, right.sequence)
  }
}

/// One sighting of an object: what identifies it, its version, and its hashes.
package struct Observation: Sendable, Equatable {
  /// The object's id.
  package let id: String
  /// Of the canonical form.
  package let contentHash: Int64
  /// Of the columns that are only sent when asked for; nil where none was sent.
  package let expandedHash: Int64?
  /// When it was observed, and how.
  package let version: ObservationVersion
  /// Whether it is a deletion stub.
  package let isDeleted: Bool
  /// The shape it was rendered in, as Stripe names it; nil where nobody says so.
  package let apiVersion: String?

  /// Bundles the parts.
  package init(
    id: String, contentHash: Int64, expandedHash: Int64?, version: ObservationVersion, isDeleted: Bool,
    apiVersion: String? = nil
  ) {
    self.id = id
    self.contentHash = contentHash
    self.expandedHash = expandedHash
    self.version = version
    self.isDeleted = isDeleted
    self.apiVersion = apiVersion
  }

  /// Whether it is a record of its own, or a child of one, and not only a sighting.
  package var isOwn: Bool { version.sequence > 0 }
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
