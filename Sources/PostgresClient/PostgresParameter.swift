import PlatformCore

/// One bound value of a statement; it travels as text, so the SQL casts it where PostgreSQL cannot infer the type.
package enum PostgresParameter: Sendable, Equatable {
  /// NULL.
  case null
  /// Text without U+0000, which PostgreSQL cannot hold.
  case text(String)
  /// A whole number.
  case integer(Int64)
  /// Yes or no.
  case boolean(Bool)
  /// `text[]`; nil elements are NULL.
  case textArray([String?])
  /// `bigint[]`; nil elements are NULL.
  case integerArray([Int64?])
  /// `bytea`.
  case bytes([UInt8])

  /// Appends the text form; answers false for NULL.
  func encode(into bytes: inout [UInt8]) -> Bool {
    switch self {
    case .null: return false
    case .text(let text): bytes.append(contentsOf: text.utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .boolean(let value): bytes.append(value ? UInt8(ascii: "t") : UInt8(ascii: "f"))
    case .textArray(let elements):
      Self.appendArray(elements, to: &bytes) { Self.appendQuoted($0, to: &$1) }
    case .integerArray(let elements):
      Self.appendArray(elements, to: &bytes) { $1.append(contentsOf: String($0).utf8) }
    case .bytes(let content):
      bytes.append(contentsOf: "\\x".utf8)
      let digits = Array("0123456789abcdef".utf8)
      for byte in content { bytes.append(contentsOf: [digits[Int(byte >> 4)], digits[Int(byte & 15)]]) }
    }
    return true
  }

  private static func appendArray<Element>(
    _ elements: [Element?], to bytes: inout [UInt8], _ append: (Element, inout [UInt8]) -> Void
  ) {
    bytes.append(UInt8(ascii: "{"))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if let element { append(element, &bytes) } else { bytes.append(contentsOf: "NULL".utf8) }
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    bytes.append(quote)
    for byte in text.utf8 {
      if byte == quote || byte == backslash { bytes.append(backslash) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }
}

/// The parameters of one statement as the C strings libpq wants, in one buffer.
struct EncodedParameters {
  private var bytes: [UInt8] = []
  private var offsets: [Int?] = []

  /// - Throws: `.data` for a text with U+0000.
  init(_ parameters: [PostgresParameter]) throws(PlatformError) {
    guard parameters.count <= 65535 else {
      throw PlatformError(.bug, "a statement has \(parameters.count) parameters; PostgreSQL takes at most 65535")
    }
    for (index, parameter) in parameters.enumerated() {
      let start = bytes.count
      guard parameter.encode(into: &bytes) else {
        offsets.append(nil)
        continue
      }
      if bytes[start...].contains(0) {
        throw PlatformError(
          .data, "a text value holds the character U+0000, which PostgreSQL cannot store",
          context: ["parameter": "$\(index + 1)"])
      }
      bytes.append(0)
      offsets.append(start)
    }
  }

  /// Lends the array of C strings; nil elements are NULL.
  func withPointers<Answer>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, Int32) throws -> Answer
  ) rethrows -> Answer {
    try bytes.withUnsafeBytes { raw in
      let base = raw.bindMemory(to: CChar.self).baseAddress
      let pointers = offsets.map { offset in offset.flatMap { base?.advanced(by: $0) } }
      return try pointers.withUnsafeBufferPointer { try body($0.baseAddress, Int32(offsets.count)) }
    }
  }
}
