import Foundation
import Ingest
import PlatformCore

/// The measurements of `okapi-bench ingest`, one after the other, each pair in turns.
struct IngestBenchmark {
  private let options: IngestBenchmarkCommand
  private let folder: URL
  private let database: BenchmarkDatabase
  /// Beside ourselves: both are built into one folder.
  private let okapi: URL
  private let bench: URL

  init(_ options: IngestBenchmarkCommand, folder: URL, database: BenchmarkDatabase) throws {
    self.options = options
    self.folder = folder
    self.database = database
    bench = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    okapi = bench.deletingLastPathComponent().appendingPathComponent("okapi")
    guard FileManager.default.isExecutableFile(atPath: okapi.path) else {
      throw PlatformError(.configuration, "the program to measure is not built", nextStep: "make build")
    }
  }

  private var export: URL { folder.appendingPathComponent("export") }
  private var orphans: URL { folder.appendingPathComponent("orphans") }

  private func wants(_ part: String) -> Bool { options.only.isEmpty || options.only.contains(part) }

  func run() async throws -> BenchmarkReport {
    say("writing an export of \(options.objects) charges, invoices and customers")
    var report = BenchmarkReport(objects: options.objects, runs: options.runs)
    report.export = try generate(options.objects, into: export)
    try linkOrphans()
    // Once before anything is measured: the rows to copy come out of the store, and programs and files are warm.
    try await database.reset()
    _ = try ingest(export)
    _ = try step("lines", export: export)
    try await load(&report)
    if wants("again") { try await again(&report) }
    if wants("upsert") { try await upserts(&report) }
    if wants("verify") { try await verify(&report) }
    if wants("orphans") {
      try await database.reset()
      _ = try ingest(orphans)
      _ = try step("lines", export: orphans)
      try await compare("load without the parents' files, against COPY", .rate(nil), &report, fresh: true) {
        _ in
        try ingest(orphans)
      } with: {
        try step("copy", export: orphans)
      }
    }
    if options.large > 0 { try await loadLarge(&report) }
    return report
  }

  private func load(_ report: inout BenchmarkReport) async throws {
    if wants("load") {
      var peak = 0
      var tables: [BenchmarkReport.Table] = []
      try await compare("load, against COPY", .rate(0.35), &report, fresh: true) { _ in
        let outcome = try ingest(export)
        peak = max(peak, outcome.peakBytes)
        tables = try IngestReport(outcome.output).tables
        return outcome
      } with: {
        try step("copy", export: export)
      }
      if let load = report.comparisons.first {
        var binary = Comparison(name: "load, against binary COPY", bound: .rate(nil))
        binary.okapi = load.okapi
        for _ in 0..<options.runs { binary.other.append(try seconds(step("copy-binary", export: export))) }
        report.comparisons.append(binary)
      }
      report.peaks.append(.init(objects: options.objects, bytes: peak))
      report.tables = tables
    } else {
      try await database.reset()
      _ = try ingest(export)
    }
    let loaded = try IngestReport(ingest(export).output)
    guard loaded.changedRows == 0, loaded.placeholders == 0 else {
      throw PlatformError(.bug, "the export did not load whole", cause: "\(loaded)")
    }
    report.rows = loaded.rows
  }

  private func again(_ report: inout BenchmarkReport) async throws {
    try await database.checkpoint()
    let before = try await database.walBytes()
    _ = try ingest(export)
    report.walBytesOfUnchangedRun = try await database.walBytes() - before
    try await compare("load again, nothing changed, against parsing and hashing", .times(1.5), &report) { _ in
      try ingest(export)
    } with: {
      try step("hash", export: export)
    }
  }

  /// Seconds a row on both sides: the sample is small.
  private func upserts(_ report: inout BenchmarkReport) async throws {
    guard let load = report.comparisons.first, load.okapi.count == options.runs, report.rows > 0 else { return }
    for (name, title) in [
      ("upsert", "load, against upserts row by row, each committed"),
      ("upsert-together", "load, against upserts row by row in one transaction"),
    ] {
      var comparison = Comparison(name: title, bound: .rate(nil))
      for run in 0..<options.runs {
        let outcome = try step(name, export: export)
        comparison.okapi.append(load.okapi[run] / Double(report.rows))
        comparison.other.append(try seconds(outcome))
      }
      report.comparisons.append(comparison)
    }
  }

  private func verify(_ report: inout BenchmarkReport) async throws {
    try await compare("verify, against one scan of both sides", .times(nil), &report) { _ in
      try okapi(["verify", "--source", "json", "--json-dir", export.path, "--json"])
    } with: {
      try step("scan", export: export)
    }
  }

  private func loadLarge(_ report: inout BenchmarkReport) async throws {
    let large = folder.appendingPathComponent("large")
    say("writing an export of \(options.large) charges, invoices and customers")
    _ = try generate(options.large, into: large)
    try await database.reset()
    say("loading it")
    let outcome = try ingest(large)
    report.peaks.append(.init(objects: options.large, bytes: outcome.peakBytes))
    report.largeSeconds = outcome.seconds
  }

  /// Runs both in turns; `fresh` empties the store before each load.
  private func compare(
    _ name: String, _ bound: Comparison.Bound, _ report: inout BenchmarkReport, fresh: Bool = false,
    _ ours: (Int) throws -> MeasuredProcess, with other: () throws -> MeasuredProcess
  ) async throws {
    var comparison = Comparison(name: name, bound: bound)
    for run in 0..<options.runs {
      say("\(name): \(run + 1) of \(options.runs)")
      if fresh { try await database.reset() }
      let before = try await database.serverCPUSeconds()
      let outcome = try ours(run)
      let after = try await database.serverCPUSeconds()
      comparison.okapi.append(outcome.seconds)
      comparison.okapiCPU.append(outcome.cpuSeconds)
      if let before, let after { comparison.okapiServerCPU.append(after - before) }
      if fresh { try await database.checkpoint() }
      comparison.other.append(try seconds(other()))
      if let after, let end = try await database.serverCPUSeconds() { comparison.otherServerCPU.append(end - after) }
    }
    report.comparisons.append(comparison)
    say(comparison.text())
  }

  private func seconds(_ outcome: MeasuredProcess) throws -> Double {
    let text = String(decoding: outcome.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let seconds = Double(text) else { throw PlatformError(.bug, "a step did not say its seconds", cause: text) }
    return seconds
  }

  private func ingest(_ export: URL) throws -> MeasuredProcess {
    let connections = options.connections.map { ["--connections", "\($0)"] } ?? []
    return try okapi(["ingest", "--source", "json", "--json-dir", export.path, "--json"] + connections)
  }

  private func okapi(_ arguments: [String]) throws -> MeasuredProcess {
    try MeasuredProcess.run(
      okapi, arguments,
      environment: ["OKAPI_HOME": database.home.path, "ENV": "DEV", "DATABASE_URL": "", "LOG_LEVEL": "error"],
      folder: folder)
  }

  private func step(_ name: String, export: URL) throws -> MeasuredProcess {
    try MeasuredProcess.run(
      bench,
      ["step", name, "--export", export.path, "--lines", export.path + "-lines", "--url", database.url],
      folder: folder)
  }

  private func generate(_ objects: Int, into folder: URL) throws -> String {
    let outcome = try MeasuredProcess.run(
      bench, ["generate", "--objects", "\(objects)", "--out", folder.path], folder: self.folder)
    return String(decoding: outcome.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func linkOrphans() throws {
    try FileManager.default.createDirectory(at: orphans, withIntermediateDirectories: true)
    for name in ExportGenerator.counted + ["products", "prices"] {
      try FileManager.default.createSymbolicLink(
        at: orphans.appendingPathComponent(name + ".json"),
        withDestinationURL: export.appendingPathComponent(name + ".json"))
    }
  }

  private func say(_ text: String) { Log.standardError(text) }
}
