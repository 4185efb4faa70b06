import CommandLineKit
import Foundation
import PlatformCore

/// `okapi-bench sandbox`: lists, creates, starts and seeding of the sandbox.
struct SandboxBenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox", abstract: "Measures the sandbox against libmicrohttpd and SQLite alone.",
    discussion: """
      EXAMPLES:
        okapi-bench sandbox
        okapi-bench sandbox --charges 100000 --runs 3
      """)

  @Option(help: ArgumentHelp("Charges in the large store.", valueName: "n")) var charges: Int = 1_000_000
  @Option(help: ArgumentHelp("Customers in it.", valueName: "n")) var customers: Int = 20_000
  @Option(help: ArgumentHelp("How often each pair is run, in turns.", valueName: "n")) var runs: Int = 5
  @Option(help: ArgumentHelp("Seconds of one run of lists.", valueName: "n")) var seconds: Int = 3
  @Option(help: ArgumentHelp("Where the temporary folder is made.", valueName: "folder")) var temporary: String?
  @Flag(help: "Print JSON.") var json: Bool

  func validate() throws {
    if charges < 1000 || customers < 1000 { throw ValidationError("--charges and --customers must be 1000 or more") }
    if runs < 1 || seconds < 1 { throw ValidationError("--runs and --seconds must be 1 or more") }
  }

  func run() throws {
    let parent = temporary.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
    let folder = parent.appendingPathComponent("okapi-bench-\(UInt32.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let report = try SandboxBenchmark(self, folder: folder).run()
    print(json ? try report.json() : report.text)
  }
}
