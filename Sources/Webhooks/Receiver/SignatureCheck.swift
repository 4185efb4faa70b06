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

  /// The secrets in a text: joined by commas, or a line each; blanks around them are no part of them.
  package static func secrets(in text: String) -> [String] {
    text.split { $0 == "," || $0.isNewline }.map { $0.trimmed }.filter { !$0.isEmpty }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
