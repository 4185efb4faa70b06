import StripeClient

/// Where the event feed stood before the first object of a fetch was read.
struct FeedStart: Sendable {
  /// The server's time, at or before which it was read.
  let time: Int64
  /// Whether the cursor was set here: there was none, or the feed does not reach back to it any more.
  let isNew: Bool
  /// Why the feed could not be read.
  let problem: Problem?

  /// Reads the newest event, and sets the cursor there unless one that still holds is behind it: that one tells more.
  static func note(_ client: StripeClient, _ state: FetchState) async throws -> FeedStart {
    let known = try await state.load()
    do {
      let page = try await client.page(EventFeed.path, [("limit", "1")])
      if let known, known.gap(at: page.startedAt) == nil {
        return FeedStart(time: page.startedAt, isNew: false, problem: nil)
      }
      var cursor = FeedCursor(at: page.startedAt, newest: page.created.first ?? nil)
      _ = cursor.adopt(client.options.apiVersion)
      try await state.move(cursor)
      return FeedStart(time: page.startedAt, isNew: true, problem: nil)
    } catch {
      let problem = try Problem(error)
      guard problem.outcome != .failed else { throw error }
      // A refusal tells the time as well.
      guard let time = client.serverTime else { throw error }
      return FeedStart(time: time, isNew: false, problem: problem)
    }
  }
}

/// What is fixed about `/v1/events`.
enum EventFeed {
  /// Where it is read.
  static let path = "/v1/events"
  /// How far back it is relied upon, in seconds: 30 days less an hour, in which it is read while its end falls away.
  static let reach: Int64 = 30 * 86_400 - 3600
}
