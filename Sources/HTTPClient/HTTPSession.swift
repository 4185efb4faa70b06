import Foundation
import Synchronization

/// Many HTTP requests at once over libcurl's multi interface: one thread drives them all, connections are kept.
///
/// HTTP/2 is spoken where a TLS server offers it, certificates are checked, compressed answers unpacked, and the
/// proxies of the environment (`https_proxy`, `no_proxy` …) used, though never for this machine itself. Redirects are
/// not followed, cookies not kept; it leaves out streaming.
package final class HTTPSession: Sendable {
  /// What a session may take.
  package struct Options: Sendable {
    /// Connections open at once; further requests wait for one.
    package var connections = 16
    /// The longest body that is read, unpacked.
    package var bodyLimitBytes = 64 << 20
    /// How long a connection may take to be made.
    package var connectTimeout: Duration = .seconds(15)
    /// A file of certificate authorities (PEM) to trust instead of the system's.
    package var authorityFile: String?
    /// A proxy instead of the environment's; empty for none, nil for the environment's.
    package var proxy: String?

    /// The options above.
    package init() {}
  }

  private let driver: MultiDriver

  /// Starts the thread; nothing is connected.
  package init(_ options: Options = Options()) {
    driver = MultiDriver(options)
    driver.start()
  }

  deinit { driver.stop() }

  /// Ends what is under way with `.cancelled`; later requests fail so at once.
  package func close() { driver.stop() }

  /// Sends one request and waits for the whole answer, whatever its status.
  ///
  /// Cancelling the task ends the transfer.
  ///
  /// - Throws: `Failure` when there is no answer; `.cancelled` when the task was cancelled or the session closed.
  package func send(_ request: HTTPClient.Request) async throws(HTTPClient.Failure) -> HTTPClient.Response {
    let transfer = Transfer(request)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        transfer.expect { continuation.resume(returning: $0) }
        driver.add(transfer)
      }
    } onCancel: {
      driver.cancel(transfer)
    }
    return try result.get()
  }
}

/// A request on its way through the driver, and who waits for its end.
final class Transfer: Sendable {
  typealias Outcome = Result<HTTPClient.Response, HTTPClient.Failure>

  let request: HTTPClient.Request
  private let waiter = Mutex<(@Sendable (Outcome) -> Void)?>(nil)
  private let isCancelledFlag = Atomic(false)

  init(_ request: HTTPClient.Request) { self.request = request }

  var isCancelled: Bool { isCancelledFlag.load(ordering: .acquiring) }
  func cancel() { isCancelledFlag.store(true, ordering: .releasing) }

  func expect(_ body: @escaping @Sendable (Outcome) -> Void) { waiter.withLock { $0 = body } }

  /// Hands the outcome over; only the first one counts.
  func finish(_ outcome: Outcome) {
    waiter.withLock { waiter in
      defer { waiter = nil }
      return waiter
    }?(outcome)
  }
}
