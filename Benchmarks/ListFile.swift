import Foundation
import PlatformCore
import ResourceStore

/// A file of one list as Stripe's tools print it: an envelope, two blanks a level.
final class ListFile {
  private let file: AtomicFile
  private var buffer: [UInt8] = []
  private(set) var count = 0
  private(set) var bytes = 0

  init(_ url: URL) throws(PlatformError) {
    file = try AtomicFile(url, permissions: 0o644)
    buffer += Array("{\n  \"object\": \"list\",\n  \"data\": [".utf8)
  }

  /// Adds an element, given as JSON with any blanks.
  func append(_ json: String) throws(PlatformError) {
    buffer += Array((count == 0 ? "\n    " : ",\n    ").utf8)
    Self.print(json, depth: 2, to: &buffer)
    count += 1
    if buffer.count > 1 << 20 { try flush() }
  }

  func finish() throws(PlatformError) {
    buffer += Array("\n  ],\n  \"has_more\": false,\n  \"url\": \"/v1/list\"\n}\n".utf8)
    try flush()
    try file.finish()
  }

  private func flush() throws(PlatformError) {
    bytes += buffer.count
    try file.append(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Pretty-prints: a member a line, `{}` and `[]` closed up.
  private static func print(_ json: String, depth: Int, to output: inout [UInt8]) {
    var depth = depth
    var isInString = false
    var previous: UInt8 = 0
    func indent(_ output: inout [UInt8], _ depth: Int) {
      output.append(UInt8(ascii: "\n"))
      for _ in 0..<depth { output += [UInt8(ascii: " "), UInt8(ascii: " ")] }
    }
    for byte in json.utf8 {
      if isInString {
        output.append(byte)
        if byte == UInt8(ascii: "\"") { isInString = false }
        previous = byte
        continue
      }
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\n"): continue
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if previous != UInt8(ascii: "{"), previous != UInt8(ascii: "[") { indent(&output, depth) }
        output.append(byte)
      default:
        if previous == UInt8(ascii: "{") || previous == UInt8(ascii: "[") { indent(&output, depth) }
        output.append(byte)
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: ","): indent(&output, depth)
        case UInt8(ascii: ":"): output.append(UInt8(ascii: " "))
        case UInt8(ascii: "\""): isInString = true
        default: break
        }
      }
      previous = byte
    }
  }
}
