/// Indents JSON text that was written on one line, byte by byte: nothing is parsed.
enum PrettyPrinter {
  /// The same JSON, indented by two spaces a level as Stripe does.
  static func indent(_ compact: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(compact.count * 2)
    var depth = 0
    var isInString = false
    var index = 0
    while index < compact.count {
      let byte = compact[index]
      index += 1
      if isInString {
        text.append(byte)
        if byte == UInt8(ascii: "\\"), index < compact.count {
          text.append(compact[index])
          index += 1
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        isInString = true
        text.append(byte)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        text.append(byte)
        // An empty one stays on its line.
        if index < compact.count, compact[index] == byte + 2 {
          text.append(compact[index])
          index += 1
        } else {
          depth += 1
          newLine(&text, depth)
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        newLine(&text, depth)
        text.append(byte)
      case UInt8(ascii: ","):
        text.append(byte)
        newLine(&text, depth)
      case UInt8(ascii: ":"):
        text.append(byte)
        text.append(UInt8(ascii: " "))
      default: text.append(byte)
      }
    }
    return text
  }

  private static func newLine(_ text: inout [UInt8], _ depth: Int) {
    text.append(UInt8(ascii: "\n"))
    for _ in 0..<max(depth, 0) {
      text.append(UInt8(ascii: " "))
      text.append(UInt8(ascii: " "))
    }
  }
}
