package import Foundation
package import PlatformCore
package import StripeClient

/// What a comparison of captured events found; its JSON form is documented in docs/json-output.md.
package struct ReconcileReport: Sendable, Encodable {
  /// What can be said of an event.
  package enum Kind: String, Sendable, Encodable, CaseIterable {
    /// In the feed, not captured.
    case missing
    /// In the feed, not captured, and too young to count, or held by the receiver and not shipped yet.
    case pending
    /// Captured, and not in the feed that should tell of it.
    case extra
    /// Captured with other content than the feed has, or twice with different content.
    case differing
    /// Captured in another API version than the feed shows it in.
    case notComparable = "not_comparable"
    /// Received long after it happened.
    case late
    /// Received after a newer event of the same object.
    case outOfOrder = "out_of_order"
    /// More than one line of bronze holds it.
    case duplicate
    /// Not delivered, but read from the feed by `--heal`.
    case healed
    /// The batch has not seen the event's object since.
    case batchBehind = "batch_behind"
  }

  /// One event of one kind.
  package struct Finding: Sendable, Encodable, Equatable {
    /// What is said of it.
    package let kind: Kind
    /// The event.
    package let id: String
    /// What happened.
    package let type: String
    /// When it happened; for `batch_behind` the moment from which on the object should have been seen.
    package let created: Date
    /// The id of what it happened to.
    package let object: String?
    /// How late, which versions, how many lines, or whose batch is behind.
    package let detail: String?
  }

  /// The events of one type on one UTC day of `created`.
  package struct Day: Sendable, Encodable, Equatable {
    /// The type.
    package var type: String
    /// The day, `2026-11-21`.
    package var day: String
    /// Events that bronze holds.
    package var captured = 0
    /// Events that the feed holds.
    package var feed = 0
    /// By kind, where there are any.
    package var findings: [String: Int] = [:]

    /// Nothing counted yet.
    package init(type: String, day: String) { (self.type, self.day) = (type, day) }
  }

  /// The run.
  package var runID: String
  /// The account's name in the lake.
  package var source: String
  /// The first moment of `created` that was compared.
  package var since: Date
  /// What happened before this moment was compared.
  package var readAt: Date
  /// Events that bronze holds, once each.
  package var captured = 0
  /// Events that the feed holds.
  package var feed = 0
  /// How many there are of each kind.
  package var counts: [String: Int] = [:]
  /// Missing events that this run has written to bronze.
  package var healedNow = 0
  /// Thin events among the captured; the feed of `/v1/events` does not hold these.
  package var thin = 0
  /// Captured lines of events of other accounts, as an endpoint of Connect gets them: neither compared nor counted.
  package var otherAccounts = 0
  /// Lines among the captured that hold no event.
  package var damagedLines = 0
  /// Objects that captured events speak of and that the batch reads by themselves.
  package var batchObjects = 0
  /// What happened before is in the batch's bronze; nil where no batch has run.
  package var batchReadAt: Date?
  /// When the newest delivered event was received; nil where none was.
  package var newestReceived: Date?
  /// When the newest event of the feed happened.
  package var newestInFeed: Date?
  /// By type and day.
  package var days: [Day] = []
  /// The first of each kind.
  package var findings: [Finding] = []
  /// The file with all of them; nil where there are none.
  package var findingsFile: String?
  /// What the client did.
  package var api = StripeStatistics()
  /// Seconds in all.
  package var seconds = 0.0

  /// A report of nothing.
  init(runID: String, source: String, since: Int64, readAt: Int64) {
    self.runID = runID
    self.source = source
    self.since = Date(timeIntervalSince1970: Double(since))
    self.readAt = Date(timeIntervalSince1970: Double(readAt))
  }

  /// How many there are of a kind.
  package subscript(_ kind: Kind) -> Int { counts[kind.rawValue] ?? 0 }

  /// `differences` while something is missing or differs.
  package var exitStatus: ExitStatus { self[.missing] + self[.differing] > 0 ? .differences : .done }
}
