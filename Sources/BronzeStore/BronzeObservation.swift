/// When and how objects were observed; the same for all elements of one answer.
package struct BronzeObservation: Sendable, Equatable {
  /// Of a read: a lower bound of the server's clock when it began; of an event: its `created`. Unix seconds.
  package var observedAt: Int64
  /// Orders observations of one second.
  package var sequence: Int64
  /// The API version the objects were rendered in; nil where nobody said.
  package var apiVersion: String?
  /// The request's id, `req_…`.
  package var correlationID: String?

  /// The sequence of an object that was read from the API.
  package static let read: Int64 = 1
  /// The sequence of an object taken from an event: it wins over a read of the same second.
  package static let eventSnapshot: Int64 = 2

  /// Bundles the parts.
  package init(observedAt: Int64, sequence: Int64, apiVersion: String?, correlationID: String? = nil) {
    self.observedAt = observedAt
    self.sequence = sequence
    self.apiVersion = apiVersion
    self.correlationID = correlationID
  }
}
