import Foundation
import PlatformCore

/// The measurements of `okapi-bench sandbox`, one after the other, each pair in turns.
struct SandboxBenchmark {
  private let options: SandboxBenchmarkCommand
  private let folder: URL
  private let okapi: URL
  private let bench: URL

  private static let sandboxPort: UInt16 = 21_811
  private static let plainPort: UInt16 = 21_812

  init(_ options: SandboxBenchmarkCommand, folder: URL) throws {
    self.options = options
    self.folder = folder
    bench = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    okapi = bench.deletingLastPathComponent().appendingPathComponent("okapi")
    guard FileManager.default.isExecutableFile(atPath: okapi.path) else {
      throw PlatformError(.configuration, "the program to measure is not built", nextStep: "make build")
    }
  }

  private var data: URL { folder.appendingPathComponent("large") }

  func run() throws -> SandboxReport {
    var report = SandboxReport(charges: options.charges, customers: options.customers, runs: options.runs)
    let ids = try prepare(&report)
    let server = try serve(["--data", data.path], probe: LoadConnection.request("GET", "/v1/charges?limit=10"))
    defer { server.stop() }
    report.figures.append(
      .init(name: "from the start to the first page of charges", value: server.secondsToFirstAnswer, unit: "s"))
    try lists(ids.customers, &report)
    try deepPages(ids.charges, &report)
    report.figures += [
      .init(name: "memory of the server after the lists", value: Double(server.ownBytes >> 20), unit: "MB"),
      .init(name: "the same with mapped pages of the file", value: Double(server.residentBytes >> 20), unit: "MB"),
    ]
    server.stop()
    try creates(&report)
    try seeding(&report)
    return report
  }

  // MARK: the large store

  private func prepare(_ report: inout SandboxReport) throws -> (customers: [String], charges: [String]) {
    say("making a store of \(options.charges) charges")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    let server = try serve(["--data", data.path])
    let connection = try LoadConnection(port: server.port)
    let customer = try connection.exchange(
      LoadConnection.request(
        "POST", "/v1/customers",
        body: "name=Ada+Example&email=ada%40example.com&address[line1]=1+Main+Street&address[city]=Utrecht"
          + "&address[country]=NL&metadata[plan]=team&payment_method=pm_card_visa"), keepsBody: true)
    let id = try Self.id(customer.body)
    try connection.exchange(
      LoadConnection.request(
        "POST", "/v1/payment_intents",
        body:
          "amount=2500&currency=usd&confirm=true&payment_method=pm_card_visa&customer=\(id)&capture_method=automatic"
          + "&description=Team+plan"))
    server.stop()
    let file = data.appendingPathComponent("sandbox.db").path
    let clock = ContinuousClock()
    let started = clock.now
    let ids = try LargeStore(file: file, customers: options.customers, charges: options.charges).fill()
    let count = Double(options.charges + options.customers)
    report.figures.append(
      .init(
        name: "objects written to the store by one thread", value: count / ((clock.now - started) / .seconds(1)),
        unit: "/s"))
    let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
    report.figures.append(.init(name: "disk an object", value: Double(size) / count, unit: "bytes"))
    return ids
  }

  private func serve(_ arguments: [String], probe: [UInt8] = LoadConnection.request("GET", "/health")) throws
    -> ServerProcess
  {
    try ServerProcess(
      okapi, ["sandbox", "serve", "--log-level", "error", "--port", String(Self.sandboxPort)] + arguments,
      port: Self.sandboxPort,
      probe: probe, log: folder.appendingPathComponent("sandbox.log"))
  }

  // MARK: lists

  private func lists(_ customers: [String], _ report: inout SandboxReport) throws {
    for version in [nil, "2024-06-20"] {
      let request = { (random: inout SystemRandomNumberGenerator) in
        let cursor = customers[Int.random(in: 200..<customers.count, using: &random)]
        return LoadConnection.request("GET", "/v1/customers?limit=100&starting_after=\(cursor)", version: version)
      }
      var random = SystemRandomNumberGenerator()
      let length = try LoadConnection(port: Self.sandboxPort).exchange(request(&random)).length
      let plain = try ServerProcess(
        bench, ["serve-bytes", "--bytes", String(length), "--port", String(Self.plainPort)], port: Self.plainPort,
        probe: LoadConnection.request("GET", "/"), log: folder.appendingPathComponent("plain.log"))
      defer { plain.stop() }
      let name = "list of 100 customers (\(length) bytes) at \(version ?? "the current version"), against libmicrohttpd"
      var pair = Comparison(name: name, bound: .rate(0.5))
      for run in 1...options.runs {
        say("\(name): \(run) of \(options.runs)")
        pair.okapi.append(1 / (try rate(port: Self.sandboxPort, request)))
        pair.other.append(1 / (try rate(port: Self.plainPort) { _ in LoadConnection.request("GET", "/") }))
      }
      report.comparisons.append(pair)
    }
  }

  /// Answers a second, two connections at once.
  private func rate(
    port: UInt16, _ request: @escaping (inout SystemRandomNumberGenerator) -> [UInt8]
  ) throws -> Double {
    let seconds = Double(options.seconds)
    nonisolated(unsafe) let make = request  // called from both threads, changes nothing
    nonisolated(unsafe) var counts = [0, 0]
    nonisolated(unsafe) var failures: [(any Error)?] = [nil, nil]
    let lock = NSLock()
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      do {
        let connection = try LoadConnection(port: port)
        var random = SystemRandomNumberGenerator()
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var count = 0
        while clock.now < end {
          try connection.exchange(make(&random))
          count += 1
        }
        lock.withLock { counts[index] = count }
      } catch {
        lock.withLock { failures[index] = error }
      }
    }
    if let failure = failures.compactMap({ $0 }).first { throw failure }
    return Double(counts.reduce(0, +)) / seconds
  }

  /// A page at any depth against pages near the top, none of them cached, and against the first page, which always is.
  private func deepPages(_ charges: [String], _ report: inout SandboxReport) throws {
    let deep = pages(after: charges[200...])
    let others = [
      ("pages among the newest 20,000", pages(after: charges.dropFirst(200).suffix(20_000))),
      (
        "the first page",
        { (_: inout SystemRandomNumberGenerator) in
          LoadConnection.request("GET", "/v1/charges?limit=100")
        }
      ),
    ]
    for (name, other) in others {
      var pair = Comparison(name: "a page of 100 charges at a random depth, against \(name)", bound: .rate(nil))
      for run in 1...options.runs {
        say("deep pages against \(name): \(run) of \(options.runs)")
        pair.okapi.append(1 / (try rate(port: Self.sandboxPort, deep)))
        pair.other.append(1 / (try rate(port: Self.sandboxPort, other)))
      }
      report.comparisons.append(pair)
    }
  }

  private func pages(after cursors: ArraySlice<String>) -> (inout SystemRandomNumberGenerator) -> [UInt8] {
    { random in
      let cursor = cursors.randomElement(using: &random) ?? ""
      return LoadConnection.request("GET", "/v1/charges?limit=100&starting_after=\(cursor)")
    }
  }

  // MARK: creates

  private func creates(_ report: inout SandboxReport) throws {
    for durable in [true, false] {
      let place = folder.appendingPathComponent("creates").path
      let server = try serve(durable ? ["--data", place] : ["--ephemeral"])
      defer { server.stop() }
      var pair = Comparison(
        name: "creates of a customer, \(durable ? "durable" : "ephemeral"), against SQLite alone", bound: .rate(nil))
      let count = durable ? 500 : 5_000
      let connection = try LoadConnection(port: server.port)
      let body = "name=Ada&email=ada%40example.com&metadata[plan]=team"
      let length = try connection.exchange(LoadConnection.request("POST", "/v1/customers", body: body)).length
      let before = server.ownBytes
      for run in 1...options.runs {
        say("\(pair.name): \(run) of \(options.runs)")
        let clock = ContinuousClock()
        let started = clock.now
        for _ in 0..<count { try connection.exchange(LoadConnection.request("POST", "/v1/customers", body: body)) }
        pair.okapi.append((clock.now - started) / .seconds(1))
        let file = durable ? folder.appendingPathComponent("plain-\(run).sqlite").path : nil
        pair.other.append(
          try PlainInserts.seconds(count, file: file, objectBytes: length, eventBytes: length + 400))
      }
      report.comparisons.append(pair)
      report.figures.append(
        .init(
          name: "creates, one connection, \(durable ? "durable" : "ephemeral")",
          value: Double(count) / median(pair.okapi), unit: "/s"))
      guard !durable else { continue }
      report.figures.append(
        .init(
          name: "memory of a customer and its event, ephemeral",
          value: Double(server.ownBytes - before) / Double(count * options.runs), unit: "bytes"))
    }
  }

  // MARK: seeding

  private func seeding(_ report: inout SandboxReport) throws {
    say("seeding a world of 500 customers and 12 months")
    let run = try MeasuredProcess.run(
      okapi,
      [
        "sandbox", "seed", "--customers", "500", "--months", "12", "--seed", "42", "--until", "2026-11-01", "--data",
        folder.appendingPathComponent("seeded").path,
      ], folder: folder)
    report.figures.append(.init(name: "seeding 500 customers and 12 months", value: run.seconds, unit: "s"))
    report.figures.append(.init(name: "memory of seeding", value: Double(run.peakBytes >> 20), unit: "MB"))
  }

  private static func id(_ body: [UInt8]) throws -> String {
    let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
    guard let id = object?["id"] as? String else { throw PlatformError(.protocolViolation, "an answer without an id") }
    return id
  }

  private func say(_ text: String) { Log.standardError(text) }
}
