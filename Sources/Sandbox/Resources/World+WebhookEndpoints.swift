import StripeModel

extension World {
  private static let endpointLimit = 16

  /// Makes an endpoint; this answer alone shows the secret.
  func createWebhookEndpoint(_ params: Params) throws -> Record {
    let url = try params.require("url")
    try checkURL(url, param: params.path("url"))
    guard let events = params.strings("enabled_events"), !events.isEmpty else {
      throw StripeError.missing(params.path("enabled_events"))
    }
    guard try count(ListQuery(.webhookEndpoint)) < Self.endpointLimit else {
      throw StripeError.invalid("You have reached the maximum of \(Self.endpointLimit) test webhook endpoints.")
    }
    var endpoint = Record(blank: .webhookEndpoint, created: now)
    endpoint.body.remove("secret")
    if let version = params.text("api_version") {
      guard APIVersion(version) != nil else {
        throw StripeError.invalid("Invalid API version: \(version)", param: params.path("api_version"))
      }
      endpoint["api_version"] = .string(version)
    }
    endpoint["metadata"] = [:]
    endpoint["status"] = "enabled"
    try take(params, into: &endpoint)
    endpoint.hidden["secret"] = .string("whsec_" + randomText(32))
    try save(&endpoint)
    var shown = endpoint
    shown["secret"] = endpoint.hidden["secret"]
    return shown
  }

  func updateWebhookEndpoint(_ id: String, _ params: Params) throws -> Record {
    var endpoint = try require(.webhookEndpoint, id, param: "webhook_endpoint", inPath: true)
    if let url = params.text("url") { try checkURL(url, param: params.path("url")) }
    if let disabled = params.flag("disabled") { endpoint["status"] = disabled ? "disabled" : "enabled" }
    try take(params, into: &endpoint)
    try save(&endpoint)
    return endpoint
  }

  func deleteWebhookEndpoint(_ id: String) throws {
    var endpoint = try require(.webhookEndpoint, id, param: "webhook_endpoint", inPath: true)
    try delete(&endpoint)
  }

  private func take(_ params: Params, into endpoint: inout Record) throws {
    endpoint.take(params, "description", "url")
    try endpoint.takeMetadata(params)
    guard let events = params.strings("enabled_events") else { return }
    for (index, type) in events.enumerated() where !EventTypes.canBeAskedFor(type) {
      throw StripeError.invalid(
        "Invalid enabled_events[\(index)]: \(type) is not an event type", param: "enabled_events[\(index)]")
    }
    endpoint["enabled_events"] = .strings(events)
  }

  private func checkURL(_ url: String, param: String) throws {
    guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
      throw StripeError.invalid(
        "Invalid URL: An explicit scheme (such as https) must be provided.", code: "url_invalid", param: param)
    }
    guard World.isWebhookURL(url) else {
      throw StripeError.invalid("Not a valid URL", code: "url_invalid", param: param)
    }
  }
}
