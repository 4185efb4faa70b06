/// Writes JSON text: UTF-8, either on one line or indented by two spaces as Stripe does.
package struct JSONWriter {
  /// The text so far.
  package private(set) var bytes: [UInt8] = []
  private let isPretty: Bool
  private var depth = 0

  /// Begins an empty text.
  package init(pretty: Bool = false, capacity: Int = 2048) {
    isPretty = pretty
    bytes.reserveCapacity(capacity)
  }

  /// The text of one value.
  package static func bytes(_ value: JSON, pretty: Bool = false) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty)
    writer.write(value)
    return writer.bytes
  }

  /// The text of one object.
  package static func bytes(_ object: JSONObject, pretty: Bool = false) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty)
    writer.write(object)
    return writer.bytes
  }

  /// Appends a value.
  package mutating func write(_ value: JSON) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): write(integer: value)
    case .decimal(let digits): bytes.append(contentsOf: digits.utf8)
    case .string(let text): write(string: text)
    case .array(let elements):
      guard !elements.isEmpty else { return append("[]") }
      open(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { next() }
        write(element)
      }
      close(UInt8(ascii: "]"))
    case .object(let object): write(object)
    }
  }

  /// Appends an object.
  package mutating func write(_ object: JSONObject) {
    guard !object.isEmpty else { return append("{}") }
    open(UInt8(ascii: "{"))
    var isFirst = true
    for member in object.members {
      if !isFirst { next() }
      isFirst = false
      write(string: member.name)
      bytes.append(UInt8(ascii: ":"))
      if isPretty { bytes.append(UInt8(ascii: " ")) }
      write(member.value)
    }
    close(UInt8(ascii: "}"))
  }

  private mutating func open(_ bracket: UInt8) {
    bytes.append(bracket)
    depth += 1
    newLine()
  }

  private mutating func next() {
    bytes.append(UInt8(ascii: ","))
    newLine()
  }

  private mutating func close(_ bracket: UInt8) {
    depth -= 1
    newLine()
    bytes.append(bracket)
  }

  private mutating func newLine() {
    guard isPretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }

  private mutating func append(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func write(integer value: Int64) {
    guard value != .min else { return bytes.append(contentsOf: String(value).utf8) }
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  private mutating func write(string text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      for (index, byte) in utf8.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5c {
        bytes.append(contentsOf: utf8[start..<index])
        escape(byte)
        start = index + 1
      }
      bytes.append(contentsOf: utf8[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    default:
      let digits = Array("0123456789abcdef".utf8)
      bytes.append(contentsOf: Array("u00".utf8))
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    }
  }
}
