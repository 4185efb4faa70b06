import Digest
import Foundation
import PlatformCore

/// Keys that a later run finds again: made of the call itself, so that Stripe never sees one with other parameters.
///
/// A run that was killed left a call of which nobody knows whether it happened. The next run makes the same call under
/// the same key, and Stripe does it once.
enum IdempotencyKey {
  /// How many keys of one call are derived; further ones are drawn.
  static let derived = 5

  /// - Parameters:
  ///   - purpose: what tells calls with equal parameters apart: whose card it is.
  ///   - attempt: rises when the answer that Stripe kept under the key before proved worthless. After five the key is
  ///     drawn: who deletes and populates all day long should not wade through the answers of the morning.
  static func of(
    _ path: String, _ parameters: [(String, String)], purpose: [String] = [], attempt: Int
  ) throws(PlatformError) -> String {
    guard attempt < derived else { return drawn }
    let words = [path] + parameters.flatMap { [$0.0, $0.1] } + ["for"] + purpose + [String(attempt)]
    // Lengths before the words: no two calls run together into the same bytes.
    let bytes = words.flatMap { Array("\($0.utf8.count):\($0)".utf8) }
    return try namespace + SHA256Digest.hex(of: bytes)
  }

  /// A new one, for a call that may happen twice.
  static var drawn: String { namespace + UUID().uuidString }

  private static let namespace = "okapi-populate-"
}
