package import BronzeStore
package import StripeClient

/// Whose event feed is read, and into which lake.
package struct FeedOptions: Sendable {
  /// The door to the account.
  package var client: StripeClient
  /// The lake; the caller holds its lock.
  package var lake: LakeFolder
  /// The account's name in the lake.
  package var source: String
  /// How late an event may show: so far back it is looked for again.
  package var overlap: Duration = .seconds(300)
  /// How often that is done at most; in between only what is newer than the newest event is asked for.
  package var lookBackEvery: Duration = .seconds(60)
  /// Events taken together; memory holds their objects.
  package var eventsAtOnce = 5_000

  /// The options above.
  package init(client: StripeClient, lake: LakeFolder, source: String) {
    self.client = client
    self.lake = lake
    self.source = source
  }
}
