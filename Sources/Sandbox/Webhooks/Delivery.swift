/// One attempt to deliver an event to a webhook endpoint, made or still to be made.
package struct Delivery: Sendable, Equatable {
  /// The event's id.
  package let event: String
  /// The endpoint's id.
  package let endpoint: String
  /// 0 for the first attempt, counted up by each retry; `byHand` for one that was asked for.
  package let attempt: Int
  /// When it is to be made, in Unix milliseconds; nil once it was.
  package let dueMilliseconds: Int64?
  /// What became of it.
  package var status = Status.pending
  /// The HTTP status that the endpoint answered with; nil without an answer.
  package var response: Int?
  /// Why there was no answer.
  package var error: String?
  /// When it was made, in Unix seconds.
  package var sent: Int64?
  /// Its number in the store, in the order of making; 0 before it is kept.
  package internal(set) var number: Int64 = 0

  /// The attempt of a delivery that somebody asked for: a failure of it is not retried.
  package static let byHand = -1

  /// What becomes of an attempt.
  package enum Status: String, Sendable {
    /// It is still to be made.
    case pending
    /// The endpoint answered 2xx.
    case delivered
    /// It answered otherwise, or not at all.
    case failed
    /// The endpoint was disabled or deleted before.
    case dropped
  }

  /// An event on its way to an endpoint; `dueMilliseconds` is nil once nothing more is tried.
  package init(event: String, endpoint: String, attempt: Int = 0, dueMilliseconds: Int64?) {
    self.event = event
    self.endpoint = endpoint
    self.attempt = attempt
    self.dueMilliseconds = dueMilliseconds
  }
}
