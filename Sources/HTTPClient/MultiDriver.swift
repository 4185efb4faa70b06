internal import CLibcurl
import Foundation
import Synchronization

/// The one thread behind a session; others leave it orders and wake it.
final class MultiDriver: @unchecked Sendable {  // `orders` has a lock; everything else belongs to the thread
  private struct Orders {
    /// Whom to wake: nil before the thread is there and after it has ended.
    var multi: CurlMulti?
    var added: [Transfer] = []
    var hasCancelled = false
    var isStopped = false
  }

  private struct Running {
    let transfer: Transfer
    let handle: CurlHandle
    let exchange: CurlExchange
  }

  private let options: HTTPSession.Options
  private let orders = Mutex(Orders())
  private var running: [UnsafeMutableRawPointer: Running] = [:]
  private var idle: [CurlHandle] = []

  private static let closed = HTTPClient.Failure(kind: .cancelled, reason: "the session is closed")
  private static let cancelled = HTTPClient.Failure(kind: .cancelled, reason: "cancelled")

  init(_ options: HTTPSession.Options) { self.options = options }

  // MARK: for any thread

  func start() {
    let thread = Thread { self.run() }
    thread.name = "okapi http"
    thread.start()
  }

  func add(_ transfer: Transfer) {
    let isTaken = orders.withLock { orders in
      guard !orders.isStopped else { return false }
      orders.added.append(transfer)
      orders.multi?.wake()
      return true
    }
    if !isTaken { transfer.finish(.failure(Self.closed)) }
  }

  func cancel(_ transfer: Transfer) {
    transfer.cancel()
    orders.withLock { orders in
      orders.hasCancelled = true
      orders.multi?.wake()
    }
  }

  func stop() {
    orders.withLock { orders in
      orders.isStopped = true
      orders.multi?.wake()
    }
  }

  // MARK: the thread

  private func run() {
    guard let multi = CurlMulti(connections: options.connections) else { return refuseAdded(CurlHandle.unusable) }
    orders.withLock { $0.multi = multi }
    while take(multi), multi.perform() {
      while let (pointer, code) = multi.nextEnded() {
        guard let one = end(pointer, multi) else { continue }
        one.transfer.finish(one.exchange.result(code))
      }
      guard multi.wait() else { break }
    }
    refuseAdded(Self.closed)
    for pointer in running.keys { end(pointer, multi)?.transfer.finish(.failure(Self.closed)) }
    idle.removeAll()
  }

  /// Takes the orders; false when the thread is to end.
  private func take(_ multi: CurlMulti) -> Bool {
    let taken: Orders? = orders.withLock { orders in
      guard !orders.isStopped else { return nil }  // what was added is left to `refuseAdded`
      defer { orders = Orders(multi: multi) }
      return orders
    }
    guard let taken else { return false }
    for transfer in taken.added { begin(transfer, multi) }
    if taken.hasCancelled {
      for (pointer, one) in running where one.transfer.isCancelled {
        end(pointer, multi)?.transfer.finish(.failure(Self.cancelled))
      }
    }
    return true
  }

  private func begin(_ transfer: Transfer, _ multi: CurlMulti) {
    guard !transfer.isCancelled else { return transfer.finish(.failure(Self.cancelled)) }
    guard let handle = idle.popLast() ?? CurlHandle.make() else {
      return transfer.finish(.failure(CurlHandle.unusable))
    }
    let exchange = CurlExchange(transfer.request, on: handle, bodyLimitBytes: options.bodyLimitBytes)
    handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    handle.set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
    handle.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(options.connectTimeout / .milliseconds(1))))
    if let file = options.authorityFile { handle.set(CURLOPT_CAINFO, file) }
    if let proxy = Self.isThisMachine(transfer.request.url) ? "" : options.proxy { handle.set(CURLOPT_PROXY, proxy) }
    guard multi.add(handle) else { return transfer.finish(.failure(CurlHandle.unusable)) }
    running[handle.pointer] = Running(transfer: transfer, handle: handle, exchange: exchange)
  }

  private func end(_ pointer: UnsafeMutableRawPointer, _ multi: CurlMulti) -> Running? {
    guard let one = running.removeValue(forKey: pointer) else { return nil }
    multi.remove(one.handle)
    if idle.count < options.connections { idle.append(one.handle) }
    return one
  }

  private func refuseAdded(_ failure: HTTPClient.Failure) {
    let added = orders.withLock { orders in
      defer { orders = Orders(isStopped: true) }
      return orders.added
    }
    for transfer in added { transfer.finish(.failure(failure)) }
  }

  /// A sandbox beside us is no business of a proxy.
  private static func isThisMachine(_ url: String) -> Bool {
    guard let host = URL(string: url)?.host() else { return false }
    return host == "localhost" || host.hasPrefix("127.") || host == "::1" || host == "[::1]"
  }
}
