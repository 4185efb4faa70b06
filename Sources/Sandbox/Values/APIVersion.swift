/// A Stripe API version, such as `2026-10-28.endive`; ordered by its date.
package struct APIVersion: Sendable, Hashable, Comparable {
  /// The version as written.
  package let text: String
  /// The ten characters of the date.
  private let date: String

  /// The version that the sandbox keeps its objects in, and that a request without a version gets.
  package static let current = APIVersion("2026-10-28.endive")!
  /// The first version of each name whose shapes differ (CONTRACT.md, section 12).
  package static let basil = APIVersion("2025-03-31.basil")!
  /// A discount's coupon moved, and billing is flexible by default.
  package static let clover = APIVersion("2025-09-30.clover")!
  /// The release of March 2026.
  package static let dahlia = APIVersion("2026-03-25.dahlia")!
  /// The release of September 2026; ours is one of its months.
  package static let endive = APIVersion("2026-09-30.endive")!

  /// Reads `2022-11-15` or `2025-09-30.clover`; nil for anything else.
  package init?(_ text: String) {
    // By hand: it stands in the way of every request.
    let bytes = Array(text.utf8)
    guard bytes.count >= 10, bytes.count <= 40 else { return nil }
    for (index, byte) in bytes.enumerated() {
      let isRight =
        switch index {
        case 4, 7: byte == UInt8(ascii: "-")
        case 0..<10: byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        case 10: byte == UInt8(ascii: ".") && bytes.count > 11
        default: byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
        }
      guard isRight else { return nil }
    }
    self.text = text
    date = String(text.prefix(10))
  }

  package static func < (one: APIVersion, other: APIVersion) -> Bool { one.date < other.date }
  package static func == (one: APIVersion, other: APIVersion) -> Bool { one.date == other.date }
  package func hash(into hasher: inout Hasher) { hasher.combine(date) }
}
