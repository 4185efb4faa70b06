import JSONReader

/// A line of bronze that holds an event.
struct CapturedLine {
  let facts: EventFacts
  /// When it was received, RFC 3339 with milliseconds; as written, for a million are read.
  let received: String
  /// The run that wrote the line.
  let runID: String
  /// Whether it was read from the API later, where Stripe's own delivery was missing.
  let isHealed: Bool

  /// Nil for a line that holds no event.
  init?(_ line: JSONValue, _ reader: inout EventFacts.Reader) {
    guard let data = line["data"], let meta = line["meta"], let facts = reader.facts(of: data),
      let received = meta["ingested_at"]?.stringValue,
      let runID = meta["run_id"]?.stringValue, let sequence = meta["sequence"]?.int64
    else { return nil }
    self.facts = facts
    self.runID = runID
    self.received = received
    isHealed = sequence == Self.healed
  }

  /// The `sequence` of a line that was healed: an object that was read. A delivery is an event's own copy (2).
  static let healed: Int64 = 1
}
