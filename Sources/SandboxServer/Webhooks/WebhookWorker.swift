import Foundation
import HTTPClient
import PlatformCore
package import Sandbox

/// Delivers events to webhook endpoints: at least once, in parallel, with retries; what is due lies in the store.
///
/// One thread fetches what is due, several send. A delivery that is under way when the process ends is made again.
package final class WebhookWorker: @unchecked Sendable {  // `condition` guards all that changes
  private let store: SandboxStore
  private let options: WebhookOptions
  private let condition = NSCondition()
  private var queue: DeliveryQueue
  private var hasNews = true
  private var isStopping = false
  private var running = 0
  private var clients: [HTTPClient] = []

  /// Starts the threads; they run until `stop`.
  package init(store: SandboxStore, options: WebhookOptions = WebhookOptions()) {
    self.store = store
    self.options = options
    queue = DeliveryQueue(perEndpoint: options.sendersPerEndpoint)
    store.listen { [weak self] news in
      if news.hasNewDeliveries { self?.wake() }
      return self?.isOver == false
    }
    start("okapi webhooks") { $0.fetchUntilStopped() }
    for _ in 0..<options.senders { start("okapi webhook") { $0.sendUntilStopped(HTTPClient(bodyLimitBytes: 1 << 20)) } }
  }

  /// Sends nothing new and waits for what is under way, at most about a second; it stays due in the store.
  package func stop() {
    condition.withLock {
      isStopping = true
      for client in clients { client.cancel() }
      condition.broadcast()
      while running > 0 { condition.wait() }
    }
  }

  private func start(_ name: String, _ body: @escaping @Sendable (WebhookWorker) -> Void) {
    condition.withLock { running += 1 }
    let thread = Thread { [self] in
      body(self)
      condition.withLock {
        running -= 1
        condition.broadcast()
      }
    }
    thread.name = name
    thread.start()
  }

  private var isOver: Bool { condition.withLock { isStopping } }

  private func wake() {
    condition.withLock {
      hasNews = true
      condition.broadcast()
    }
  }

  private var nowMilliseconds: Int64 { Int64(options.clock.now.timeIntervalSince1970 * 1_000) }

  // MARK: fetching

  /// After a failure of the store, and at most this long in any case, the store is looked at again.
  private static let longestWait: TimeInterval = 30

  private func fetchUntilStopped() {
    while !isOver {
      var next = Date(timeIntervalSinceNow: Self.longestWait)
      condition.withLock {
        hasNews = false
        queue.beginFetch()
      }
      do {
        if let due = try fetch() { next = min(next, due) }
      } catch {
        options.log(.error, "webhook_queue_failed", ["error": .string(Self.words(error))])
      }
      condition.withLock {
        if let held = queue.release(at: options.clock.now) { next = min(next, held) }
        condition.broadcast()
        while !hasNews, !isStopping, condition.wait(until: next) {}
      }
    }
  }

  /// Takes what is due into the queue, drops what no endpoint waits for, and returns when something is due next.
  private func fetch() throws -> Date? {
    let now = nowMilliseconds
    let (enabled, pending) = try store.read { reader in
      let endpoints = try reader.records(ListQuery(.webhookEndpoint)).filter { $0.text("status") == "enabled" }
      return (Set(endpoints.map(\.id)), try reader.pendingEndpoints())
    }
    var next: Int64?
    for (endpoint, due) in pending {
      guard enabled.contains(endpoint) else {
        while try store.write({ try $0.dropDeliveries(to: endpoint) }) {}
        continue
      }
      guard due <= now else {
        next = min(next ?? due, due)
        continue
      }
      let inHand = condition.withLock { queue.wantsMore(endpoint) ? queue.inHand(endpoint) : nil }
      guard let inHand else { continue }
      let limit = inHand + DeliveryQueue.laneLimit
      let found = try store.read { try $0.dueDeliveries(to: endpoint, by: .max, limit: limit) }
      let later = found.first { ($0.dueMilliseconds ?? 0) > now }?.dueMilliseconds
      if let later { next = min(next ?? later, later) }
      condition.withLock {
        if queue.add(found.filter { ($0.dueMilliseconds ?? 0) <= now }) { condition.broadcast() }
      }
    }
    return next.map { Date(timeIntervalSinceNow: Double($0 - nowMilliseconds) / 1_000) }
  }

  // MARK: sending

  private func sendUntilStopped(_ client: HTTPClient) {
    condition.withLock { clients.append(client) }
    while let delivery = nextDelivery() {
      var isHeld = false
      var isRecorded = true
      do {
        isHeld = try make(delivery, client)
      } catch {
        isRecorded = false
        options.log(
          .error, "webhook_not_recorded",
          ["webhook_event": .string(delivery.event), "error": .string(Self.words(error))])
      }
      condition.withLock {
        if !isHeld { queue.finish(delivery) }
        // What the store cannot record now is not tried again at once.
        if isRecorded, isHeld || queue.wantsMore(delivery.endpoint) { hasNews = true }
        condition.broadcast()
      }
    }
  }

  private func nextDelivery() -> Delivery? {
    condition.withLock {
      while !isStopping {
        if let next = queue.next() { return next }
        condition.wait()
      }
      return nil
    }
  }

  /// Sends one delivery and records what came of it; returns whether it was put aside instead.
  private func make(_ delivery: Delivery, _ client: HTTPClient) throws -> Bool {
    let shipment = try store.read { try Shipment(delivery, $0) }
    guard let shipment else {
      var dropped = delivery
      dropped.status = .dropped
      let final = dropped
      try store.write { try $0.record(final) }
      return false
    }
    var isDoubled = false
    if delivery.attempt == 0, condition.withLock({ queue.isUndecided(delivery) }) {
      switch options.fault(shipment.type, shipment.url) {
      case .duplicate: isDoubled = true
      case .delay(let time): if hold(delivery, time, isOvertaken: false) { return true }
      case .reorder(let time): if hold(delivery, time, isOvertaken: true) { return true }
      case nil: break
      }
    }
    let begun = ContinuousClock.now
    var made = shipment.send(client, options)
    if isOver, made.status == .failed { return false }
    made.sent = Int64(options.clock.now.timeIntervalSince1970)
    report(made, shipment.type, .now - begun)
    let wait = made.status == .failed ? options.waitMilliseconds(after: made.attempt) : nil
    let (final, retryAt, again) = (made, wait.map { nowMilliseconds + $0 }, isDoubled)
    try store.write { world in
      try world.record(final, retryAt: retryAt)
      if again { world.queueByHand(final.event, final.endpoint) }
    }
    return false
  }

  private func hold(_ delivery: Delivery, _ time: Duration, isOvertaken: Bool) -> Bool {
    let until = options.clock.now.addingTimeInterval(time / .seconds(1))
    return condition.withLock { queue.hold(delivery, until: until, isOvertaken: isOvertaken) }
  }

  private func report(_ delivery: Delivery, _ type: String, _ duration: Duration) {
    let isDelivered = delivery.status == .delivered
    options.log(
      isDelivered ? .info : .warning, isDelivered ? "webhook_delivered" : "webhook_failed",
      [
        "webhook_event": .string(delivery.event), "type": .string(type), "endpoint": .string(delivery.endpoint),
        "attempt": .integer(delivery.attempt + 1), "status": .integer(delivery.response ?? 0),
        "error": .string(delivery.error ?? ""), "duration_ms": .integer(Int(duration / .milliseconds(1))),
      ])
  }

  private static func words(_ error: any Error) -> String {
    (error as? PlatformError)?.rendered ?? String(describing: error)
  }
}
