import CommandLineKit
import Fetch
import Foundation
import PlatformCore
import StripeModel

/// Which stretch of time is read.
struct ExtractOptions: ParsableArguments {
  @Option(
    name: .customLong("entity"),
    help: ArgumentHelp("Only this entity; may be repeated. (default: all)", valueName: "entity"))
  var entities: [String] = []
  @Option(
    help: ArgumentHelp(
      "Of entities never read before only what was created in the last days; changes come by the event feed.",
      valueName: "n"))
  var days: Int?
  @Option(help: ArgumentHelp("Read again what was created from here on, a UTC day or time.", valueName: "time"))
  var since: String?
  @Option(help: ArgumentHelp("With --since: what was created before. (default: now)", valueName: "time"))
  var until: String?

  func validate() throws {
    if let days, days < 1 || days > 36_500 { throw ValidationError("--days must be a number from 1 to 36500") }
    if days != nil, since != nil { throw ValidationError("give --days or --since, not both") }
    if until != nil, since == nil { throw ValidationError("--until needs --since") }
    for (name, text) in [("--since", since), ("--until", until)] {
      if let text, Self.moment(text) == nil {
        throw ValidationError("\(name) '\(text)' is neither a UTC day (2026-11-01) nor a time (2026-11-01T12:00:00Z)")
      }
    }
    if let since, let until, let from = Self.moment(since), let to = Self.moment(until), from >= to {
      throw ValidationError("--since must be before --until")
    }
  }

  private static func moment(_ text: String) -> Date? {
    Date(rfc3339: text.utf8.count == 10 ? text + "T00:00:00Z" : text)
  }

  /// - Parameter now: the moment that `--days` counts back from.
  func window(at now: Date) -> Extraction.Window {
    if let days { return .since(Int64(now.timeIntervalSince1970) - Int64(days) * 86_400) }
    guard let since, let from = Self.moment(since) else { return .whole }
    let end = until.flatMap(Self.moment).map { Int64($0.timeIntervalSince1970) } ?? .max
    return .backfill(Int64(from.timeIntervalSince1970)..<end)
  }

  /// - Throws: `usage` for a name that is no entity with a list of its own.
  func resources() throws -> [ResourceName] {
    let names = try entities.map(ResourceName.named)
    if let inner = names.first(where: { $0.definition.listing.scope == .inside }) {
      throw PlatformError(
        .usage, "\(inner.definition.table) have no list of their own: they come inside other objects",
        nextStep: "name the entity that holds them")
    }
    return names
  }
}

/// `okapi lake extract`: Stripe's API into bronze.
struct LakeExtractCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract", abstract: "Brings bronze to what Stripe says: lists what is missing, follows what changes.",
    discussion: """
      What fetch or sync already brought is not read again: it is the same bronze, and the same place in the event feed.
      Changes of old objects arrive too, whatever window is read.

      EXAMPLES:
        okapi lake extract
        okapi lake extract --entity charges --days 1
        okapi lake extract --since 2026-01-01 --until 2026-02-01
      """)

  @OptionGroup(title: "What is read") var extract: ExtractOptions
  @Flag(help: "Wait while another okapi writes to the lake.") var wait = false
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Stripe's API") var api: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withSources("lake extract", accounts, announcing: .api, flags: api.flags, atOnce: 1) { runtime in
      let report = try await LakeSession(runtime, waits: wait).extract(extract, api)
      return SourceResult(report: report, text: LakeText.rendered(report), status: report.exitStatus)
    }
  }
}
