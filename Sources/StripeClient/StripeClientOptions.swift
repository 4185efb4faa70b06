/// Whom a client speaks to, as whom, and how fast.
package struct StripeClientOptions: Sendable {
  /// Stripe's own address.
  package static let stripe = "https://api.stripe.com"

  /// The address of the API, without `/v1`.
  package var base: String
  /// The secret or restricted key; it is sent, never shown.
  package var key: String
  /// The version asked for with every call.
  package var apiVersion: String
  /// The connected account (`acct_…`) that calls are made for; nil for the key's own.
  package var account: String?
  /// Calls a second, all together.
  package var ratePerSecond: Double
  /// Calls a second to one endpoint, such as `GET /v1/charges`.
  package var ratePerEndpoint: Double = 20
  /// Calls under way at once.
  package var concurrency = 16
  /// How often a call is made at most, the first time included.
  package var attempts = 8
  /// The wait before the second attempt, doubled for each further one.
  package var firstWait: Duration = .milliseconds(500)
  /// The longest wait between two attempts, unless the server asks for more.
  package var longestWait: Duration = .seconds(30)
  /// How long one attempt may take.
  package var timeout: Duration = .seconds(80)
  /// A file of certificate authorities to trust instead of the system's; nil for those.
  package var authorityFile: String?
  /// A proxy instead of the environment's; empty for none, nil for the environment's.
  package var proxy: String?

  /// Calls a second that go well below Stripe's limits of a key: 20 for a test key, 80 for a live one.
  package static func defaultRate(key: String) -> Double { isLive(key: key) ? 80 : 20 }

  /// Whether a key moves real money: secret, restricted, or of an organisation (`sk_org_live_…`).
  package static func isLive(key: String) -> Bool { key.contains("_live_") }

  /// Options for a key, with the rate that suits it.
  package init(base: String = stripe, key: String, apiVersion: String, account: String? = nil) {
    self.base = base
    self.key = key
    self.apiVersion = apiVersion
    self.account = account
    ratePerSecond = Self.defaultRate(key: key)
  }
}

extension StripeClientOptions: CustomStringConvertible, CustomReflectable {
  /// The address: whatever prints options prints no key.
  package var description: String { base }
  /// The address only.
  package var customMirror: Mirror { Mirror(self, children: ["base": base]) }
}
