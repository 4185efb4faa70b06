import StripeModel

/// A list to be read: where, and with which parameters besides the page's own.
struct ListRequest: Sendable {
  /// The most that Stripe answers in one page.
  static let pageSize = 100

  let path: String
  var parameters: [(String, String)]

  /// A list by its path.
  init(path: String, parameters: [(String, String)]) {
    self.path = path
    self.parameters = parameters
  }

  /// The collection of a resource as declared; nil for one that has none of its own.
  ///
  /// - Parameter more: places to expand besides the declared ones.
  init?(_ definition: ResourceDefinition, expanding more: [String] = [], testClock: String? = nil) {
    guard let path = definition.path else { return nil }
    self.path = path
    parameters = Self.filters(definition, testClock: testClock) + Self.expansion(definition.expandPaths + more)
  }

  /// The same collection for its ids alone: nothing expanded.
  init?(idsOf definition: ResourceDefinition, testClock: String? = nil) {
    guard let path = definition.path else { return nil }
    self.path = path
    parameters = Self.filters(definition, testClock: testClock)
  }

  /// The list of one parent's objects.
  init(
    _ endpoint: ParentEndpoint, parent id: String, of definition: ResourceDefinition, expanding more: [String] = []
  ) {
    let request = endpoint.request(parent: id)
    path = request.path
    parameters = request.parameters + Self.expansion(definition.expandPaths + more)
  }

  private static func filters(_ definition: ResourceDefinition, testClock: String?) -> [(String, String)] {
    let fixed = definition.listing.parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    return fixed + (testClock.map { [("test_clock", $0)] } ?? [])
  }

  private static func expansion(_ paths: [String]) -> [(String, String)] {
    paths.map { ("expand[]", "data." + $0) }
  }
}
