import Foundation
import HTTPClient
import PlatformCore
import Sandbox

/// Speaks to a running sandbox as an SDK would, for scenes that make an event happen.
final class TriggerClient {
  /// Parameters in brackets form, in order: `("items[0][price]", "price_…")`.
  typealias Form = KeyValuePairs<String, String>

  private let client = HTTPClient()
  private let url: String
  /// What is done between two looks for something that comes by itself.
  let pause: () -> Void

  /// Speaks to the sandbox at this URL.
  init(url: String, pause: @escaping () -> Void) {
    self.url = url
    self.pause = pause
  }

  /// Creates, changes or acts; a decline is part of many scenes and is no failure.
  ///
  /// - Throws: `.unavailable` without an answer, `.bug` with Stripe's words for any other refusal.
  @discardableResult
  func post(_ path: String, _ form: Form = [:]) throws -> JSON {
    try send("POST", path, form.map { ($0.key, $0.value) })
  }

  /// The same with parameters put together from several places.
  @discardableResult
  func post(_ path: String, pairs: [(String, String)]) throws -> JSON { try send("POST", path, pairs) }

  /// Deletes or cancels.
  @discardableResult
  func delete(_ path: String) throws -> JSON { try send("DELETE", path, []) }

  /// Reads; the query is in the path.
  func get(_ path: String) throws -> JSON { try send("GET", path, []) }

  private func send(_ method: String, _ path: String, _ form: [(String, String)]) throws -> JSON {
    let body = form.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
    let response: HTTPClient.Response
    do {
      response = try client.send(
        .init(
          method, url + path,
          headers: [
            ("Authorization", "Bearer sk_test_trigger"), ("Content-Type", "application/x-www-form-urlencoded"),
          ], body: Array(body.utf8), timeout: .seconds(60)))
    } catch {
      throw PlatformError(
        .unavailable, "the sandbox does not answer", cause: error.reason, context: ["url": url + path])
    }
    let answer = (try? JSONParser().parse(response.body)) ?? .null
    guard response.status == 200 || response.status == 402 else {
      throw PlatformError(
        .bug, "a step of the scene was refused", cause: answer["error"]["message"].string,
        context: ["request": "\(method) \(path)"])
    }
    return answer
  }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
  }
}
