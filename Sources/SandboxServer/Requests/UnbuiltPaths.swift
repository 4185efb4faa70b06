/// What Stripe serves and the sandbox does not: answered as unsupported, not as a wrong URL.
enum UnbuiltPaths {
  /// Whether Stripe has something at a path that no declared call matches.
  static func contains(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    if parts.first == "v2" { return parts.count > 1 }
    guard parts.first == "v1", parts.count > 1, path.utf8.last != UInt8(ascii: "/") else { return false }
    if collections.contains(parts[1]) { return true }
    return parts.dropFirst(3).first.map { children[parts[1]]?.contains($0) ?? false } ?? false
  }

  private static let collections: Set<Substring> = [
    "account_links", "account_sessions", "accounts", "apple_pay", "application_fees", "apps", "billing",
    "billing_portal", "checkout", "climate", "confirmation_tokens", "country_specs", "credit_notes",
    "customer_sessions", "entitlements", "ephemeral_keys", "exchange_rates", "file_links", "files",
    "financial_connections", "forwarding", "identity", "invoice_rendering_templates", "issuing", "mandates",
    "payment_attempt_records", "payment_links", "payment_method_configurations", "payment_method_domains",
    "payment_records", "plans", "promotion_codes", "quotes", "radar", "reporting", "reviews", "setup_attempts",
    "shipping_rates", "sigma", "sources", "subscription_schedules", "tax", "tax_codes", "tax_ids", "tax_rates",
    "terminal", "test_helpers", "tokens", "topups", "transfers", "treasury",
  ]

  /// The parts behind an id, by collection.
  private static let children: [Substring: Set<Substring>] = [
    "charges": ["capture", "dispute", "refund", "refunds"],
    "customers": [
      "bank_accounts", "cards", "cash_balance", "cash_balance_transactions", "funding_instructions", "sources",
      "subscriptions", "tax_ids",
    ],
    "invoices": ["add_lines", "attach_payment", "detach_payment", "remove_lines", "update_lines", "lines"],
    "payment_intents": [
      "amount_details_line_items", "apply_customer_balance", "increment_authorization", "verify_microdeposits",
    ],
    "products": ["features"],
    "setup_intents": ["verify_microdeposits"],
    "subscription_items": ["usage_records", "usage_record_summaries"],
    "subscriptions": ["migrate"],
  ]
}
