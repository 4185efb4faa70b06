/// The `Stripe-Signature` header of a webhook: made when sending, checked when receiving.
///
/// The official SDKs accept and refuse the same headers. Source: docs.stripe.com/webhooks/signature.
package enum StripeSignature {
  /// Why a delivery is not to be believed.
  package enum Mismatch: Error, Sendable, Equatable, CaseIterable {
    /// The header is absent or has no readable `t`.
    case unreadableHeader
    /// The header has no `v1`.
    case noSignature
    /// None of the signatures was made with one of the secrets over this body.
    case noMatch
    /// It was signed longer ago than is tolerated.
    case tooOld
    /// There is no secret to check with.
    case noSecret

    /// What is said of it, in the words of Stripe's own libraries.
    package var message: String {
      switch self {
      case .unreadableHeader: "Unable to extract timestamp and signatures from header"
      case .noSignature: "No signatures found with expected scheme v1"
      case .noMatch: "No signatures found matching the expected signature for payload"
      case .tooOld: "Timestamp outside the tolerance zone"
      case .noSecret: "No webhook secret is set"
      }
    }
  }

  /// How old a signature may be unless said otherwise, in seconds.
  package static let toleranceSeconds: Int64 = 300

  /// The value of the header: `t=…,v1=…`, with a `v1` for each secret.
  package static func header(body: [UInt8], secrets: [String], timestamp: Int64) -> String {
    let signatures = secrets.map { ",v1=" + signature(body: body, secret: $0, timestamp: timestamp) }
    return "t=\(timestamp)" + signatures.joined()
  }

  /// Passes when one of the signatures was made with one of the secrets, not too long ago; `body` is as received.
  ///
  /// A tolerance of 0 or nil leaves the age unchecked; a time in the future is believed, as Stripe's libraries do.
  /// - Throws: what is wrong with it.
  package static func verify(
    header: String?, body: [UInt8], secrets: [String], now: Int64, toleranceSeconds: Int64? = toleranceSeconds
  ) throws(Mismatch) {
    let secrets = secrets.filter { !$0.allSatisfy(\.isWhitespace) }
    guard !secrets.isEmpty else { throw .noSecret }
    let items = Array((header ?? "").utf8).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { $0.split(separator: UInt8(ascii: "="), maxSplits: 2, omittingEmptySubsequences: false) }
    func values(_ name: String) throws(Mismatch) -> [ArraySlice<UInt8>] {
      let found = items.filter { $0[0].elementsEqual(name.utf8) }
      guard found.allSatisfy({ $0.count > 1 }) else { throw .unreadableHeader }
      return found.map { $0[1] }
    }
    guard let timestamp = try values("t").first.flatMap(seconds) else { throw .unreadableHeader }
    let given = try values("v1")
    guard !given.isEmpty else { throw .noSignature }
    let isKnown = secrets.contains { secret in
      let expected = Array(signature(body: body, secret: secret, timestamp: timestamp).utf8)
      return given.contains { HMACSHA256.isEqual(Array($0), expected) }
    }
    guard isKnown else { throw .noMatch }
    if let toleranceSeconds, toleranceSeconds > 0, timestamp < now - toleranceSeconds { throw .tooOld }
  }

  /// A number as Python reads it, whose library sets the rule: blanks around it and single `_` between digits are no
  /// part of it. What is signed is the number, however it is written.
  private static func seconds(_ text: ArraySlice<UInt8>) -> Int64? {
    let text = String(decoding: text, as: UTF8.self)
    if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return Int64(text) }
    guard let found = text.wholeMatch(of: /[ \t\n\x0b\x0c\r]*([+-]?[0-9]+(?:_[0-9]+)*)[ \t\n\x0b\x0c\r]*/) else {
      return nil
    }
    return Int64(found.1.filter { $0 != "_" })
  }

  /// The whole secret is the key, `whsec_` included; the message is the time, a dot and the body.
  private static func signature(body: [UInt8], secret: String, timestamp: Int64) -> String {
    SHA256Digest.hex(HMACSHA256.code(key: Array(secret.utf8), message: Array("\(timestamp).".utf8) + body))
  }
}
