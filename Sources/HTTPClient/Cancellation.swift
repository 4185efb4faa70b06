internal import CLibcurl
import Synchronization

/// Whether a client was told to stop, as libcurl asks about once a second.
final class Cancellation: Sendable {
  private let isCancelled = Atomic(false)

  func cancel() { isCancelled.store(true, ordering: .relaxed) }

  static let check: curl_xferinfo_callback = { context, _, _, _, _ in
    guard let context else { return 0 }
    let cancellation = Unmanaged<Cancellation>.fromOpaque(context).takeUnretainedValue()
    return cancellation.isCancelled.load(ordering: .relaxed) ? 1 : 0
  }
}
