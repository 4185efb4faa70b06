#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  /// `okapi lake` killed at one of its writes after the other, by a library that is preloaded into it.
  ///
  /// `make soak-lake` kills at every one: OKAPI_SOAK_WRITES says at how many of each command.
  @Suite("Lake killed at its writes") struct LakeKillTests {
    private static let points =
      ProcessInfo.processInfo.environment["OKAPI_SOAK_WRITES"].flatMap { Int($0) } ?? 1

    @Test("bronze as it was at any write of an extraction is gone on with: the books agree")
    func extraction() async throws {
      try await Lab.with { lab in
        let books = try await lab.world.books()
        try await lab.killed(["extract"], from: lab.old) { copy in
          let run = try await lab.world.start(["run"], of: copy).outcome()
          #expect(run.status == 0, "\(run.stdout) \(run.stderr)")
          #expect(try await lab.world.figures(of: copy) == books)
        }
      }
    }

    @Test("silver and gold that were being built, checked or accepted come out the same")
    func models() async throws {
      try await Lab.with { lab in
        let new = try await lab.copy(of: lab.old)
        #expect(try await lab.world.start(["extract"], of: new).outcome().status == 0)
        let staged = try await lab.copy(of: new)
        #expect(try await lab.world.start(Lab.transform, of: staged).outcome().status == 0)
        let wanted = try await lab.copy(of: staged)
        #expect(try await lab.world.start(["quality"], of: wanted).outcome().status == 0)
        let accepted = try lab.world.accepted(of: wanted)
        for (command, folder) in [(Lab.transform, new), (["quality"], staged)] {
          try await lab.killed(command, from: folder) { copy in
            for command in [Lab.transform, ["quality"]] {
              let run = try await lab.world.start(command, of: copy).outcome()
              #expect(run.status == 0, "\(run.stdout) \(run.stderr)")
            }
            #expect(try lab.world.accepted(of: copy) == accepted)
          }
        }
      }
    }

    /// A lake, what has happened since it was built, and copies of it to kill on.
    private struct Lab {
      static let transform = ["transform", "--offline"]

      let world: LakeWorld
      let library: String
      /// The lake before what happened last.
      let old: String

      static func with(_ body: @Sendable (Lab) async throws -> Void) async throws {
        try await LakeWorld.with(customers: 3, months: 1) { world in
          let library = world.home.folder.appending(path: "kill-at-write.so").path
          let source = TestDatabase.packageFolder.appending(path: "Tests/Fixtures/kill-at-write.c").path
          let built = try await RunningBinary(
            "/usr/bin/env", ["clang", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]
          ).outcome()
          try #require(built.status == 0, "\(built.stderr)")
          #expect(try await world.lake("run").status == 0)
          let charge = try #require(
            try await world.query(
              "select charge_id from silver.charges where amount_captured_minor > 100 order by 1 limit 1"
            ).first?[0])
          #expect(try world.send("POST", "/v1/refunds", "charge=\(charge)&amount=50")["id"] != nil)
          #expect(try world.send("POST", "/v1/customers", "name=New")["id"] != nil)
          try await body(Lab(world: world, library: library, old: world.lake.path))
        }
      }

      func copy(of folder: String) async throws -> String {
        let copy = world.home.folder.appending(path: "lake-\(UUID().uuidString)").path
        try FileManager.default.copyItem(atPath: folder, toPath: copy)
        return copy
      }

      /// Runs a command on copies of a lake, each killed at another write, spread over all there are.
      func killed(
        _ command: [String], from folder: String, _ body: (_ copy: String) async throws -> Void
      ) async throws {
        let whole = try await run(command, on: copy(of: folder), fatal: 0)
        #expect(whole.outcome.status == 0, "\(whole.outcome.stderr)")
        try #require(whole.writes > 20, "the library counts the writes of \(command)")
        let points = min(LakeKillTests.points, whole.writes)
        for point in 0..<points {
          // In the middle of each share of them: of one point the middle, of all each.
          let fatal = (whole.writes * (2 * point + 1) + 2 * points - 1) / (2 * points)
          let copy = try await copy(of: folder)
          let broken = try await run(command, on: copy, fatal: fatal)
          // Two runs need not write in the same number of pieces: the last of one may be beyond the other's end.
          #expect(
            broken.outcome.status == 128 + SIGKILL || fatal + 5 > whole.writes,
            "\(command) at \(fatal) of \(whole.writes)")
          try await body(copy)
          try FileManager.default.removeItem(atPath: copy)
        }
        print("okapi lake \(command.joined(separator: " ")): killed at \(points) of its \(whole.writes) writes")
      }

      private func run(
        _ command: [String], on folder: String, fatal: Int
      ) async throws -> (outcome: TestBinary.Outcome, writes: Int) {
        let count = world.home.folder.appending(path: "count-\(UUID().uuidString)")
        try Data(count: 8).write(to: count)
        let outcome = try await TestBinary.start(
          ["lake"] + command,
          environment: [
            "LAKE_URL": folder, "LOG_LEVEL": "error", "OKAPI_HOME": world.home.home, "LD_PRELOAD": library,
            "WRITE_BELOW": folder, "WRITE_COUNT": count.path, "WRITE_FATAL": String(fatal),
          ], directory: world.home.folder
        ).outcome()
        let writes = try Data(contentsOf: count).withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
        return (outcome, writes)
      }
    }
  }
#endif
