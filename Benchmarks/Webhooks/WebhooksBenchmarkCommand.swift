import CommandLineKit
import Foundation
import PlatformCore

/// `okapi-bench webhooks`: deliveries a second, their delay, and what a signature costs.
struct WebhooksBenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhooks", abstract: "Measures the receiver against the same server without storing, and the disk.",
    discussion: """
      EXAMPLES:
        okapi-bench webhooks
        okapi-bench webhooks --events 2000 --connections 16 --runs 3
      """)

  @Option(help: ArgumentHelp("Events of one run.", valueName: "n")) var events: Int = 20_000
  @Option(help: ArgumentHelp("Connections at once.", valueName: "n")) var connections: Int = 64
  @Option(help: ArgumentHelp("How often each pair is run, in turns.", valueName: "n")) var runs: Int = 5
  @Option(help: ArgumentHelp("Where the temporary folder is made; its disk is what is measured.", valueName: "folder"))
  var temporary: String?
  @Flag(help: "Print JSON.") var json: Bool

  func validate() throws {
    if events < 1_000 || runs < 1 { throw ValidationError("--events must be 1000 or more, --runs 1 or more") }
    if !(1...400).contains(connections) { throw ValidationError("--connections must lie between 1 and 400") }
  }

  func run() throws {
    let parent = temporary.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
    let folder = parent.appendingPathComponent("okapi-bench-\(UInt32.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let report = try WebhooksBenchmark(self, folder: folder).run()
    print(json ? try report.json() : report.text)
  }
}

/// What `okapi-bench webhooks` found.
struct WebhooksReport: BenchmarkFindings {
  let events: Int
  let connections: Int
  let runs: Int
  var comparisons: [Comparison] = []
  var figures: [SandboxReport.Figure] = []

  var text: String {
    let first = "\(events) events over \(connections) connections; \(runs) runs in turns"
    return
      ([first] + comparisons.map { $0.text() }
      + figures.map { String(format: "%@: %.4g %@", $0.name, $0.value, $0.unit) }).joined(separator: "\n")
  }
}
