import BronzeStore
import Foundation
import PlatformCore
import TestSupport
import Testing

/// `okapi lake compact` as people run it, over bronze that was written days ago.
@Suite("Lake compaction") struct LakeCompactTests {
  @Test("a dry run tells, a run packs, lines go only after a yes, and the tables stay what they are")
  func compact() async throws {
    try await ProgramHome.with { home in
      let lake = home.folder.appending(path: "lake")
      for (days, name) in [(9, "Ada"), (8, "Ada B."), (5, "Ada C.")].enumerated().map({ ($1.0 * 24 - $0, $1.1) }) {
        try await Self.write(name, hoursAgo: days, into: LakeFolder(root: lake))
      }
      func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> TestBinary.Outcome {
        try await TestBinary.start(
          ["lake"] + arguments,
          environment: ["LAKE_URL": lake.path, "LOG_LEVEL": "error", "OKAPI_HOME": home.home].merging(environment) {
            $1
          },
          directory: home.folder
        ).outcome()
      }
      #expect(try await run("transform", "--offline").status == 0)
      #expect(try await run("quality").status == 0)
      let told = try await run("compact", "--dry-run", "--json").document()
      #expect(told["is_dry_run"] == .boolean(true))
      #expect(told["entities"]?.array?.first?["parts"]?.integer == 3)
      let packed = try await run("compact")
      #expect(packed.status == 0 && packed.stdout.contains("COMPACTED: 3 parts"), "\(packed.stdout) \(packed.stderr)")
      #expect(packed.stdout.contains("every line kept"))

      let unasked = try await run("compact", "--keep", "3")
      #expect(unasked.status == 64 && unasked.stderr.contains("nobody is there to ask"))
      let production = try await run("compact", "--keep", "3", "--yes", environment: ["ENV": "PROD"])
      #expect(production.status == 78, "\(production.stderr)")
      let kept = try await run("compact", "--keep", "3", "--yes", "--json").document()
      #expect(kept["entities"]?.array?.first?["dropped_lines"]?.integer == 2)
      let horizon = try #require(kept["horizon"]?.string)
      // The parts of two days are empty now, and alike.
      let again = try await run("replay")
      #expect(again.status == 0, "\(again.stdout) \(again.stderr)")
      let past = try await run("replay", "--as-of", "2026-01-01", "--json")
      #expect(past.status == 64 && past.stderr.contains("is whole from \(horizon) on only"), "\(past.stderr)")

      let rows = try await run("query", "--json", "select name from silver.customers").rows()
      #expect(rows == [["Ada C."]])
    }
  }

  /// Writes a customer of that name into bronze, as a run so long ago did.
  static func write(_ name: String, hoursAgo: Int, into lake: LakeFolder) async throws {
    let moment = Date().addingTimeInterval(-3600 * Double(hoursAgo))
    let writer = BronzeWriter(lake: lake, source: "stripe", runID: "run-\(hoursAgo)", clock: .fixed(moment))
    let customer = #"{"id":"cus_1","object":"customer","created":1769904000,"livemode":false,"name":"\#(name)"}"#
    try await writer.append(
      [ArraySlice(customer.utf8)], to: "customers",
      observed: BronzeObservation(
        observedAt: Int64(moment.timeIntervalSince1970), sequence: BronzeObservation.read,
        apiVersion: "2026-10-28.endive"))
    try await writer.finish()
  }
}
