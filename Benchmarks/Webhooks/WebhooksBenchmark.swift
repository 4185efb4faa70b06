import Digest
import Foundation
import PlatformCore
import Synchronization
import Webhooks

/// The measurements of `okapi-bench webhooks`: loads at their top in turns, then at parts of it, then what stands alone.
final class WebhooksBenchmark: Sendable {
  private let events: Int
  private let connections: Int
  private let runs: Int
  private let folder: URL
  private let okapi: URL
  private let bench: URL
  /// Makes ids that no earlier run has sent.
  private let sent = Atomic<Int>(0)

  private static let port: UInt16 = 21_821
  private static let plainPort: UInt16 = 21_822
  private static let secret = "whsec_of_the_benchmark"
  /// So many that the next batch is large when a sync ends.
  private static let many = 256

  init(_ options: WebhooksBenchmarkCommand, folder: URL) throws {
    (events, connections, runs) = (options.events, options.connections, options.runs)
    self.folder = folder
    bench = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    okapi = bench.deletingLastPathComponent().appendingPathComponent("okapi")
    guard FileManager.default.isExecutableFile(atPath: okapi.path) else {
      throw PlatformError(.configuration, "the program to measure is not built", nextStep: "make build")
    }
  }

  func run() throws -> WebhooksReport {
    var report = WebhooksReport(events: events, connections: connections, runs: runs)
    let secret = folder.appendingPathComponent("secret")
    try Data(Self.secret.utf8).write(to: secret)
    let health = LoadConnection.request("GET", "/health")
    let receiver = try ServerProcess(
      okapi,
      [
        "webhooks", "serve", "--log-level", "error", "--port", String(Self.port), "--home",
        folder.appendingPathComponent("home").path, "--secret-file", secret.path,
      ], port: Self.port, probe: health, log: folder.appendingPathComponent("okapi.log"))
    defer { receiver.stop() }
    let plain = try ServerProcess(
      bench, ["serve-checked", "--port", String(Self.plainPort), "--secret", Self.secret], port: Self.plainPort,
      probe: health, log: folder.appendingPathComponent("plain.log"))
    defer { plain.stop() }
    try compare(&report)
    report.figures.append(.init(name: "memory of the receiver", value: Double(receiver.ownBytes >> 20), unit: "MB"))
    try signature(&report)
    return report
  }

  /// Durable against not storing; and at parts of that load, the delays against those of the disk alone.
  private func compare(_ report: inout WebhooksReport) throws {
    let name = "signed events, durable, against the same server without storing"
    var rates = Comparison(name: name, bound: .rate(nil))
    var filled = Comparison(name: name + ", over \(Self.many) connections: batches fill", bound: .rate(0.5))
    var (tops, shared, own): ([Double], [Double], [Double]) = ([], [], [])
    var paces = [Pace(part: 10), Pace(part: 2)]
    var syncs = Delays()
    for run in 1...runs {
      say("run \(run) of \(runs)")
      let before = try metrics()
      let durable = try load(Self.port, every: nil)
      let after = try metrics()
      shared.append(Double(events) / (after.syncs - before.syncs))
      own.append((after.seconds - before.seconds) / (after.syncs - before.syncs))
      rates.okapi.append(durable.seconds)
      rates.other.append(try load(Self.plainPort, every: nil).seconds)
      filled.okapi.append(try load(Self.port, every: nil, over: Self.many).seconds)
      filled.other.append(try load(Self.plainPort, every: nil, over: Self.many).seconds)
      let top = Double(events) / durable.seconds
      tops.append(top)
      try syncs.add(diskSyncs(300))
      for place in paces.indices { try measure(&paces[place], top) }
    }
    report.comparisons = [filled, rates]
    for pace in paces {
      report.comparisons.append(
        Comparison(
          name: "p99 of an answer at 1/\(pace.part) of the top load, against what the disk alone makes of that",
          bound: .times(4), okapi: pace.answers.p99, other: pace.commits.p99))
    }
    report.comparisons.append(
      Comparison(
        name: "the last against the median of bare syncs without a load", bound: .times(4),
        okapi: paces[1].answers.p99, other: syncs.p50))
    // Whether that can be had of this machine at all: a receiver does what both do.
    for (name, delays) in [("the disk alone", paces[1].commits), ("the server without storing", paces[1].plain)] {
      report.comparisons.append(
        Comparison(
          name: "what \(name) makes of that load, against the same", bound: .times(nil), okapi: delays.p99,
          other: syncs.p50))
    }
    func add(_ name: String, _ value: Double, _ unit: String) {
      report.figures.append(.init(name: name, value: value, unit: unit))
    }
    add("durable events at the top load", median(tops), "/s")
    add("events that shared a sync then", median(shared), "")
    add("the receiver's own write and sync then, mean", median(own) * 1_000, "ms")
    func add(_ name: String, _ delays: Delays) {
      add("p50 of \(name)", median(delays.p50) * 1_000, "ms")
      add("p99 of \(name)", median(delays.p99) * 1_000, "ms")
    }
    for pace in paces {
      add("an answer at 1/\(pace.part) of it", pace.answers)
      add("an answer to that load without storing", pace.plain)
      add("the same events, written and synced beside that", pace.commits)
    }
    add("a bare sync of 4 KB without a load", syncs)
  }

  /// A part of the top load, and what was found at it.
  private struct Pace {
    let part: Int
    var answers = Delays()
    var plain = Delays()
    var commits = Delays()

    init(part: Int) { self.part = part }
  }

  private func measure(_ pace: inout Pace, _ top: Double) throws {
    let pause = Double(pace.part) / top
    // As long for each pace; in turns, so that what the machine does meanwhile meets both.
    let turns = 8
    let count = max(connections, events * 2 / pace.part / turns)
    let every = pause * Double(connections)
    var (answers, plain, commits): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<turns {
      answers += try load(Self.port, every: every, count).delays
      let (answered, committed) = try withCommitsBeside(every: pause, count) {
        try load(Self.plainPort, every: every, count).delays
      }
      plain += answered
      commits += committed
    }
    pace.answers.add(answers)
    pace.plain.add(plain)
    pace.commits.add(commits)
  }

  /// What the receiver has counted of its syncs.
  private func metrics() throws -> (syncs: Double, seconds: Double) {
    let answer = try LoadConnection(port: Self.port).exchange(
      LoadConnection.request("GET", "/metrics"), keepsBody: true)
    func value(_ name: String) -> Double {
      String(decoding: answer.body, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name + " ") }
        .flatMap { $0.split(separator: " ").last.flatMap { Double($0) } } ?? .nan
    }
    return (value("okapi_webhooks_fsync_seconds_count"), value("okapi_webhooks_fsync_seconds_sum"))
  }

  /// Of each run: a disk that stands still for half a second does so in one of them.
  private struct Delays {
    var p50: [Double] = []
    var p99: [Double] = []

    mutating func add(_ seconds: [Double]) {
      let sorted = seconds.sorted()
      p50.append(sorted[sorted.count / 2])
      p99.append(sorted[sorted.count * 99 / 100])
    }
  }

  /// Sends the events of one run, each once; with a pause, each connection sends one every so many seconds.
  private func load(
    _ port: UInt16, every pause: Double?, over connections: Int? = nil, _ events: Int? = nil
  ) throws -> (seconds: Double, delays: [Double]) {
    let (connections, events) = (connections ?? self.connections, events ?? self.events)
    let requests = (0..<connections).map { _ in (0..<(events / connections)).map { _ in request() } }
    return try DeliveryLoad(port: port, requests: requests, pause: pause).run()
  }

  /// A delivery of some 2.5 KB, as most of Stripe's are.
  private func request() -> [UInt8] {
    let body = Self.body(sent.add(1, ordering: .relaxed).newValue)
    let header = StripeSignature.header(
      body: body, secrets: [Self.secret], timestamp: Int64(Date().timeIntervalSince1970))
    let head =
      "POST /webhooks/stripe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json; charset=utf-8\r\n"
      + "Stripe-Signature: \(header)\r\nContent-Length: \(body.count)\r\n\r\n"
    return Array(head.utf8) + body
  }

  private static func body(_ number: Int) -> [UInt8] {
    let members = (0..<60).map { "        \"member_\($0)\": \"value \($0) of event \(number)\"" }
    return Array(
      """
      {
        "id": "evt_bench\(number)",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": 1795249790,
        "data": {
          "object": {
            "id": "cus_\(number)",
            "object": "customer",
      \(members.joined(separator: ",\n"))
          }
        },
        "livemode": false,
        "pending_webhooks": 1,
        "request": {"id": "req_\(number)", "idempotency_key": null},
        "type": "customer.updated"
      }
      """.utf8)
  }

  /// What the disk takes for appending a block and syncing it, nothing of ours between.
  private func diskSyncs(_ count: Int) throws -> [Double] {
    let block = [UInt8](repeating: 1, count: 4_096)
    return try withFile { file in
      try (0..<count).map { _ in
        let begun = ContinuousClock.now
        try Self.append(block, to: file)
        return (ContinuousClock.now - begun) / .seconds(1)
      }
    }
  }

  /// What the disk alone makes of the events of one run that come one after the other: whatever has come while it was
  /// busy is written and synced together.
  private func diskCommits(_ events: Int, every pause: Double) throws -> [Double] {
    let clock = ContinuousClock()
    let event = Self.body(0)
    return try withFile { file in
      let begin = clock.now
      var delays: [Double] = []
      while delays.count < events {
        let come = min(events, Int((clock.now - begin) / .seconds(pause)) + 1)
        guard come > delays.count else {
          let wait = Double(delays.count) * pause - (clock.now - begin) / .seconds(1)
          usleep(UInt32(max(0, wait) * 1_000_000))
          continue
        }
        try Self.append(Array(repeatElement(event, count: come - delays.count).joined()), to: file)
        let end = (clock.now - begin) / .seconds(1)
        delays += (delays.count..<come).map { end - Double($0) * pause }
      }
      return delays
    }
  }

  private func withFile<Value>(_ body: (Int32) throws -> Value) rethrows -> Value {
    let descriptor = open(
      folder.appendingPathComponent("syncs").path, O_WRONLY | O_CREAT | O_APPEND | O_TRUNC, 0o600)
    defer { close(descriptor) }
    return try body(descriptor)
  }

  private static func append(_ bytes: [UInt8], to file: Int32) throws {
    guard write(file, bytes, bytes.count) == bytes.count, fdatasync(file) == 0 else {
      throw PlatformError(.inputOutput, "the disk cannot be measured", cause: String(cString: strerror(errno)))
    }
  }

  private func withCommitsBeside(
    every pause: Double, _ count: Int, _ body: () throws -> [Double]
  ) throws -> ([Double], beside: [Double]) {
    let found = Mutex<Result<[Double], any Error>?>(nil)
    let group = DispatchGroup()
    group.enter()
    Thread {
      let result = Result { try self.diskCommits(count, every: pause) }
      found.withLock { $0 = result }
      group.leave()
    }.start()
    let outcome = Result { try body() }
    group.wait()
    guard let beside = found.withLock({ $0 }) else { preconditionFailure("a measurement that ended left no result") }
    return (try outcome.get(), try beside.get())
  }

  private func signature(_ report: inout WebhooksReport) throws {
    let body = Self.body(0)
    let now: Int64 = 1_795_249_800
    let header = StripeSignature.header(body: body, secrets: [Self.secret], timestamp: now)
    let check = SignatureCheck(secrets: [Self.secret])
    let count = 20_000
    let begun = ContinuousClock.now
    for _ in 0..<count { try check.require(header: header, body: body, now: now) }
    let microseconds = (ContinuousClock.now - begun) / .microseconds(1) / Double(count)
    report.figures.append(
      .init(name: "checking the signature of \(body.count) bytes", value: microseconds, unit: "µs"))
  }

  private func say(_ text: String) { Log.standardError(text) }
}
