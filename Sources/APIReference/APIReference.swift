/// Stripe's API as the sandbox declares it: the objects' fields and the calls. Text only, no I/O.
package enum APIReference {
  /// The objects by Stripe's word.
  package static let objects: [String: ObjectShape] = [:]
  /// The calls that are served.
  package static let endpoints: [Endpoint] = []
}
