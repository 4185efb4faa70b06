import CommandLineKit
import Foundation
import PlatformCore
import StripeModel
import Sync

/// `okapi coverage`: what of an account is in the tables, and of when.
struct CoverageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage", abstract: "Says of each resource how far the tables follow Stripe, and what is missing.",
    discussion: """
      From what the syncs noted; Stripe is not asked. Exit status 77: a resource is forbidden to the key; 75: one is
      stale or was never read; 0 only when all that the source offers is there and current.

      EXAMPLES:
        okapi coverage
        okapi coverage charges invoices --stale-after 900 --json
        SOURCES=eu,us okapi coverage --sources all
      """)

  @Argument(help: ArgumentHelp("Which resources; all unless told.", valueName: "resource")) var resources: [String] = []
  @Option(help: ArgumentHelp("The lag from which on a resource is stale. (default: a day)", valueName: "seconds"))
  var staleAfter: Double = 86_400
  @OptionGroup(title: "Accounts") var accounts: SourceOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if !(staleAfter.isFinite && staleAfter > 0) { throw ValidationError("--stale-after must be a number above 0") }
  }

  func run() async throws {
    try await global.withSources("coverage", accounts) { runtime in
      let access = DatabaseAccess(runtime)
      try await access.requireStore()
      let report = try await CoverageReport.make(
        access.names, wanted: resources.map(ResourceName.named), staleAfter: .seconds(staleAfter),
        now: runtime.context.clock.now, connect: { try await access.connect() })
      return SourceResult(report: report, text: Self.rendered(report), status: report.exitStatus)
    }
  }

  private static func rendered(_ report: CoverageReport) -> String {
    var table = TextTable([
      "table", "state", "rows", "deleted", "placeholders", "listed at", "read up to", "lag", "last change",
    ])
    for one in report.resources where one.state != .unserved {
      table.add(
        .text(one.resource), .text(one.state.rawValue), .number(one.rows), .number(one.deleted),
        .number(one.placeholders), .text(short(one.listedAt)), .text(short(one.readAt)),
        one.lagSeconds.map { .figure(lag($0)) } ?? .empty, .text(short(one.lastChangeAt)))
    }
    let unserved = report.resources.filter { $0.state == .unserved }.map(\.resource)
    let reasons = report.resources.filter { $0.state != .unserved }.compactMap { one in
      one.reason.map { wrapped("\(one.resource): \($0)") }
    }
    return ([table.withoutIdleColumns.rendered] + FetchText.lists(unserved: unserved, empty: []) + reasons)
      .joined(separator: "\n")
  }

  /// `2026-11-21 08:30:00`.
  private static func short(_ time: String?) -> String? { time.map { String($0.prefix(19)).replacing("T", with: " ") } }

  private static func lag(_ seconds: Int) -> String {
    switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7_200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3_600) h"
    default: "\(seconds / 86_400) days"
    }
  }
}
