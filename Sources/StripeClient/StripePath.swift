/// Paths below the API's address, and what follows them.
package enum StripePath {
  /// `of("/v1/coupons", "50 % off")` is `/v1/coupons/50%20%25%20off`: ids of coupons and products are people's words.
  package static func of(_ collection: String, _ parts: String...) -> String {
    ([collection] + parts.map(escaped)).joined(separator: "/")
  }

  /// Parameters as a query or as the body of a POST: `created%5Bgte%5D=1&limit=100`.
  static func form(_ parameters: [(String, String)]) -> String {
    parameters.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&")
  }

  /// The endpoint that a call counts against, ids left out: `GET /v1/customers/*/payment_methods`.
  ///
  /// Collections and ids take turns, behind the word that some collections are grouped under.
  static func endpoint(_ method: String, _ path: String) -> String {
    let parts = path.split(separator: "/")
    let start = parts.count > 1 && groups.contains(String(parts[1])) ? 2 : 1
    let names = parts.enumerated().map { index, part in
      index > start && (index - start) % 2 == 1 && part != "search" ? "*" : part
    }
    return "\(method) /" + names.joined(separator: "/")
  }

  /// Source: the paths in Stripe's API reference.
  private static let groups: Set<String> = [
    "apps", "billing", "billing_portal", "checkout", "climate", "entitlements", "financial_connections", "forwarding",
    "identity", "issuing", "radar", "reporting", "sigma", "tax", "terminal", "test_helpers", "treasury",
  ]

  /// A text with every byte that is not a letter, a digit or one of `-._~` in percent form.
  static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
