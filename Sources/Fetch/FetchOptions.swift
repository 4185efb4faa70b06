package import BronzeStore
package import Foundation
package import StripeClient
package import StripeModel

/// What is fetched, from whom, and where to.
package struct FetchOptions: Sendable {
  /// The door to the account.
  package var client: StripeClient
  /// The lake; the caller holds its lock.
  package var lake: LakeFolder
  /// The account's name in the lake.
  package var source: String
  /// The resources to list; none stands for all that can be listed.
  package var resources: [ResourceName] = []
  /// Those among them that somebody asked for by name, where the others are what earlier runs have left to do: that
  /// one of these is not offered is no failure. Nil for all of them.
  package var named: Set<ResourceName>?
  /// Only what was created in these Unix seconds, where a list can be asked so; nil for everything. A resource that was
  /// read in part is followed by the feed like one that was read whole, and still counts as missing for who wants all.
  package var created: Range<Int64>?
  /// Where list files are written too; nil for nowhere.
  package var exportFolder: URL?
  /// Whether what an unfinished fetch has read counts; otherwise everything is read again.
  package var resumes = true
  /// How old an unfinished fetch may be to be gone on with.
  package var resumeLimit: Duration = .seconds(24 * 3600)
  /// How often what is done is noted at most; each time bronze is brought to the disk.
  package var checkpointInterval: Duration = .seconds(2)
  /// Told after every page.
  package var onProgress: @Sendable (FetchProgress) -> Void = { _ in }

  /// The options above.
  package init(client: StripeClient, lake: LakeFolder, source: String) {
    self.client = client
    self.lake = lake
    self.source = source
    // Each note closes the parts that are open in a bucket.
    if lake.isRemote { checkpointInterval = .seconds(30) }
  }
}

/// How far a fetch is, over all resources.
package struct FetchProgress: Sendable, Equatable {
  /// The objects read so far.
  package var objects = 0
  /// How many more there may be; a guess from the density of what was read, better the longer it takes.
  package var remaining = 0
  /// The resources done and those in all.
  package var resourcesDone = 0
  /// The resources of the run.
  package var resources = 0
}
