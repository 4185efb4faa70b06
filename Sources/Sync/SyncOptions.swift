package import BronzeStore
package import Fetch
package import Foundation
package import Ingest
package import PostgresClient
package import ResourceStore
package import StripeClient
package import StripeModel

/// What is synced: whose account, through which lake, into which tables.
package struct SyncOptions: Sendable {
  /// The door to the account.
  package var client: StripeClient
  /// The lake.
  package var lake: LakeFolder
  /// The account's name in the lake.
  package var source: String
  /// The schema names of the tables.
  package var names: StoreNames
  /// Opens one more connection to the migrated database.
  package var connect: @Sendable () async throws -> PostgresConnection
  /// Where reject files go.
  package var rejectFolder: URL
  /// The resources that are listed whole where that was not done yet; none stands for all. The event feed tells of
  /// everything that was ever listed, whatever stands here.
  package var resources: [ResourceName] = []
  /// How many chunks are written side by side.
  package var connections = 2
  /// While everything is listed, what has come is loaded each time that so many objects more have.
  package var loadsEvery = 10_000
  /// Whether another sync, or another command at work in the lake, is waited for.
  package var waits = false
  /// When what changes without an event is read again.
  package var schedule = SyncSchedule()
  /// Told of the progress of listing.
  package var onFetch: @Sendable (FetchProgress) -> Void = { _ in }
  /// Told of the progress of loading.
  package var onIngest: @Sendable (IngestProgress) -> Void = { _ in }

  /// Options with everything that has a default at its default.
  package init(
    client: StripeClient, lake: LakeFolder, source: String, names: StoreNames, rejectFolder: URL,
    connect: @escaping @Sendable () async throws -> PostgresConnection
  ) {
    self.client = client
    self.lake = lake
    self.source = source
    self.names = names
    self.rejectFolder = rejectFolder
    self.connect = connect
  }
}

/// When is read again what changes without an event (docs/sync.md has the table).
package struct SyncSchedule: Sendable {
  /// Resources any object of which may change silently are listed whole again after this.
  package var relist: Duration = .seconds(24 * 3600)
  /// Rows that may change at any time are read again after this.
  package var reread: Duration = .seconds(6 * 3600)
  /// Rows whose moment has passed and that have not changed by then are read again after this.
  package var overdue: Duration = .seconds(3600)
  /// A resource that the source does not offer is asked for again after this.
  package var unserved: Duration = .seconds(24 * 3600)
  /// A resource that is forbidden is asked for again after this, in a watch; a sync of its own always asks.
  package var forbidden: Duration = .seconds(3600)

  /// The times of the documentation.
  package init() {}
}
