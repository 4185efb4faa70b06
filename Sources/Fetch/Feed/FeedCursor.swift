/// Where a source's copy stands in the event feed: `_state/feed/<source>.json`. There is one.
package struct FeedCursor: Codable, Sendable, Equatable {
  /// The server's time when the feed was last read: what happened before is in bronze, but for what shows late.
  package var readAt: Int64
  /// When the feed was last read once more as far back as events may show late.
  package var lookedBackAt: Int64
  /// The newest handled event's `created`, at most `readAt`.
  package var newest: Int64
  /// The handled events that may be met again, with their `created`.
  package var handled: [String: Int64] = [:]
  /// Stretches between two reads that an interrupted run has left unread.
  package var unread: [Stretch] = []
  /// By table: when the listing began that has read the whole resource. The feed speaks for these.
  package var listed: [String: Int64] = [:]
  /// By table: when the newest listing began that has read a part of the resource. The feed speaks for these as well.
  package var followed: [String: Int64]?
  /// By table: up to when new objects were looked for that no event tells of.
  package var creations: [String: Int64] = [:]
  /// By test clock: how far the events in its own time were handled.
  package var clocks: [String: Int64] = [:]
  /// The API version in which what it speaks for was read; nil in a cursor of an earlier okapi.
  package var apiVersion: String?

  /// A stretch of `created`, in Unix seconds.
  package struct Stretch: Codable, Sendable, Equatable {
    /// Its first second.
    package var from: Int64
    /// The first second behind it.
    package var before: Int64
  }

  /// A cursor at a moment, with nothing listed.
  init(at time: Int64, newest: Int64?) {
    readAt = time
    lookedBackAt = time
    self.newest = min(newest ?? time, time)
  }

  /// When the listing began from which on the feed speaks for a table; nil where it does not.
  func spokenForSince(_ table: String) -> Int64? { listed[table] ?? followed?[table] }

  /// Lets the cursor speak for nothing any more where objects are to be read in another version from now on: all are
  /// listed again, in that version.
  ///
  /// - Returns: the version until now, where it was another one.
  mutating func adopt(_ version: String) -> String? {
    defer { apiVersion = version }
    guard let apiVersion, apiVersion != version else { return nil }
    (listed, followed) = ([:], nil)
    return apiVersion
  }

  /// Takes a table out: it is to be listed again.
  mutating func forget(_ table: String) {
    listed[table] = nil
    followed?[table] = nil
  }

  /// The moment up to which all was handled, but for what shows late.
  private var handledTo: Int64 { min(readAt, unread.map(\.from).min() ?? .max) }

  /// What the feed, read at a moment, does not tell any more; nil where it reaches back far enough.
  func gap(at now: Int64) -> FeedReport.Gap? {
    now - handledTo <= EventFeed.reach ? nil : .tooOld(readAt: handledTo)
  }

  enum CodingKeys: String, CodingKey {
    case newest, handled, unread, listed, followed, creations, clocks
    case readAt = "read_at"
    case lookedBackAt = "looked_back_at"
    case apiVersion = "api_version"
  }
}
