import Digest
import Foundation
import PlatformCore
import Synchronization
import Webhooks

/// The measurements of `okapi-bench webhooks`: loads at their top in turns, then at half of it, then what stands alone.
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

  /// Durable against not storing; and at half of that load, the delay against the disk's own sync.
  private func compare(_ report: inout WebhooksReport) throws {
    let name = "signed events, durable, against the same server without storing"
    var rates = Comparison(name: name, bound: .rate(nil))
    var filled = Comparison(name: name + ", over \(Self.many) connections: batches fill", bound: .rate(0.5))
    var delays = Comparison(
      name: "p99 of an answer at half of the top load, against the median of bare syncs beside it", bound: .times(4))
    var quiet = Comparison(name: "the same against the median of bare syncs without a load", bound: .times(nil))
    var (tops, halves, syncs): ([Double], [Delays], [Delays]) = ([], [], [])
    var (shared, own, plain): ([Double], [Double], [Double]) = ([], [], [])
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
      let alone = try diskSyncs { $0 < 300 }
      let (half, beside) = try withSyncsBeside { try load(Self.port, every: Double(connections) / (top / 2)).delays }
      delays.okapi.append(half.p99)
      delays.other.append(beside.p50)
      quiet.okapi.append(half.p99)
      quiet.other.append(alone.p50)
      plain.append(try load(Self.plainPort, every: Double(connections) / (top / 2)).delays.p99)
      tops.append(top)
      halves.append(half)
      syncs.append(beside)
    }
    report.comparisons = [filled, rates, delays, quiet]
    report.figures += [
      .init(name: "durable events at the top load", value: median(tops), unit: "/s"),
      .init(name: "events that shared a sync then", value: median(shared), unit: ""),
      .init(name: "the receiver's own write and sync then, mean", value: median(own) * 1_000, unit: "ms"),
      .init(name: "p50 of an answer at half of it", value: median(halves.map(\.p50)) * 1_000, unit: "ms"),
      .init(name: "p99 of an answer at half of it", value: median(halves.map(\.p99)) * 1_000, unit: "ms"),
      .init(name: "p99 of an answer to that load without storing", value: median(plain) * 1_000, unit: "ms"),
      .init(name: "p50 of a bare sync of 4 KB beside it", value: median(syncs.map(\.p50)) * 1_000, unit: "ms"),
      .init(name: "p99 of a bare sync of 4 KB beside it", value: median(syncs.map(\.p99)) * 1_000, unit: "ms"),
    ]
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

  private struct Delays {
    let p50: Double
    let p99: Double

    init(_ seconds: [Double]) {
      let sorted = seconds.sorted()
      p50 = sorted[sorted.count / 2]
      p99 = sorted[sorted.count * 99 / 100]
    }
  }

  /// Sends the events of one run, each once; with a pause, each connection sends one every so many seconds, and a delay
  /// counts from the moment at which it was to be sent, so that a stall is not hidden by who waits for it.
  private func load(
    _ port: UInt16, every pause: Double?, over connections: Int? = nil
  ) throws -> (seconds: Double, delays: Delays) {
    let connections = connections ?? self.connections
    let each = events / connections
    let requests = (0..<connections).map { _ in (0..<each).map { _ in request() } }
    let found = Mutex<(delays: [Double], error: (any Error)?)>(([], nil))
    let clock = ContinuousClock()
    let begin = clock.now + .milliseconds(50)
    let group = DispatchGroup()
    for (number, requests) in requests.enumerated() {
      group.enter()
      let thread = Thread {
        defer { group.leave() }
        do {
          let connection = try LoadConnection(port: port)
          var delays: [Double] = []
          let first = begin + .seconds((pause ?? 0) * Double(number) / Double(connections))
          for (place, request) in requests.enumerated() {
            let due = pause.map { first + .seconds($0 * Double(place)) } ?? max(clock.now, begin)
            let wait = (due - clock.now) / .microseconds(1)
            if wait > 0 { usleep(UInt32(wait)) }
            try connection.exchange(request)
            delays.append((clock.now - due) / .seconds(1))
          }
          found.withLock { $0.delays += delays }
        } catch {
          found.withLock { $0.error = error }
        }
      }
      thread.start()
    }
    group.wait()
    let seconds = (clock.now - begin) / .seconds(1)
    let (delays, error) = found.withLock { ($0.delays, $0.error) }
    if let error { throw error }
    return (seconds, Delays(delays))
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

  /// What the disk takes for appending a block and syncing it, nothing of ours between, as long as it is asked for.
  private func diskSyncs(pause: UInt32 = 0, while goesOn: (_ count: Int) -> Bool) throws -> Delays {
    let path = folder.appendingPathComponent("syncs").path
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_TRUNC, 0o600)
    defer { close(descriptor) }
    let block = [UInt8](repeating: 1, count: 4_096)
    var seconds: [Double] = []
    while goesOn(seconds.count) {
      let begun = ContinuousClock.now
      guard write(descriptor, block, block.count) == block.count, fdatasync(descriptor) == 0 else {
        throw PlatformError(.inputOutput, "the disk cannot be measured", cause: String(cString: strerror(errno)))
      }
      seconds.append((ContinuousClock.now - begun) / .seconds(1))
      usleep(pause)
    }
    return Delays(seconds)
  }

  /// Measures the disk while a load runs: a sync now and then, so that they are hardly part of it.
  private func withSyncsBeside(_ body: () throws -> Delays) throws -> (Delays, beside: Delays) {
    let isOver = Mutex(false)
    let found = Mutex<Result<Delays, any Error>?>(nil)
    let group = DispatchGroup()
    group.enter()
    Thread {
      let result = Result { try self.diskSyncs(pause: 20_000) { count in count == 0 || !isOver.withLock { $0 } } }
      found.withLock { $0 = result }
      group.leave()
    }.start()
    let outcome = Result { try body() }
    isOver.withLock { $0 = true }
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
