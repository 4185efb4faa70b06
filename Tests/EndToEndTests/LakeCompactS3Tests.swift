import BronzeStore
import Foundation
import PlatformCore
import S3Client
import TestSupport
import Testing

/// `okapi lake compact` and past moments with the lake in a bucket of a real gateway.
@Suite("Lake compaction on S3", .enabled(if: S3Gateway.isThere, "no S3 gateway is running: make test-s3"))
struct LakeCompactS3Tests {
  @Test("bronze in a bucket is packed and thinned; what was known at a moment is built there, before and after")
  func compact() async throws {
    try S3Gateway.makeBucket()
    try await ProgramHome.with { home in
      let place = "s3://\(S3Gateway.bucket)/compact-\(UUID().uuidString)"
      func folder(_ location: String) throws -> LakeFolder {
        try LakeFolder(
          location: location, relativeTo: home.folder, variables: S3Gateway.settings(), scratch: home.folder)
      }
      let lake = try folder(place + "/lake")
      for (hours, name) in [(216, "Ada"), (215, "Ada B."), (118, "Ada C.")] {
        try await LakeCompactTests.write(name, hoursAgo: hours, into: lake)
      }
      func run(_ arguments: String..., in location: String? = nil) async throws -> TestBinary.Outcome {
        let settings = ["LAKE_URL": location ?? place + "/lake", "LOG_LEVEL": "error", "OKAPI_HOME": home.home]
        let outcome = try await TestBinary.start(
          ["lake"] + arguments, environment: S3Gateway.settings().merging(settings) { $1 }, directory: home.folder
        ).outcome()
        #expect(outcome.status == 0, "\(arguments): \(outcome.stdout) \(outcome.stderr)")
        return outcome
      }
      func parts() throws -> [String] { try lake.files(below: "bronze").map(\.path).sorted() }
      func names(in location: String? = nil) async throws -> [[String?]] {
        try await run("query", "--json", "select name from silver.customers", in: location).rows()
      }
      _ = try await run("transform", "--offline")
      _ = try await run("quality")
      let accepted = try LakeS3World.accepted(lake)

      let moment = Date().addingTimeInterval(-8 * 86_400).rfc3339
      _ = try await run("replay", "--as-of", moment, "--out", place + "/before")
      #expect(try await names(in: place + "/before") == [["Ada B."]])

      let before = try parts()
      #expect(try await run("compact", "--dry-run", "--json").document()["entities"]?.array?.count == 1)
      #expect(try parts() == before)
      let packed = try await run("compact")
      #expect(packed.stdout.contains("COMPACTED: 3 parts") && packed.stdout.contains("every line kept"))
      #expect(try parts().allSatisfy { $0.hasSuffix(".gz") })
      _ = try await run("replay", "--as-of", moment, "--out", place + "/after")
      #expect(try LakeS3World.accepted(folder(place + "/after")) == LakeS3World.accepted(folder(place + "/before")))

      let kept = try await run("compact", "--keep", "3", "--yes", "--json").document()
      #expect(kept["entities"]?.array?.first?["dropped_lines"]?.integer == 2)
      _ = try await run("replay")
      #expect(try LakeS3World.accepted(lake) == accepted)
      #expect(try await names() == [["Ada C."]])
    }
  }
}
