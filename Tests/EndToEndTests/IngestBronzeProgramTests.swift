import BronzeStore
import Foundation
import PlatformCore
import TestSupport
import Testing

/// `okapi ingest --source bronze` as a user and a script see it.
@Suite(.serialized) struct IngestBronzeProgramTests {
  /// The lake the program finds without being told.
  private static func lake(of program: IngestProgram) -> LakeFolder {
    LakeFolder(root: program.folder.url.appending(path: "home/lake"))
  }

  /// Writes the same objects as bronze that an export would hold, a hundred to an answer; answers the lines.
  @discardableResult
  private static func fill(_ program: IngestProgram, customers: Int, secondsApart: Int64 = 1) async throws -> Int {
    let writer = BronzeWriter(lake: lake(of: program), source: program.schema, runID: "run-1")
    for (name, content) in StripeWorld.files(customers: customers) {
      let lines = content.split(separator: "\n")
      for start in stride(from: 0, to: lines.count, by: 100) {
        try await writer.append(
          lines[start..<min(start + 100, lines.count)].map { ArraySlice($0.utf8) },
          to: String(name.prefix { $0 != "." }),
          observed: BronzeObservation(
            observedAt: 1_790_000_000 + Int64(start / 100) * secondsApart, sequence: BronzeObservation.read,
            apiVersion: "2026-10-28.endive"))
      }
    }
    try await writer.finish()
    return await writer.written.reduce(0) { $0 + $1.lines }
  }

  private struct Document: Decodable {
    struct Bronze: Decodable {
      let parts: Int
      let lines: Int
      let bytes: Int
      let unclaimedEntities: [String]
    }
    let bronze: Bronze
    let changedRows: Int
    let statuses: [Int]

    init(_ text: String) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Document.self, from: Data(text.utf8))
    }
  }

  @Test func itLoadsOnceAndSaysWhat() async throws {
    try await IngestProgram.run { program in
      let lines = try await Self.fill(program, customers: 20)
      let first = try await program("ingest", "--source", "bronze", "--json")
      try #require(first.status == 0, "\(first.stderr)")
      let document = try Document(first.stdout)
      #expect(document.bronze.parts == 7)
      #expect(document.bronze.lines == lines)
      #expect(document.bronze.bytes > 10_000)
      #expect(document.statuses == [])
      #expect(try await program.count("charges") == 20)

      let again = try await program("ingest", "--source", "bronze")
      #expect(again.status == 0)
      #expect(again.stdout.contains("nothing new in bronze"))
      #expect(again.stdout.contains("0 rows changed"))

      let replay = try await program("ingest", "charges", "--source", "bronze", "--replay", "--json")
      #expect(replay.status == 0)
      let replayed = try Document(replay.stdout)
      #expect(replayed.bronze.lines == 20 && replayed.changedRows == 0)
    }
  }

  @Test func anotherLakeIsNamedBySetting() async throws {
    try await IngestProgram.run { program in
      try await Self.fill(program, customers: 1)
      let moved = program.folder.url.appending(path: "elsewhere")
      try FileManager.default.moveItem(at: Self.lake(of: program).root, to: moved)
      #expect(try await program("ingest", "--source", "bronze").status == 66)
      let environment = program.environment.merging(["LAKE_URL": "elsewhere"]) { $1 }
      let loaded = try await TestBinary.run(
        ["ingest", "--source", "bronze"], environment: environment, directory: program.folder.url)
      #expect(loaded.status == 0, "\(loaded.stderr)")
      let far = try await TestBinary.run(
        ["ingest", "--source", "bronze"],
        environment: environment.merging([
          "LAKE_URL": "s3://bucket/lake", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere", "AWS_CONFIG_FILE": "/nowhere",
        ]) { $1 },
        directory: program.folder.url)
      #expect(far.status == 78)
      #expect(far.stderr.contains("there is no key for S3"))
    }
  }

  @Test func aBrokenLineIs65AndNamed() async throws {
    try await IngestProgram.run { program in
      try await Self.fill(program, customers: 1)
      let reader = BronzeReader(lake: Self.lake(of: program), source: program.schema)
      let part = try #require(try reader.parts(of: "customers").first)
      let handle = try FileHandle(forWritingTo: Self.lake(of: program).root.appending(path: part.path))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"data\":1}\n".utf8))
      try handle.close()
      let outcome = try await program("ingest", "--source", "bronze")
      #expect(outcome.status == 65)
      #expect(outcome.stdout.contains("rejected: \(part.path) line 2: field meta: expected an object; it is missing"))
      #expect(try await program.count("customers") == 1)
    }
  }

  @Test func whatDoesNotBelongTogetherIs64() async throws {
    try await IngestProgram.run { program in
      for more in [["--json-dir", "x"], ["--exported-at", "2026-11-20"], ["--api-version", "v"]] {
        let outcome = try await TestBinary.run(
          ["ingest", "--source", "bronze"] + more, environment: program.environment, directory: program.folder.url)
        #expect(outcome.status == 64)
        #expect(outcome.stderr.contains(more[0]))
      }
      #expect(try await program.ingest("--replay").status == 64)
    }
  }

  /// Killed at many moments, each time the next run goes on; at the end all is as if nothing had happened.
  @Test func killedOverAndOver() async throws {
    @Sendable func rows(_ program: IngestProgram) async throws -> Int {
      try await program.connection.countRows(
        program.schema, ["customers", "invoices", "invoice_line_items", "charges", "subscription_items"])
    }
    let whole = try await IngestProgram.run { program in
      try await Self.fill(program, customers: 1500)
      let outcome = try await program("ingest", "--source", "bronze")
      try #require(outcome.status == 0, "\(outcome.stderr)")
      return (fingerprint: try await program.fingerprint(), rows: try await rows(program))
    }
    try await IngestProgram.run { program in
      try await Self.fill(program, customers: 1500)
      var kills = 0
      for step in 1...5 {
        let running = try TestBinary.start(
          ["ingest", "--source", "bronze"], environment: program.environment, directory: program.folder.url)
        async let outcome = running.outcome(timeout: .seconds(120))
        try await Wait.until("the load has come so far, or ended", every: .milliseconds(1)) {
          if kill(running.processID, 0) != 0 { return true }
          guard try await rows(program) >= whole.rows * step / 6 else { return false }
          // Here: until the wait is over, the load may be.
          running.signal(SIGKILL)
          return true
        }
        if await outcome.status == 128 + SIGKILL { kills += 1 }
        #expect(try await rows(program) <= whole.rows)
      }
      #expect(kills >= 3)
      let completed = try await program("ingest", "--source", "bronze")
      #expect(completed.status == 0, "\(completed.stderr)")
      #expect(try await program.fingerprint() == whole.fingerprint)
      #expect(try await program("ingest", "--source", "bronze", "--replay").stdout.contains("0 rows changed"))
    }
  }

  /// One world as an export and as bronze, all of one moment, is one and the same store.
  @Test func itIsWhatTheExportIs() async throws {
    let exported = try await IngestProgram.run { program in
      for (name, content) in StripeWorld.files(customers: 200) { try program.write(name, content) }
      let outcome = try await program.ingest("--api-version", "2026-10-28.endive")
      try #require(outcome.status == 0, "\(outcome.stderr)")
      return try await program.fingerprint()
    }
    try await IngestProgram.run { program in
      try await Self.fill(program, customers: 200, secondsApart: 0)
      #expect(try await program("ingest", "--source", "bronze").status == 0)
      #expect(try await program.fingerprint() == exported)
    }
  }
}
