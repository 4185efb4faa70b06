import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import Workspace

/// A private cluster as okapi ships it, in a folder of its own, with the store migrated.
struct BenchmarkDatabase {
  let home: URL
  let cluster: PrivateCluster
  let url: String
  let names = StoreNames(schema: "stripe")

  init(home: URL, settings: [String: String] = [:]) async throws {
    self.home = home
    cluster = PrivateCluster(home: home, extraSettings: settings)
    try await cluster.ensureRunning()
    url = try await cluster.url(database: "okapi")
    _ = try await Databases.create(url)
    try await connected { connection in
      _ = try await MigrationRunner(connection, schema: names.schema, live: names.live)
        .migrate(RunContext(runID: "bench", command: "bench", log: .silent))
      try await connection.execute("create schema if not exists bench")
    }
  }

  /// Lends a server in a temporary folder; both are gone afterwards.
  ///
  /// - Parameter parent: where the folder is made; nil for the system's place.
  static func lend<Answer>(
    in parent: String?, settings: [String: String] = [:], _ body: (URL, BenchmarkDatabase) async throws -> Answer
  ) async throws -> Answer {
    let parent = parent.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
    let folder = parent.appendingPathComponent("okapi-bench-\(UInt32.random(in: .min ... .max))")
    // The cluster's own user must get in, where root starts it.
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    let home = folder.appendingPathComponent("home")
    func clear() async throws {
      try await PrivateCluster(home: home).delete()
      try FileManager.default.removeItem(at: folder)
    }
    Interruption.watch()
    do {
      let answer = try await body(folder, BenchmarkDatabase(home: home, settings: settings))
      try await clear()
      return answer
    } catch {
      // The benchmark's own error is the one to show.
      try? await clear()
      throw error
    }
  }

  func connected<Answer: Sendable>(
    _ body: (PostgresConnection) async throws -> Answer
  ) async throws -> Answer {
    let connection = try await PostgresConnection.connect(url)
    do {
      let answer = try await body(connection)
      await connection.close()
      return answer
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Empties the store and what the benchmark made, and begins with a fresh checkpoint, so that runs are alike.
  func reset() async throws {
    let bookkeeping = ["_exports", "_runs", "_source", "_bronze_parts", "_coverage", "_leases"]
    let tables = ResourceName.allCases.map { names.table($0) } + bookkeeping.map { names.table($0) }
    try await connected { connection in
      try await connection.execute("drop schema bench cascade; create schema bench")
      try await connection.execute("truncate \(tables.joined(separator: ", "))")
      try await connection.execute("checkpoint")
    }
  }

  /// Rows of all tables.
  func rows() async throws -> Int {
    let counts = ResourceName.allCases.map { "(select count(*) from \(names.table($0)))" }.joined(separator: " + ")
    return try await connected { Int(try await $0.query("select \(counts)").integer(0, 0) ?? 0) }
  }

  func checkpoint() async throws { try await connected { try await $0.execute("checkpoint") } }

  /// Bytes of write-ahead log since the cluster was made.
  func walBytes() async throws -> Int {
    try await connected { connection in
      Int(try await connection.query("select (pg_current_wal_insert_lsn() - '0/0')::bigint").integer(0, 0) ?? 0)
    }
  }

  /// Processor seconds of the whole server so far; nil where there is no /proc.
  func serverCPUSeconds() async throws -> Double? {
    guard let postmaster = try await cluster.status().processID else { return nil }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    var ticks = 0
    for name in names where Int32(name) != nil {
      guard let text = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
        let end = text.lastIndex(of: ")")
      else { continue }
      // After the name: state, parent, … utime and stime are the 12th and 13th, those of ended children follow.
      let fields = text[end...].split(separator: " ").dropFirst().map { Int($0) ?? 0 }
      guard fields.count > 14 else { continue }
      if Int32(name) == postmaster { ticks += fields[11] + fields[12] + fields[13] + fields[14] }
      if fields[1] == Int(postmaster) { ticks += fields[11] + fields[12] }
    }
    guard ticks > 0 else { return nil }
    return Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
