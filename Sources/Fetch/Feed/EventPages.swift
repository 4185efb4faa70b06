package import StripeClient

/// The event feed page by page, newest first, for who holds it against something else; no cursor is read or moved.
package struct EventPages {
  /// How far back the feed is relied upon, in seconds.
  package static var reach: Int64 { EventFeed.reach }

  private var walk: PageWalk

  /// Prepares a walk through the events created from a Unix second on; nothing is sent.
  package init(_ client: StripeClient, since second: Int64) {
    walk = PageWalk(client, ListRequest(path: EventFeed.path, parameters: []), from: second)
  }

  /// The next page; nil behind the last.
  ///
  /// - Throws: `permission` where the key may not read events, what `StripeClient` says of outages.
  package mutating func next() async throws -> StripePage? { try await walk.next()?.page }
}
