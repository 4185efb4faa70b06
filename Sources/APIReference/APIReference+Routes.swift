extension APIReference {
  /// A call with what stands in the path for its variables.
  package struct Match: Sendable {
    /// The call.
    package let endpoint: Endpoint
    /// The variables in the path's order, as sent: not decoded.
    package let variables: [(name: String, value: String)]

    /// A variable's value.
    package subscript(_ name: String) -> String? { variables.first { $0.name == name }?.value }
  }

  /// The call that a path means; nil for none. A name in a path wins over a variable: `/v1/customers/search` is no
  /// customer.
  package static func endpoint(method: String, path: String) -> Match? {
    guard path.first == "/" else { return nil }
    let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    guard segments.count > 1, segments.allSatisfy({ !$0.isEmpty }) else { return nil }
    for route in routes[String(segments[1])] ?? [] where route.endpoint.method == method {
      if let match = route.match(segments) { return match }
    }
    return nil
  }

  /// Whether a path lies in a collection that Stripe has and the sandbox has not: `/v1/promotion_codes/promo_1`.
  package static func isOfOtherCollection(_ path: String) -> Bool {
    let segments = path.split(separator: "/")
    return segments.count > 1 && segments[0] == "v1" && otherCollections.contains(String(segments[1]))
  }

  /// The calls by the second segment of their path, those with fewer variables first.
  private static let routes: [String: [Route]] = {
    let routes = endpoints.map(Route.init)
    return Dictionary(grouping: routes) { String($0.segments[1]) }
      .mapValues { $0.sorted { $0.variableCount < $1.variableCount } }
  }()

  private struct Route {
    let endpoint: Endpoint
    let segments: [Substring]
    let variableCount: Int

    init(_ endpoint: Endpoint) {
      self.endpoint = endpoint
      segments = endpoint.path.dropFirst().split(separator: "/")
      variableCount = segments.count { $0.first == "{" }
    }

    func match(_ sent: [Substring]) -> Match? {
      guard sent.count == segments.count else { return nil }
      var variables: [(name: String, value: String)] = []
      for (segment, value) in zip(segments, sent) {
        if segment.first == "{" {
          variables.append((String(segment.dropFirst().dropLast()), String(value)))
        } else if segment != value {
          return nil
        }
      }
      return Match(endpoint: endpoint, variables: variables)
    }
  }

  /// Stripe's collections of which the sandbox serves nothing.
  private static let otherCollections: Set<String> = [
    "account_links", "account_sessions", "accounts", "apple_pay", "application_fees", "apps",
    "balance_settings", "billing", "billing_portal", "checkout", "climate", "confirmation_tokens",
    "country_specs", "credit_notes", "customer_sessions", "entitlements", "ephemeral_keys", "exchange_rates",
    "file_links", "files", "financial_connections", "forwarding", "identity", "invoice_rendering_templates",
    "issuing", "mandates", "payment_attempt_records", "payment_links", "payment_method_configurations",
    "payment_method_domains", "payment_records", "plans", "product_catalog", "promotion_codes", "quotes",
    "radar", "reporting", "reviews", "setup_attempts", "shipping_rates", "sigma", "sources",
    "subscription_schedules", "tax", "tax_codes", "tax_ids", "tax_rates", "terminal", "three_d_secure",
    "tokens", "topups", "transfers", "treasury",
  ]
}
