import CLibcrypto

/// HMAC-SHA256 by libcrypto.
///
/// Source: RFC 2104, RFC 4231.
package enum HMACSHA256 {
  /// The 32 bytes that prove that who wrote the message knows the key.
  package static func code(key: [UInt8], message: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      var length: UInt32 = 0
      // An empty key has no address, which libcrypto would read as "the key of the last call".
      let key = key.isEmpty ? [0] : key
      HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, buffer.baseAddress, &length)
      count = Int(length)
    }
  }

  /// Whether two texts are equal, in a time that does not tell where they differ.
  package static func isEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
  }
}
