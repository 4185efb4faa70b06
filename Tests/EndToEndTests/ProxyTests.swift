import Foundation
import HTTPServer
import TestSupport
import Testing

/// Proxies of the environment, as the program takes them.
@Suite("Proxies") struct ProxyTests {
  /// An API that has nothing in it.
  private static func answer(_ request: HTTPRequest) -> HTTPResponse {
    let text =
      request.path == "/v1/account"
      ? #"{"id":"acct_1","object":"account"}"# : #"{"object":"list","data":[],"has_more":false}"#
    return HTTPResponse(headers: [("Content-Type", "application/json")], body: .bytes(Array(text.utf8)))
  }

  private func fetch(_ base: String, _ environment: [String: String]) async throws -> TestBinary.Outcome {
    let folder = try TemporaryDirectory()
    let settings = [
      "STRIPE_API_BASE": base, "STRIPE_API_KEY": "sk_test_proxied12345", "OKAPI_HOME": folder.path + "/home",
    ]
    return try await TestBinary.run(
      ["fetch", "products"], environment: settings.merging(environment) { $1 }, directory: folder.url)
  }

  @Test("http_proxy and https_proxy are used, but not for hosts of no_proxy and never for this machine")
  func proxies() async throws {
    let server = try HTTPServer(port: 0, handler: Self.answer)
    defer { server.stop() }
    try await ForwardProxy.with(to: Int(server.port)) { proxy in
      let away = "http://stripe.invalid"
      let proxied = try await fetch(away, ["http_proxy": proxy.url])
      #expect(proxied.status == 0, "\(proxied.stderr)")
      #expect(proxy.requests.contains { $0.hasPrefix("GET http://stripe.invalid/v1/products?") })
      #expect(proxy.requests.allSatisfy { $0.hasPrefix("GET http://stripe.invalid/") })

      let known = proxy.requests.count
      let direct = try await fetch(away, ["http_proxy": proxy.url, "no_proxy": "stripe.invalid"])
      #expect(direct.status == 69 && direct.stderr.contains("The host of the API is not known"), "\(direct.stderr)")
      let near = try await fetch("http://\(server.address)", ["http_proxy": proxy.url, "all_proxy": proxy.url])
      #expect(near.status == 0, "\(near.stderr)")
      let named = try await fetch("http://localhost:\(server.port)", ["http_proxy": proxy.url])
      #expect(named.status == 0, "\(named.stderr)")
      #expect(proxy.requests.count == known)

      // The server behind has no TLS: that it was asked for is what counts.
      let secure = try await fetch("https://stripe.invalid", ["https_proxy": proxy.url])
      #expect(secure.status == 69 && secure.stderr.contains("cannot be spoken to safely"), "\(secure.stderr)")
      #expect(proxy.requests.dropFirst(known).allSatisfy { $0 == "CONNECT stripe.invalid:443" })
      #expect(proxy.requests.count > known)
    }
  }
}
