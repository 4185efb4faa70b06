import Foundation
import Synchronization

/// What a receiver has counted since it was started.
package final class WebhookMetrics: Sendable {
  /// Why a delivery was not taken; the label of the metric.
  package enum Rejection: String, Sendable, CaseIterable {
    /// No header, or one that cannot be read.
    case signatureHeader = "signature_header"
    /// No secret fits.
    case signature
    /// Signed too long ago.
    case tooOld = "too_old"
    /// The body is no JSON.
    case notJSON = "not_json"
    /// The body is JSON, and no event.
    case notEvent = "not_event"
    /// Live among test events, or the other way round.
    case otherMode = "other_mode"
    /// The header fields are too long.
    case headTooLong = "head_too_long"
    /// The body is too long.
    case tooLarge = "too_large"
    /// It took too long to arrive.
    case tooSlow = "too_slow"
    /// Too many long bodies at once.
    case noRoom = "no_room"
    /// The disk did not take it.
    case notStored = "not_stored"
  }

  private struct State {
    var rejected: [Rejection: Int] = [:]
    var syncs = [Int](repeating: 0, count: WebhookMetrics.bounds.count)
    var syncCount = 0
    var syncSeconds = 0.0
  }

  /// Seconds.
  private static let bounds = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

  // What every delivery counts has no lock: dozens that are answered at once would stand in a row for it.
  private let received = Atomic<Int>(0)
  private let bodyBytes = Atomic<Int>(0)
  private let stored = Atomic<Int>(0)
  private let duplicates = Atomic<Int>(0)
  private let unknownTypes = Atomic<Int>(0)
  /// Unix milliseconds; 0 before the first.
  private let lastStored = Atomic<Int>(0)
  private let state = Mutex(State())

  /// Nothing counted yet.
  package init() {}

  func received(bytes: Int) {
    received.add(1, ordering: .relaxed)
    bodyBytes.add(bytes, ordering: .relaxed)
  }

  func stored(isKnownType: Bool, at now: Date) {
    stored.add(1, ordering: .relaxed)
    if !isKnownType { unknownTypes.add(1, ordering: .relaxed) }
    lastStored.store(Int(now.timeIntervalSince1970 * 1_000), ordering: .relaxed)
  }

  func duplicate() { duplicates.add(1, ordering: .relaxed) }

  /// Counts a rejection; answers how many of its kind there were.
  @discardableResult
  func rejected(_ reason: Rejection) -> Int {
    state.withLock {
      $0.rejected[reason, default: 0] += 1
      return $0.rejected[reason, default: 0]
    }
  }

  func synced(seconds: Double) {
    state.withLock {
      $0.syncCount += 1
      $0.syncSeconds += seconds
      for (place, bound) in Self.bounds.enumerated() where seconds <= bound { $0.syncs[place] += 1 }
    }
  }

  /// All of it in the text form of Prometheus.
  ///
  /// Source: prometheus.io/docs/instrumenting/exposition_formats.
  func rendered(unshipped: Int) -> String {
    let state = state.withLock { $0 }
    var text = Exposition()
    func count(_ counter: borrowing Atomic<Int>) -> Int { counter.load(ordering: .relaxed) }
    text.add("received_total", "counter", "Deliveries that arrived whole.", count(received))
    text.add("stored_total", "counter", "Events stored.", count(stored))
    text.add("duplicates_total", "counter", "Deliveries of events that were stored already.", count(duplicates))
    text.add("unknown_type_total", "counter", "Events stored whose type Okapi does not know.", count(unknownTypes))
    text.add("body_bytes_total", "counter", "Bytes of the bodies of deliveries.", count(bodyBytes))
    text.head("rejected_total", "counter", "Deliveries not taken, by reason.")
    for reason in Rejection.allCases {
      text.line("rejected_total{reason=\"\(reason.rawValue)\"}", state.rejected[reason] ?? 0)
    }
    text.add("segments_unshipped", "gauge", "Sealed segments that are not in bronze yet.", unshipped)
    let last = count(lastStored)
    if last > 0 {
      text.add("last_stored_timestamp_seconds", "gauge", "When the last event was stored.", Double(last) / 1_000)
    }
    text.head("fsync_seconds", "histogram", "Writing and syncing what waited together.")
    for (bound, count) in zip(Self.bounds, state.syncs) {
      text.line("fsync_seconds_bucket{le=\"\(bound)\"}", count)
    }
    text.line("fsync_seconds_bucket{le=\"+Inf\"}", state.syncCount)
    text.line("fsync_seconds_sum", state.syncSeconds)
    text.line("fsync_seconds_count", state.syncCount)
    return text.text
  }

  private struct Exposition {
    var text = ""

    mutating func head(_ name: String, _ type: String, _ help: String) {
      text += "# HELP okapi_webhooks_\(name) \(help)\n# TYPE okapi_webhooks_\(name) \(type)\n"
    }

    mutating func line(_ name: String, _ value: some CustomStringConvertible) {
      text += "okapi_webhooks_\(name) \(value)\n"
    }

    mutating func add(_ name: String, _ type: String, _ help: String, _ value: some CustomStringConvertible) {
      head(name, type, help)
      line(name, value)
    }
  }
}
