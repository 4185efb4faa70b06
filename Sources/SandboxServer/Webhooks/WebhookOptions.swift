package import PlatformCore

/// How events are delivered.
package struct WebhookOptions: Sendable {
  /// What every wait between two attempts is multiplied by.
  package var retryScale = 1.0
  /// How long an endpoint may take to answer.
  package var timeout = Duration.seconds(10)
  /// Deliveries at once, to all endpoints together.
  package var senders = 8
  /// Deliveries at once to one endpoint, so that a slow one does not hold up the others.
  package var sendersPerEndpoint = 4
  /// What is to go wrong with the first attempt at delivering an event of that type to that URL; nothing unless set.
  package var fault: @Sendable (_ type: String, _ url: String) -> WebhookFault? = { _, _ in nil }
  /// Where time comes from.
  package var clock = WallClock.system
  /// Where deliveries are reported: ids, statuses and times, neither URLs nor secrets.
  package var log = Log.silent

  /// The options above.
  package init() {}

  /// The attempts after the first: about a minute, an hour and three hours after it. Stripe publishes no schedule;
  /// three retries over a few hours is what it says of its sandboxes.
  private static let waitSeconds: [Double] = [60, 3_540, 7_200]

  /// The wait after a failed attempt, in milliseconds; nil after the last.
  func waitMilliseconds(after attempt: Int) -> Int64? {
    guard Self.waitSeconds.indices.contains(attempt) else { return nil }
    return Int64(Self.waitSeconds[attempt] * retryScale * 1_000)
  }
}

/// What goes wrong with a delivery, for the tests of receivers.
package enum WebhookFault: Sendable, Equatable {
  /// It is sent twice.
  case duplicate
  /// It waits for so long before it is sent.
  case delay(Duration)
  /// It is overtaken by the next one to the same endpoint, unless none comes for so long.
  case reorder(Duration)
}
