import Foundation
import PlatformCore
import PostgresClient
import TestSupport
import Testing

@Suite("Support for tests")
struct TestDatabaseTests {
  @Test("a test's schemas are its own and are dropped, also when it throws")
  func schemas() async throws {
    let names = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<4 {
        group.addTask {
          try await TestDatabase.withTestSchema { connection, schema in
            try await connection.execute("CREATE SCHEMA \(schema); CREATE SCHEMA \(schema)_live")
            return schema
          }
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(names.count == 4)
    struct Failure: Error { let schema: String }
    let failure = await #expect(throws: Failure.self) {
      try await TestDatabase.withTestSchema(create: true) { connection, schema in
        _ = try? await connection.execute("BEGIN; SELECT 1/0")
        throw Failure(schema: schema)
      }
    }
    let all = names.union([failure?.schema ?? ""])
    let connection = try await TestDatabase.connect()
    let left = try await connection.query(
      "SELECT nspname FROM pg_namespace WHERE nspname = ANY ($1) OR nspname = ANY ($2)",
      [.textArray(Array(all)), .textArray(all.map { $0 + "_live" })])
    #expect(left.count == 0)
  }

  @Test("a program's long output on both pipes is read while it runs")
  func pipes() async throws {
    let script = "i=0; while [ $i -lt 20000 ]; do echo 0123456789; echo abcdefghij >&2; i=$((i+1)); done; exit 3"
    let outcome = await (try RunningBinary("/bin/sh", ["-c", script])).outcome()
    #expect(outcome.status == 3)
    #expect(outcome.stdout.utf8.count == 220_000)
    #expect(outcome.stderr.utf8.count == 220_000)
  }

  @Test("a grandchild that keeps the pipes open does not keep us waiting, and a timeout kills")
  func grandchild() async throws {
    let outcome = await (try RunningBinary("/bin/sh", ["-c", "sleep 300 & echo $!"])).outcome(timeout: .seconds(60))
    #expect(outcome.status == 0 && !outcome.isTimedOut)
    if let number = Int32(outcome.stdout.prefix { $0 != "\n" }) { kill(number, SIGKILL) }
    let slow = await (try RunningBinary("/bin/sh", ["-c", "exec sleep 300"])).outcome(timeout: .milliseconds(10))
    #expect(slow.isTimedOut && slow.status == 137)
    #expect(throws: PlatformError.self) { try RunningBinary("/no/such/program", []) }
  }

  @Test("what a killed test process left is ended and removed, what living ones have stays")
  func leftovers() async throws {
    let dead = try RunningBinary("/bin/sh", ["-c", "exit 0"])
    let owner = dead.processID
    _ = await dead.outcome()
    let parent = try TemporaryDirectory()
    let (stale, own) = (
      parent.url.appending(path: StaleLeftovers.newName(of: owner)),
      parent.url.appending(path: StaleLeftovers.newName())
    )
    for folder in [stale, own] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      try Data().write(to: folder.appending(path: "server.ini"))
    }
    let settings = stale.appending(path: "server.ini").path
    let server = try RunningBinary("/usr/bin/tail", ["-f", settings])
    // A program just started has no words yet: for a moment /proc shows an empty line.
    try await Wait.until("the server has its words") {
      let words = FileManager.default.contents(atPath: "/proc/\(server.processID)/cmdline") ?? Data()
      return words == Data("/usr/bin/tail\0-f\0\(settings)\0".utf8)
    }
    StaleLeftovers.remove(in: parent.url)
    #expect(await server.outcome(timeout: .seconds(60)).status == 128 + SIGKILL)
    #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == [own.lastPathComponent])
  }

  @Test("of several processes the last to leave clears up, not the first")
  func lastToLeave() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.url.appending(path: "users")
    let use = try SharedUse(file)
    let other = try RunningBinary(
      "/usr/bin/flock",
      ["--shared", "--no-fork", file.path, "/bin/sh", "-c", "echo > \(folder.path)/in; exec sleep 300"])
    try await Wait.until("the other uses it") { FileManager.default.fileExists(atPath: folder.path + "/in") }
    #expect(!use.isLastToLeave())
    let again = try SharedUse(file)
    other.signal(SIGKILL)
    _ = await other.outcome()
    #expect(again.isLastToLeave())
  }
}
