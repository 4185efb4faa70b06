import BronzeStore
import Foundation
package import PlatformCore
import StripeModel

/// Brings bronze to what the API says: lists what nobody listed yet, then follows the event feed.
///
/// The same bronze and the same cursor as `Fetch` and a sync: what these have read is not read again.
package struct Extraction: Sendable {
  /// Which stretch of `created` is listed.
  package enum Window: Sendable, Equatable {
    /// Everything, of what was never listed whole.
    case whole
    /// What was created since a second, of what was never listed; the feed tells the rest.
    case since(Int64)
    /// What was created in these seconds, whatever was listed before: a backfill.
    case backfill(Range<Int64>)
  }

  private let options: FetchOptions
  private let window: Window
  private let context: RunContext

  /// Prepares a run; the caller holds the source's lock.
  package init(_ options: FetchOptions, window: Window, context: RunContext) {
    self.options = options
    self.window = window
    self.context = context
  }

  /// Reads what is new.
  ///
  /// - Throws: what ends the whole run; what was read until then is in bronze, and the next run goes on there.
  package func run() async throws -> ExtractReport {
    var report = ExtractReport(runID: context.runID)
    let state = BronzeState(lake: options.lake, source: options.source)
    let cursor: FeedCursor? = try state.feed()
    let missing = wanted.filter { isMissing($0, cursor) }
    if !missing.isEmpty { try await list(missing, window, &report) }
    if report.listing?.feedStatus == nil { try await follow(cursor, state, &report) }
    // The watermarks last: what they speak of is on the disk.
    let reached: FeedCursor? = try state.feed()
    for name in wanted where reached?.spokenForSince(name.definition.table) != nil {
      try note(name.definition.table, reached?.readAt)
    }
    return report
  }

  /// The resources that have lists, as asked for.
  private var wanted: [ResourceName] {
    ResourceName.allCases.filter { name in
      if case .inside = name.definition.listing.scope { return false }
      return options.resources.isEmpty || options.resources.contains(name)
    }
  }

  private func isMissing(_ name: ResourceName, _ cursor: FeedCursor?) -> Bool {
    let table = name.definition.table
    return switch window {
    case .whole: cursor?.listed[table] == nil
    case .since: cursor?.spokenForSince(table) == nil
    case .backfill: true
    }
  }

  private func list(_ names: [ResourceName], _ window: Window, _ report: inout ExtractReport) async throws {
    var options = options
    options.resources = names
    options.named = Set(self.options.resources)
    switch window {
    case .whole: options.created = nil
    case .since(let second): options.created = second..<Int64.max
    case .backfill(let range): options.created = range
    }
    var listing = try await Fetch(options, context: context).run()
    if let earlier = report.listing {
      listing.resources = earlier.resources + listing.resources
      listing.seconds += earlier.seconds
    }
    report.listing = listing
  }

  /// - Parameter before: the cursor before anything was listed.
  private func follow(_ before: FeedCursor?, _ state: BronzeState, _ report: inout ExtractReport) async throws {
    let feed = FeedOptions(client: options.client, lake: options.lake, source: options.source)
    let listed: FeedCursor? = try state.feed()
    // Listing moves the cursor only where the feed does not reach back to it.
    if before == nil || before?.readAt == listed?.readAt {
      let told = try await Feed(feed, context: context).run()
      guard told.gap != nil else { return report.feed = told }
    }
    // What has changed in between nobody tells: all that the feed spoke for is listed whole, and the feed begins anew.
    report.hasGap = true
    let spokenFor = ResourceName.allCases.filter { before?.spokenForSince($0.definition.table) != nil }
    try await list(spokenFor.isEmpty ? wanted : spokenFor, .whole, &report)
    report.feed = try await Feed(feed, context: context).run()
  }

  private func note(_ entity: String, _ readAt: Int64?) throws {
    guard let readAt else { return }
    let path = "_state/watermarks/\(entity).json"
    var mark = ExtractWatermark(entity: entity)
    if let bytes = try options.lake.read(path),
      let known = try? JSONDecoder().decode(ExtractWatermark.self, from: Data(bytes))
    {
      mark = known
    }
    mark.sources[options.source] = .init(
      watermark: Date(timeIntervalSince1970: Double(readAt)).rfc3339, runID: context.runID,
      updatedAt: context.clock.now.rfc3339)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try options.lake.replace(path, with: Array((try? encoder.encode(mark)) ?? Data()))
  }
}

/// Up to when an entity's changes are in bronze: `_state/watermarks/<entity>.json`.
struct ExtractWatermark: Codable, Sendable, Equatable {
  /// One source's part.
  struct Source: Codable, Sendable, Equatable {
    /// The server's time up to which everything is in bronze, RFC 3339.
    var watermark: String
    var runID: String
    var updatedAt: String

    enum CodingKeys: String, CodingKey {
      case watermark
      case runID = "run_id"
      case updatedAt = "updated_at"
    }
  }

  var entity: String
  var sources: [String: Source] = [:]
}

/// What an extraction read.
package struct ExtractReport: Sendable, Encodable {
  /// The run.
  package var runID: String
  /// What was listed; nil where nothing had to be.
  package var listing: FetchReport?
  /// What the event feed told; nil where it may not be read.
  package var feed: FeedReport?
  /// Whether the feed did not reach back to where the last run had read it.
  package var hasGap = false
  /// The account, where the key may ask for it.
  package var account: String?

  /// A report without anything in it.
  package init(runID: String) { self.runID = runID }

  enum CodingKeys: String, CodingKey {
    case listing, feed, account
    case runID = "run_id"
    case hasGap = "has_gap"
  }

  /// The objects written to bronze.
  package var objects: Int { (listing?.objects ?? 0) + (feed?.objects ?? 0) }

  /// 77 where the key may not read something, 69 where it could not be read.
  package var exitStatus: ExitStatus {
    .strongest(of: (listing?.statuses ?? []).compactMap(ExitStatus.init) + (feed?.statuses ?? []))
  }
}
