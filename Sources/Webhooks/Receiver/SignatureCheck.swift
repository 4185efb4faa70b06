package import Digest

/// Says of a delivery whether it comes from who knows a secret, and when it was sent.
package struct SignatureCheck: Sendable {
  private let secrets: [String]
  private let toleranceSeconds: Int64

  /// - Parameters:
  ///   - secrets: any of them will do, as while one is rolled over to the next; whole, `whsec_` included.
  ///   - toleranceSeconds: how old a signature may be; at least 1, so that the age is never left unchecked.
  package init(secrets: [String], toleranceSeconds: Int64 = StripeSignature.toleranceSeconds) {
    self.secrets = secrets
    self.toleranceSeconds = max(1, toleranceSeconds)
  }

  /// Passes when the header signs these very bytes.
  ///
  /// - Throws: what is wrong with it.
  package func require(
    header: String?, body: [UInt8], now: Int64
  ) throws(StripeSignature.Mismatch) {
    try StripeSignature.verify(
      header: header, body: body, secrets: secrets, now: now, toleranceSeconds: toleranceSeconds)
  }

  /// The secrets in a text: joined by commas, or a line each. Blanks around them are no part of them, and lines that
  /// begin with `#` are none.
  package static func secrets(in text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).map(\.trimmed).filter { !$0.hasPrefix("#") }
      .flatMap { $0.split(separator: ",").map(\.trimmed) }.filter { !$0.isEmpty }
  }

  /// Whether a text looks as the secrets of endpoints do: a key, another id or a note would let nobody in, or everybody
  /// who can guess it.
  package static func isSecret(_ text: String) -> Bool { text.wholeMatch(of: /whsec_[A-Za-z0-9+\/=_-]+/) != nil }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
