import Foundation
import HTTPServer
import Sandbox

/// The key a request came with.
struct APIKey: Sendable, Equatable {
  /// The key itself; never in a log.
  let text: String
  /// Whether it is restricted, so that resources may be forbidden to it.
  let isRestricted: Bool
}

/// Who asks: any test key is let in, as nothing in a sandbox is secret (CONTRACT.md, section 2).
enum Authentication {
  /// The key of the request, by Bearer or as the user name of Basic.
  ///
  /// - Throws: 401 in Stripe's words.
  static func key(_ request: HTTPRequest) throws(StripeError) -> APIKey {
    guard let header = request.header("Authorization"), let text = credentials(header), !text.isEmpty else {
      throw StripeError(status: 401, missing)
    }
    if text.contains("_live_"), !text.hasPrefix("pk_") {
      throw StripeError(
        status: 401,
        """
        Invalid API Key provided: \(masked(text)). This is the Okapi sandbox: it takes test keys (sk_test_…) only, and \
        a live key should never be sent to it.
        """)
    }
    if text.hasPrefix("pk_") {
      throw StripeError(
        status: 401, code: "secret_key_required",
        """
        This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of \
        your API keys at https://dashboard.stripe.com/account/apikeys.
        """)
    }
    let isRestricted = text.hasPrefix("rk_test_")
    guard isRestricted || text.hasPrefix("sk_test_"), text.utf8.count > 8, text.utf8.allSatisfy(isKeyByte) else {
      throw StripeError(status: 401, "Invalid API Key provided: \(masked(text))")
    }
    return APIKey(text: text, isRestricted: isRestricted)
  }

  /// A key with all but its kind and its last four characters as stars.
  static func masked(_ key: String) -> String {
    let kinds = ["sk_test_", "rk_test_", "pk_test_", "sk_live_", "rk_live_", "pk_live_", "sk_org_live_"]
    let head = kinds.first { key.hasPrefix($0) } ?? ""
    let rest = key.count - head.count
    let shown = rest > 4 ? 4 : 0
    return head + String(repeating: "*", count: rest - shown) + key.suffix(shown)
  }

  /// The refusal of a restricted key.
  static func forbidden(_ key: APIKey, _ resource: String, isWrite: Bool, account: String) -> StripeError {
    StripeError(
      status: 403,
      """
      The provided key '\(masked(key.text))' does not have the required permissions for this endpoint on account \
      '\(account)'. Having the 'rak_\(resource)_\(isWrite ? "write" : "read")' permission would allow this request to \
      continue.
      """)
  }

  /// The refusal of an account that the key does not reach.
  static func noAccess(_ key: APIKey, account: String) -> StripeError {
    StripeError(
      status: 403, code: "account_invalid",
      """
      The provided key '\(masked(key.text))' does not have access to account '\(account)' (or that account does not \
      exist). Application access may have been revoked.
      """)
  }

  private static let missing =
    """
    You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth \
    (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we \
    can help at https://support.stripe.com/.
    """

  private static func isKeyByte(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7f }

  private static func credentials(_ header: String) -> String? {
    guard let space = header.firstIndex(of: " ") else { return nil }
    let value = header[header.index(after: space)...].drop { $0 == " " }
    switch header[..<space].lowercased() {
    case "bearer": return String(value)
    case "basic":
      let padding = String(repeating: "=", count: (4 - value.utf8.count % 4) % 4)  // some clients leave it out
      guard let bytes = Data(base64Encoded: value + padding) else { return nil }
      return String(decoding: bytes.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
    default: return nil
    }
  }
}
