import Foundation

/// What of a value must not be shown.
package enum Secrecy: Sendable {
  /// Nothing is secret.
  case open
  /// All but a key's kind and its last four letters.
  case key
  /// The passwords in a connection URL or a `key=value` connection string.
  case connection

  /// The value with what is secret replaced by `…` (a key) or `***` (a password).
  package func masked(_ value: String) -> String {
    switch self {
    case .open: value
    case .key: Self.maskedKey(value)
    case .connection: Self.maskedConnection(value)
    }
  }

  /// `sk_test_abcdefghijkl` becomes `sk_test_…ijkl`; what is too short to spare four letters keeps none.
  private static func maskedKey(_ value: String) -> String {
    // sk_test_, rk_live_, sk_org_live_ …
    let kind = value.prefixMatch(of: #/[a-z]{1,5}_(?:[a-z]{1,5}_)?(?:test|live)_/#).map { String($0.output) } ?? ""
    let rest = value.dropFirst(kind.count)
    return kind + "…" + (rest.count >= 12 ? String(rest.suffix(4)) : "")
  }

  /// Masks generously: rather too much of an unusual URL than a letter of a password.
  private static func maskedConnection(_ value: String) -> String {
    var text = value
    if let scheme = text.range(of: "://"), let at = text.range(of: "@", options: .backwards),
      scheme.upperBound < at.lowerBound,
      let colon = text[scheme.upperBound..<at.lowerBound].firstIndex(of: ":")
    {
      text.replaceSubrange(text.index(after: colon)..<at.lowerBound, with: "***")
    }
    let words = #/(?i)(?<name>(?:ssl)?password\s*=\s*)(?:'(?:\\.|[^'\\])*'?|[^&\s]+)/#
    return text.replacing(words) { "\($0.output.name)***" }
  }

  /// Whether a connection string carries a password.
  package static func hasPassword(_ connection: String) -> Bool { maskedConnection(connection) != connection }
}
