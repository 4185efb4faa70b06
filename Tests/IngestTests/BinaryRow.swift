import ResourceStore
import StripeModel
import Testing

/// Reads rows of PostgreSQL's binary COPY format back, for comparison.
enum BinaryRow {
  /// The fields of one row, nil for NULL; nothing may follow them.
  static func fields(_ bytes: [UInt8]) throws -> [[UInt8]?] {
    var rest = bytes[...]
    func number(_ width: Int) throws -> Int {
      try #require(rest.count >= width)
      defer { rest = rest.dropFirst(width) }
      let number = rest.prefix(width).reduce(0) { $0 << 8 | Int($1) }
      return number >= 1 << (8 * width - 1) ? number - 1 << (8 * width) : number
    }
    let count = try number(2)
    var fields: [[UInt8]?] = []
    for _ in 0..<count {
      let length = try number(4)
      guard length >= 0 else {
        fields.append(nil)
        continue
      }
      try #require(rest.count >= length)
      fields.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    #expect(rest.isEmpty)
    return fields
  }

  /// A field as PostgreSQL would show it; `\\N` for NULL.
  static func text(_ bytes: [UInt8]?, of name: String, in definition: ResourceDefinition) -> String {
    guard let bytes else { return #"\N"# }
    switch definition.columns.first(where: { $0.name == name })?.kind {
    case .boolean: return bytes == [1] ? "t" : "f"
    case .integer, .minorUnits: return "\(integer(bytes))"
    case .unixTime: return time(bytes)
    case .decimal: return decimal(bytes)
    case .json, .references:
      #expect(bytes.first == 1)
      return String(utf8: Array(bytes.dropFirst()))
    case nil where ["content_hash", "expanded_hash", "observed_sequence"].contains(name): return "\(integer(bytes))"
    case nil where ["deleted", "is_placeholder"].contains(name): return bytes == [1] ? "t" : "f"
    case nil where ["deleted_at", "observed_at"].contains(name) || name.hasSuffix("_complete_at"): return time(bytes)
    default: return String(utf8: bytes)
    }
  }

  private static func integer(_ bytes: [UInt8]) -> Int64 {
    Int64(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
  }

  private static func time(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    TimestampText.append(seconds: integer(bytes) / 1_000_000 + 946_684_800, to: &text)
    return String(utf8: text)
  }

  private static func decimal(_ bytes: [UInt8]) -> String {
    let words = stride(from: 0, to: bytes.count, by: 2).map { place in
      Int(Int16(bitPattern: UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])))
    }
    let (weight, scale) = (words[1], words[3])
    let groups = words.dropFirst(4)
    func group(_ power: Int) -> String {
      let place = 4 + weight - power
      let value = groups.indices.contains(place) ? groups[place] : 0
      return String(repeating: "0", count: 4 - String(value).count) + String(value)
    }
    let whole = weight < 0 ? "0" : stride(from: weight, through: 0, by: -1).map(group).joined()
    let fraction = stride(from: -1, through: -(scale + 3) / 4, by: -1).map(group).joined().prefix(scale)
    let trimmed = String(whole.drop { $0 == "0" })
    return (words[2] == 0 ? "" : "-") + (trimmed.isEmpty ? "0" : trimmed) + (scale > 0 ? "." + fraction : "")
  }
}
