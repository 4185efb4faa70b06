import Digest
package import PlatformCore

/// Writes and hashes the canonical form of values; its buffers are reused; not for use from two threads at once.
///
/// The form is a JSON text: members sorted by the bytes of their unescaped names, the last of two with one name,
/// members that are null left out, numbers without needless digits (`1.10` is `1.1`, `1.0` and `1e0` are `1`; nothing
/// is rounded), strings with only the escapes JSON demands, no blanks.
package struct CanonicalForm {
  private let writer = CanonicalWriter()
  private let digest: SHA256Digest

  /// Makes a form writer.
  ///
  /// - Throws: `.bug` if libcrypto cannot provide SHA-256.
  package init() throws(PlatformError) { digest = try SHA256Digest() }

  /// The first 8 bytes, big-endian, of SHA-256 over the canonical form.
  package mutating func hash(_ value: JSONValue, _ rules: CanonicalRules) -> Int64 {
    writer.write(value, rules)
    return finish()
  }

  /// The same over the members at these paths only, whatever their order; nil if none is present and not null.
  ///
  /// Each is written under its dotted path, whole: no rules apply inside.
  package mutating func hash(_ value: JSONValue, only paths: [[String]]) -> Int64? {
    writer.write(value, only: paths) ? finish() : nil
  }

  /// The canonical form itself, UTF-8 JSON.
  package mutating func bytes(_ value: JSONValue, _ rules: CanonicalRules) -> [UInt8] {
    writer.write(value, rules)
    return Array(writer.written)
  }

  private func finish() -> Int64 {
    digest.update(writer.written)
    return Int64(bitPattern: digest.finalizeFirst64Bits())
  }
}
