import CommandLineKit
import Foundation
import PlatformCore

/// `okapi-bench lake`: bronze to silver against SQL written by hand, what changes cost, and extraction.
struct LakeBenchmarkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lake", abstract: "Measures silver against hand-written SQL, and extraction (docs/benchmarks.md).",
    discussion: """
      EXAMPLES:
        okapi-bench lake
        okapi-bench lake --charges 100000 --runs 1
        okapi-bench lake --only extract
      """)

  @Option(help: ArgumentHelp("Charges in bronze, a year of them.", valueName: "n")) var charges: Int = 1_000_000
  @Option(help: ArgumentHelp("Objects of the account that is extracted; a tenth of it too.", valueName: "n"))
  var objects: Int = 100_000
  @Option(help: ArgumentHelp("How often each pair is run, in turns.", valueName: "n")) var runs: Int = 3
  @Option(help: ArgumentHelp("Only these parts: silver, changes, extract.", valueName: "part")) var only: [String] = []
  @Option(help: ArgumentHelp("Where the temporary folder is made.", valueName: "folder")) var temporary: String?
  @Flag(help: "Print JSON.") var json: Bool

  func validate() throws {
    if min(charges, objects) < 10_000 { throw ValidationError("--charges and --objects must be 10000 or more") }
    if runs < 1 { throw ValidationError("--runs must be 1 or more") }
  }

  func run() async throws {
    let parent = temporary.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
    let folder = parent.appendingPathComponent("okapi-bench-\(UInt32.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    Interruption.watch()
    let report = try LakeBenchmark(self, folder: folder).run()
    print(json ? try report.json() : report.text)
  }
}
