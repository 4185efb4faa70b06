import Digest
import Foundation
import HTTPClient
import PlatformCore
import Sandbox

/// Everything that one attempt needs, as it stands in the store at that moment.
struct Shipment: Sendable {
  private let delivery: Delivery
  private let event: JSONObject
  private let endpoint: Record
  let url: String
  let type: String

  /// Nil when the event or the endpoint is gone, or the endpoint is disabled.
  init?(_ delivery: Delivery, _ reader: RecordReader) throws {
    guard let event = try reader.find(.event, delivery.event),
      let endpoint = try reader.find(.webhookEndpoint, delivery.endpoint), !endpoint.isDeleted,
      endpoint.text("status") == "enabled", let url = endpoint.text("url")
    else { return nil }
    self.delivery = delivery
    self.endpoint = endpoint
    self.url = url
    type = event.text("type") ?? ""
    var body = event.body
    // As when the event happened, so that every attempt has the same body.
    let targets = Set(try reader.deliveries(of: delivery.event).map(\.endpoint))
    body["pending_webhooks"] = .integer(Int64(targets.count))
    if let version = endpoint.text("api_version").flatMap({ APIVersion($0) }) {
      try EventRendering.render(&body, version, reader)
    }
    self.event = body
  }

  /// Sends it; the result says how it went.
  func send(_ client: HTTPClient, _ options: WebhookOptions) -> Delivery {
    let body = JSONWriter.bytes(event, pretty: true)
    let now = Int64(options.clock.now.timeIntervalSince1970)
    let request = HTTPClient.Request(
      "POST", url,
      headers: [
        ("Content-Type", "application/json; charset=utf-8"),
        ("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"), ("Accept", "*/*"),
        ("Stripe-Signature", StripeSignature.header(body: body, secrets: secrets(at: now), timestamp: now)),
      ], body: body, timeout: options.timeout)
    var made = delivery
    do throws(HTTPClient.Failure) {
      let response = try client.send(request)
      made.response = response.status
      made.status = (200..<300).contains(response.status) ? .delivered : .failed
    } catch {
      made.status = .failed
      made.error = error.reason
    }
    return made
  }

  /// The endpoint's secret, and those that were replaced lately and are still good.
  private func secrets(at now: Int64) -> [String] {
    let old = (endpoint.hidden["old_secrets"].array ?? []).filter { ($0["until"].integer ?? 0) > now }
    return [endpoint.hidden["secret"].string].compactMap { $0 } + old.compactMap { $0["secret"].string }
  }
}
