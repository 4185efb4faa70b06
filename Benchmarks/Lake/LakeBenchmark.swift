import Foundation
import PlatformCore

/// The measurements of `okapi-bench lake`, one after the other, each pair in turns.
struct LakeBenchmark {
  private let options: LakeBenchmarkCommand
  private let folder: URL
  private let okapi: URL
  private let bench: URL

  private static let port: UInt16 = 21_823

  init(_ options: LakeBenchmarkCommand, folder: URL) throws {
    self.options = options
    self.folder = folder
    bench = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    okapi = bench.deletingLastPathComponent().appendingPathComponent("okapi")
    guard FileManager.default.isExecutableFile(atPath: okapi.path) else {
      throw PlatformError(.configuration, "the program to measure is not built", nextStep: "make build")
    }
  }

  private func wants(_ part: String) -> Bool { options.only.isEmpty || options.only.contains(part) }

  func run() throws -> LakeBenchmarkReport {
    var report = LakeBenchmarkReport(charges: options.charges, runs: options.runs)
    if wants("silver") || wants("changes") {
      say("writing \(options.charges) charges into bronze")
      report.figures.append(
        .init(name: "bronze: \(try generate("year"))", value: 1e-6 * bytes(below: "bronze"), unit: "MB"))
      let whole = wants("silver") ? try silver(&report) : try transform().seconds
      if wants("changes") { try changes(whole, &report) }
      try FileManager.default.removeItem(at: lake)
    }
    if wants("extract") { try extract(&report) }
    return report
  }

  // MARK: silver

  private func silver(_ report: inout LakeBenchmarkReport) throws -> Double {
    var pair = Comparison(name: "bronze to silver, against SQL written by hand", bound: .times(1.3))
    let out = folder.appendingPathComponent("hand-written")
    var peak = 0
    for run in 1...options.runs {
      say("bronze to silver: \(run) of \(options.runs)")
      try clear()
      let ours = try transform()
      pair.okapi.append(ours.seconds)
      pair.okapiCPU.append(ours.cpuSeconds)
      peak = max(peak, ours.peakBytes)
      let other = try MeasuredProcess.run(
        bench, ["hand-written", "--lake", lake.path, "--out", out.path], folder: folder)
      let text = String(decoding: other.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      guard let seconds = Double(text) else { throw PlatformError(.bug, "no seconds were told", cause: text) }
      pair.other.append(seconds)
      report.otherPeakBytes = max(report.otherPeakBytes, other.peakBytes)
    }
    report.comparisons.append(pair)
    say(pair.text())
    report.peakBytes = peak
    let accepted = try okapi("quality")
    report.figures.append(.init(name: "the checks of all that, and acceptance", value: accepted.seconds, unit: "s"))
    let files = parquet(below: lake.appendingPathComponent("silver"))
    let others = parquet(below: out)
    report.files = .init(
      ours: files.count, other: others.count, partitions: Set(files.map { $0.deletingLastPathComponent() }).count,
      bytes: bytes(of: files), otherBytes: bytes(of: others), rawBytes: Int(bytes(below: "bronze")))
    try FileManager.default.removeItem(at: out)
    return median(pair.okapi)
  }

  /// - Parameter whole: the seconds of the full build.
  private func changes(_ whole: Double, _ report: inout LakeBenchmarkReport) throws {
    if !wants("silver") { _ = try okapi("quality") }
    for (kind, what, bound) in [
      ("day", "1 % new charges of one day", Comparison.Bound.times(0.05)),
      ("updates", "1 % of the charges changed, all over the year", .times(nil)),
    ] {
      say(what)
      _ = try generate(kind)
      let outcome = try transform()
      let staged = bytes(of: parquet(below: lake.appendingPathComponent("_staging")))
      var pair = Comparison(name: "\(what), against the full build", bound: bound)
      (pair.okapi, pair.other) = ([outcome.seconds], [whole])
      report.comparisons.append(pair)
      report.figures.append(.init(name: "  written anew", value: 1e-6 * Double(staged), unit: "MB"))
      report.peakBytes = max(report.peakBytes, outcome.peakBytes)
      report.figures.append(.init(name: "  checked and accepted", value: try okapi("quality").seconds, unit: "s"))
    }
  }

  // MARK: extraction

  private func extract(_ report: inout LakeBenchmarkReport) throws {
    var perObject: [Double] = []
    for objects in [options.objects / 10, options.objects] {
      let export = folder.appendingPathComponent("export")
      say("writing an account of \(objects) objects")
      // The generator counts charges, invoices and customers; what these refer to comes on top.
      _ = try MeasuredProcess.run(
        bench, ["generate", "--objects", "\(objects * 100 / 270)", "--out", export.path], folder: folder)
      let server = try ServerProcess(
        bench, ["serve-pages", "--export", export.path, "--port", String(Self.port)], port: Self.port,
        probe: LoadConnection.request("GET", "/"), log: folder.appendingPathComponent("pages.log"))
      defer { server.stop() }
      let reader = try PageReader(port: Self.port)
      var pair = Comparison(name: "extraction of \(objects) objects, against the source alone", bound: .times(nil))
      for run in 1...options.runs {
        say("extraction of \(objects) objects: \(run) of \(options.runs)")
        pair.other.append(try reader.seconds())
        try? FileManager.default.removeItem(at: lake)
        let outcome = try okapi(
          "extract", ["--rate", "1000000", "--rate-per-endpoint", "1000000"],
          ["STRIPE_API_BASE": "http://127.0.0.1:\(Self.port)", "STRIPE_API_KEY": "sk_test_bench"])
        pair.okapi.append(outcome.seconds)
        pair.okapiCPU.append(outcome.cpuSeconds)
        report.extractPeakBytes = max(report.extractPeakBytes, outcome.peakBytes)
      }
      report.comparisons.append(pair)
      perObject.append(median(pair.okapi) / Double(objects))
      try FileManager.default.removeItem(at: export)
    }
    report.figures.append(
      .init(
        name: "extraction: time an object at ten times the objects", value: perObject[1] / perObject[0], unit: "times")
    )
  }

  // MARK: programs and files

  private var lake: URL { folder.appendingPathComponent("lake") }

  private func generate(_ kind: String) throws -> String {
    let outcome = try MeasuredProcess.run(
      bench, ["generate-bronze", kind, "--charges", "\(options.charges)", "--lake", lake.path], folder: folder)
    return String(decoding: outcome.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func transform() throws -> MeasuredProcess { try okapi("transform", ["--offline"]) }

  private func okapi(
    _ command: String, _ arguments: [String] = [], _ environment: [String: String] = [:]
  ) throws -> MeasuredProcess {
    let settings = [
      "OKAPI_HOME": folder.appendingPathComponent("home").path, "ENV": "DEV", "LOG_LEVEL": "error",
      "LAKE_URL": lake.path,
    ]
    return try MeasuredProcess.run(
      okapi, ["lake", command, "--json"] + arguments, environment: settings.merging(environment) { $1 }, folder: folder)
  }

  /// Leaves bronze alone.
  private func clear() throws {
    for name in ["silver", "gold", "_staging", "_state"] {
      try? FileManager.default.removeItem(at: lake.appendingPathComponent(name))
    }
  }

  private func parquet(below folder: URL) -> [URL] { files(below: folder).filter { $0.pathExtension == "parquet" } }

  private func files(below folder: URL) -> [URL] {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey, .isRegularFileKey])
    return (all?.compactMap { $0 as? URL } ?? []).filter {
      (try? $0.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
    }
  }

  private func bytes(of files: [URL]) -> Int {
    files.reduce(0) { $0 + ((try? $1.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0) }
  }

  private func bytes(below name: String) -> Double {
    Double(bytes(of: files(below: lake.appendingPathComponent(name))))
  }

  private func say(_ text: String) { Log.standardError(text) }
}
