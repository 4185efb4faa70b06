/// Paths below the API's address.
package enum StripePath {
  /// `of("/v1/coupons", "50 % off")` is `/v1/coupons/50%20%25%20off`: ids of products and coupons are people's own words.
  package static func of(_ collection: String, _ parts: String...) -> String {
    ([collection] + parts.map(escaped)).joined(separator: "/")
  }

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
