package import BronzeStore
import Foundation
package import HTTPServer
package import PlatformCore

/// A whole receiver at work: its log, what brings that to bronze, and the port.
package final class WebhookService: @unchecked Sendable {  // `condition` guards the variables
  /// Where it listens, and what it believes.
  package struct Options: Sendable {
    /// The address to listen on.
    package var host = "127.0.0.1"
    /// The port; 0 for any that is free.
    package var port: UInt16 = WebhookService.defaultPort
    /// What checks deliveries; nil believes everybody.
    package var check: SignatureCheck?
    /// How long the start waits for what the lake says of the events' mode.
    package var lookSeconds = 2
    /// How long stopping waits for what was stored to be shipped.
    package var shippingSeconds = 20
    /// Further lines of `/metrics`, in the text form of Prometheus, of those who read the log.
    package var furtherMetrics: @Sendable () -> String = { "" }
    /// The limits of requests: 4 MB, 64 MB of all long bodies together, 16 KB of header fields, 20 s to arrive and as
    /// long for the answer to be read, 75 s of idleness, 512 connections.
    package var limits: HTTPServer.Limits

    /// A receiver that believes nobody but who knows one of these secrets.
    package init(check: SignatureCheck?) {
      self.check = check
      limits = HTTPServer.Limits()
      limits.bodyBytes = 4 << 20
      limits.heldBytes = 64 << 20
      limits.headBytes = 16 << 10
      limits.requestSeconds = 20
      // Longer than proxies keep a connection they do not use, so that they close it and not we.
      limits.idleSeconds = 75
    }
  }

  /// The port unless said otherwise.
  package static let defaultPort: UInt16 = 8001
  /// The threads that check and read what is sent, and look its id up: one a processor. They wait for no sync.
  package static let threads = ProcessInfo.processInfo.activeProcessorCount

  /// The port in use.
  package var port: UInt16 { server.port }
  /// Where deliveries are to be sent, as `http://127.0.0.1:8001/webhooks/stripe`.
  package let url: String

  /// Reads what was stored, while it is stored.
  package var reader: EventLogReader { log.reader }

  private let server: HTTPServer
  private let receiver: WebhookReceiver
  private let log: EventLog
  private let shippingSeconds: Int
  private let condition = NSCondition()
  private var isStopping = false
  private var isTending = true
  private var isClosed = false

  /// Opens the log, takes the port and begins to answer. Blocks.
  ///
  /// - Parameter lock: the right to write the log, as `EventLog.lock` gives it.
  /// - Throws: `unavailable` where the port is taken, `output` or `inputOutput` where the log cannot be written.
  package init(
    _ options: Options, _ logOptions: EventLogOptions, _ lock: LakeLock, context: RunContext
  ) throws(PlatformError) {
    let metrics = WebhookMetrics()
    var logOptions = logOptions
    let onSynced = logOptions.onSynced
    logOptions.onSynced = { lines, seconds in
      metrics.synced(seconds: seconds)
      onSynced(lines, seconds)
    }
    let log = try EventLog(logOptions, lock, context: context)
    let receiver = WebhookReceiver(
      log: log, check: options.check, metrics: metrics, context: context, furtherMetrics: options.furtherMetrics)
    // On a thread of its own: a lake that does not answer must not keep events from being taken.
    let looked = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      log.lookAtLake()
      looked.signal()
    }
    _ = looked.wait(timeout: .now() + .seconds(options.lookSeconds))
    server = try HTTPServer(
      host: options.host, port: options.port, sharedThreads: Self.threads, limits: options.limits,
      onRefusal: { receiver.refused($0) }, answering: { receiver.answer($0, $1) })
    // Nobody can call 0.0.0.0: it means every address of the machine, this one among them.
    let host = options.host == "0.0.0.0" ? "127.0.0.1:\(server.port)" : server.address
    url = "http://\(host)\(WebhookReceiver.path)"
    self.log = log
    self.receiver = receiver
    shippingSeconds = options.shippingSeconds
    startTending()
  }

  /// Says in `/ready` that it is about to stop; what comes is stored all the same.
  package func beginStop() { receiver.beginStop() }

  /// Answers what has arrived, ships what was stored, and closes; a second call does nothing. Blocks.
  ///
  /// - Parameter isShipping: false leaves what was stored on the disk.
  /// - Returns: false where the lake has not taken all of it: the rest is shipped after the next start. Where it did
  ///   not answer in time the log is still at work, until the process ends.
  @discardableResult
  package func stop(isShipping: Bool = true) -> Bool {
    let isFirst = condition.withLock {
      defer {
        isStopping = true
        condition.broadcast()
      }
      return !isStopping
    }
    guard isFirst else { return true }
    receiver.beginStop()
    server.stop()
    guard isShipping else { return true }
    // On a thread of its own: a lake that does not answer is given up after minutes only.
    Thread.detachNewThread { [self] in
      condition.withLock { while isTending { condition.wait() } }
      log.close()
      condition.withLock {
        isClosed = true
        condition.broadcast()
      }
    }
    let deadline = Date(timeIntervalSinceNow: TimeInterval(shippingSeconds))
    return condition.withLock {
      while !isClosed, condition.wait(until: deadline) {}
      return isClosed && log.status.unshipped == 0
    }
  }

  /// Looks after the log once a second, on a thread of its own: a lake may take long to answer.
  private func startTending() {
    let thread = Thread { [self] in
      while !condition.withLock({ isStopping }) {
        log.tend()
        condition.withLock { if !isStopping { _ = condition.wait(until: Date(timeIntervalSinceNow: 1)) } }
      }
      condition.withLock {
        isTending = false
        condition.broadcast()
      }
    }
    thread.name = "okapi webhook log"
    thread.start()
  }
}
