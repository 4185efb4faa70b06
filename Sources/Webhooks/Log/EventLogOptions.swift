package import BronzeStore
package import Foundation
package import PlatformCore

/// Where a log lies, what becomes of it, and its limits.
package struct EventLogOptions: Sendable {
  /// The folder of the log; see `EventLog.folder(of:in:)`.
  package var folder: URL
  /// Whose events they are.
  package var source: String
  /// The lake whose bronze the segments become.
  package var lake: LakeFolder
  /// Where files for a lake in a bucket are made.
  package var scratch: URL
  /// The bytes at which a segment is sealed.
  package var segmentBytes = 64 << 20
  /// The age at which it is sealed.
  package var segmentAge = Duration.seconds(15 * 60)
  /// How long a segment stays here once it is in bronze, for those who read the log.
  package var keptAge = Duration.seconds(7 * 86_400)
  /// How long an event's id is remembered: Stripe sends again for three days, people for thirty.
  package var rememberedAge = Duration.seconds(35 * 86_400)
  /// Whether somebody still has to read a segment, by its name: it then stays, however old it is.
  package var isNeeded: @Sendable (_ segment: String) -> Bool = { _ in false }
  /// Why the lake takes nothing new; asked before anything is brought there, and before its word is believed.
  package var lakeRefusal: @Sendable (LakeFolder) -> PlatformError? = { _ in nil }
  /// Called when lines have reached the disk, with their number and the seconds that took; must return soon.
  package var onSynced: @Sendable (_ lines: Int, _ seconds: Double) -> Void = { _, _ in }

  /// A log with the limits above.
  package init(folder: URL, source: String, lake: LakeFolder, scratch: URL) {
    self.folder = folder
    self.source = source
    self.lake = lake
    self.scratch = scratch
  }
}
