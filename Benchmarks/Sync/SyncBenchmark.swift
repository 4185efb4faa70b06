import Foundation
import PlatformCore

/// The measurements of `okapi-bench sync`, one after the other, each pair in turns.
struct SyncBenchmark {
  private let options: SyncBenchmarkCommand
  private let folder: URL
  private let database: BenchmarkDatabase
  private let okapi: URL
  private let bench: URL

  private static let pagesPort: UInt16 = 21_821
  private static let sandboxPort: UInt16 = 21_822
  /// The version that objects are read in, and an older one that an account may have.
  private static let (ownVersion, foreignVersion) = ("2026-10-28.endive", "2024-06-20")

  init(_ options: SyncBenchmarkCommand, folder: URL, database: BenchmarkDatabase) throws {
    self.options = options
    self.folder = folder
    self.database = database
    bench = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    okapi = bench.deletingLastPathComponent().appendingPathComponent("okapi")
    guard FileManager.default.isExecutableFile(atPath: okapi.path) else {
      throw PlatformError(.configuration, "the program to measure is not built", nextStep: "make build")
    }
  }

  private func wants(_ part: String) -> Bool { options.only.isEmpty || options.only.contains(part) }

  func run() async throws -> SyncBenchmarkReport {
    var report = SyncBenchmarkReport(objects: options.objects, runs: options.runs)
    if wants("pages") || wants("changes") {
      try await served(options.objects) { export in
        if wants("pages") { try await backfill("pre-rendered pages", port: Self.pagesPort, export, &report) }
        if wants("changes") { try await changes(export, isSynced: wants("pages"), &report) }
      }
    }
    if wants("sandbox") { try await sandbox(&report) }
    if wants("budget") { try await budget(&report) }
    if wants("large"), options.large > 0 {
      try await served(options.large) { try await changes($0, isSynced: false, &report) }
    }
    return report
  }

  // MARK: servers

  /// Makes an account of so many objects and serves it while `body` runs.
  private func served(_ objects: Int, _ body: (URL) async throws -> Void) async throws {
    let export = folder.appendingPathComponent("export-\(objects)")
    say("writing an account of \(objects) objects")
    // The generator counts charges, invoices and customers; what these refer to comes on top.
    _ = try MeasuredProcess.run(
      bench, ["generate", "--objects", "\(objects * 100 / 270)", "--out", export.path], folder: folder)
    let server = try ServerProcess(
      bench, ["serve-pages", "--export", export.path, "--port", String(Self.pagesPort)], port: Self.pagesPort,
      probe: LoadConnection.request("GET", "/"), log: folder.appendingPathComponent("pages.log"))
    defer { server.stop() }
    try await body(export)
    try FileManager.default.removeItem(at: export)
  }

  private func control(_ words: String) throws -> [UInt8] {
    try LoadConnection(port: Self.pagesPort).exchange(
      LoadConnection.request("GET", "/_bench/" + words), keepsBody: true
    ).body
  }

  private func sandbox(_ report: inout SyncBenchmarkReport) async throws {
    say("seeding a world of \(options.customers) customers")
    let data = folder.appendingPathComponent("world")
    _ = try MeasuredProcess.run(
      okapi, ["sandbox", "seed", "--customers", "\(options.customers)", "--months", "12", "--data", data.path],
      folder: folder)
    let server = try ServerProcess(
      okapi, ["sandbox", "serve", "--log-level", "error", "--port", "\(Self.sandboxPort)", "--data", data.path],
      port: Self.sandboxPort, probe: LoadConnection.request("GET", "/health"),
      log: folder.appendingPathComponent("sandbox.log"))
    defer { server.stop() }
    // The same objects as files, out of a first copy.
    let export = folder.appendingPathComponent("world-export")
    let first = try await sync(port: Self.sandboxPort, isFirst: true)
    _ = try MeasuredProcess.run(
      bench, ["rewrite-lake", "--lake", lake.path, "--run", first.figures.runID, "--out", export.path], folder: folder)
    try await backfill("the sandbox", port: Self.sandboxPort, export, &report)
  }

  // MARK: a first sync

  private var lake: URL { folder.appendingPathComponent("lake") }

  private struct Outcome {
    let process: MeasuredProcess
    let figures: SyncFigures
    let serverCPU: Double
  }

  /// A backfill alone: after it a sync loads, and asks for nothing meanwhile.
  private func fetch(port: UInt16, rate: Int) throws {
    try? FileManager.default.removeItem(at: lake)
    _ = try run(
      ["fetch", "--json", "--rate", "\(rate)", "--rate-per-endpoint", "\(rate)"],
      ["STRIPE_API_BASE": "http://127.0.0.1:\(port)", "STRIPE_API_KEY": "sk_test_bench", "LAKE_URL": lake.path])
  }

  /// Syncs; a first one finds neither tables nor lake.
  private func sync(port: UInt16, isFirst: Bool = false) async throws -> Outcome {
    if isFirst {
      try? FileManager.default.removeItem(at: lake)
      try await database.reset()
    }
    let before = try await database.serverCPUSeconds()
    let process = try run(
      ["sync", "--json", "--rate", "1000000", "--rate-per-endpoint", "1000000"],
      ["STRIPE_API_BASE": "http://127.0.0.1:\(port)", "STRIPE_API_KEY": "sk_test_bench", "LAKE_URL": lake.path])
    let after = try await database.serverCPUSeconds()
    return Outcome(
      process: process, figures: try SyncFigures(process.output), serverCPU: (after ?? 0) - (before ?? 0))
  }

  private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> MeasuredProcess {
    let settings = ["OKAPI_HOME": database.home.path, "ENV": "DEV", "DATABASE_URL": "", "LOG_LEVEL": "error"]
    return try MeasuredProcess.run(
      okapi, arguments, environment: settings.merging(environment) { $1 }, folder: folder)
  }

  private func backfill(
    _ source: String, port: UInt16, _ export: URL, _ report: inout SyncBenchmarkReport
  ) async throws {
    let reader = try PageReader(port: port)
    var pair = Comparison(
      name: "first sync from \(source), against the slower of source and load", bound: .rate(0.8))
    var (served, loaded): ([Double], [Double]) = ([], [])
    var peak = 0
    var objects = 0
    for run in 1...options.runs {
      say("first sync from \(source): \(run) of \(options.runs)")
      try await database.reset()
      let before = try await database.serverCPUSeconds()
      loaded.append(try self.run(["ingest", "--source", "json", "--json-dir", export.path, "--json"]).seconds)
      pair.otherServerCPU.append((try await database.serverCPUSeconds() ?? 0) - (before ?? 0))
      served.append(try reader.seconds())
      let ours = try await sync(port: port, isFirst: true)
      guard ours.figures.placeholders == 0 || source == "the sandbox" else {
        throw PlatformError(.bug, "the account did not load whole", cause: "\(ours.figures)")
      }
      pair.okapi.append(ours.process.seconds)
      pair.okapiCPU.append(ours.process.cpuSeconds)
      pair.okapiServerCPU.append(ours.serverCPU)
      pair.other.append(max(served[run - 1], loaded[run - 1]))
      peak = max(peak, ours.process.peakBytes)
      objects = ours.figures.objects
    }
    report.comparisons.append(pair)
    say(pair.text())
    let count = Double(objects)
    report.figures += [
      .init(name: "objects of \(source)", value: count, unit: "in \(reader.requests.count) requests"),
      .init(name: "  what it can serve", value: count / median(served), unit: "objects/s"),
      .init(name: "  what a load of the same as JSON does", value: count / median(loaded), unit: "objects/s"),
      .init(name: "  what a first sync does", value: count / median(pair.okapi), unit: "objects/s"),
      .init(name: "  its peak memory", value: Double(peak >> 20), unit: "MB"),
    ]
  }

  // MARK: a budget

  private func budget(_ report: inout SyncBenchmarkReport) async throws {
    try await served(options.budgeted) { _ in
      for delay in [0, 100, 300] {
        var seconds: [Int] = []
        _ = try control("delay/\(delay)")
        for run in 1...options.runs {
          say("a backfill under 100 requests a second, answers after \(delay) ms: \(run) of \(options.runs)")
          _ = try control("starts")
          try fetch(port: Self.pagesPort, rate: 100)
          let starts = try JSONDecoder().decode([Double].self, from: Data(control("starts")))
          seconds += RequestStarts.perFullSecond(starts)
        }
        report.budgets.append(.init(delayMilliseconds: delay, startsPerSecond: seconds))
      }
    }
  }

  // MARK: changes

  /// What a sync costs after changes: told in our version, and in another.
  private func changes(_ export: URL, isSynced: Bool, _ report: inout SyncBenchmarkReport) async throws {
    if !isSynced {
      say("the first sync of it")
      let first = try await sync(port: Self.pagesPort, isFirst: true)
      report.figures += [
        .init(
          name: "first sync of \(first.figures.objects) objects", value: first.process.seconds,
          unit: "s, \(first.process.peakBytes >> 20) MB")
      ]
    }
    let objects = try await database.rows()
    for (count, version) in [
      (0, Self.ownVersion), (10, Self.ownVersion), (10, Self.foreignVersion), (options.changed, Self.ownVersion),
      (options.changed, Self.foreignVersion),
    ] {
      var cost = SyncBenchmarkReport.Cost(objects: objects, changes: count, isForeign: version != Self.ownVersion)
      for run in 1...options.runs {
        say("\(count) changes in \(objects) rows, told in \(version): \(run) of \(options.runs)")
        // Changes and reads bear seconds: each of these is to lie in seconds of its own.
        try await Task.sleep(for: .seconds(3))
        if count > 0 { _ = try control("change/\(count)/\(version)") }
        try await Task.sleep(for: .seconds(2))
        let outcome = try await sync(port: Self.pagesPort)
        guard outcome.figures.updated == count else {
          throw PlatformError(.bug, "not every change arrived", cause: "\(outcome.figures)")
        }
        cost.seconds.append(outcome.process.seconds)
        cost.cpu.append(outcome.process.cpuSeconds)
        cost.serverCPU.append(outcome.serverCPU)
        cost.requests = outcome.figures.calls
        cost.peakBytes = max(cost.peakBytes, outcome.process.peakBytes)
      }
      report.costs.append(cost)
      say(cost.text)
    }
  }

  private func say(_ text: String) { Log.standardError(text) }
}
