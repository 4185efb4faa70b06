import BronzeStore
import CommandLineKit
import Fetch
import Foundation
import StripeModel

/// `okapi-bench rewrite-lake`: the objects that a run read, as list files.
struct RewriteLakeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rewrite-lake", abstract: "Writes what a run brought into a lake as list files.",
    shouldDisplay: false)

  @Option(help: "The lake.") var lake: String
  @Option(help: "The run.") var run: String
  @Option(help: "Where to.") var out: String

  func run() async throws {
    let names = ResourceName.allCases.filter { $0.definition.listing.scope != .inside }
    try await Fetch.rewriteExport(
      of: names, from: LakeFolder(root: URL(filePath: lake)), source: "stripe", runID: run, to: URL(filePath: out),
      date: Int64(Date().timeIntervalSince1970), apiVersion: "")
  }
}
