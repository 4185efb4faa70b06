import Digest
import HTTPServer
import PlatformCore

/// What tells one request from another: method, path and parameters, whatever their order.
enum Fingerprint {
  /// A SHA-256 in hex, so that no parameter (a card's number) is kept in clear.
  static func of(_ exchange: Exchange, _ form: FormMap) throws(PlatformError) -> String {
    let digest = try SHA256Digest()
    digest.update(Array("\(exchange.request.method) \(exchange.request.path) ".utf8))
    digest.update(Array(form.canonical.utf8))
    return SHA256Digest.hex(digest.finalize())
  }
}
