package import BronzeStore
package import Foundation
package import StripeClient

/// Whose captured events are held against the feed and the batch, and by which measure.
package struct ReconcileOptions: Sendable {
  /// The door to the account.
  package var client: StripeClient
  /// The lake.
  package var lake: LakeFolder
  /// The account's name in the lake.
  package var source: String
  /// A folder on disk where the comparison works; nothing is left in it.
  package var scratch: URL
  /// Where all findings are listed, a JSON object a line, where there are any.
  package var findingsFile: URL
  /// The first Unix second of `created` that is compared; the feed's reach where it is earlier.
  package var since: Int64 = 0
  /// Events younger than this are not missing yet.
  package var grace: Duration = .seconds(60)
  /// Events that came after everything that bronze holds so far are not missing before they are this old: a receiver
  /// ships what it has captured every 15 minutes.
  package var shipping: Duration = .seconds(20 * 60)
  /// An event that was received later than this after it happened is late.
  package var lateAfter: Duration = .seconds(300)
  /// Whether missing events are written to bronze.
  package var heals = false
  /// How many findings of each kind stand in the report.
  package var findingLimit = 100
  /// Names the events that a receiver on this machine holds and has not shipped yet.
  package var unshipped: @Sendable (_ name: (_ id: String) throws -> Void) throws -> Void = { _ in }
  /// Told how many events of the feed were read.
  package var onProgress: @Sendable (Int) -> Void = { _ in }

  /// Options with everything that has a default at its default.
  package init(client: StripeClient, lake: LakeFolder, source: String, scratch: URL, findingsFile: URL) {
    self.client = client
    self.lake = lake
    self.source = source
    self.scratch = scratch
    self.findingsFile = findingsFile
  }
}
