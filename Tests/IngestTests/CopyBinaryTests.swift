import Testing

@testable import Ingest

/// Rules of PostgreSQL's binary COPY format, from its documentation.
@Suite struct CopyBinaryTests {
  private static func bytes(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
    var bytes: [UInt8] = [0x7c]
    write(&bytes)
    return Array(bytes.dropFirst())
  }

  @Test(arguments: ["", "plain", "a\tb\n\\", "é日本🧋"])
  func texts(_ text: String) {
    let bytes = Self.bytes { bytes in withBytes(text) { CopyBinary.append($0, to: &bytes) } }
    #expect(bytes == [0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8))
  }

  @Test func jsonIsPrecededByItsVersion() {
    let bytes = Self.bytes { bytes in withBytes("[1]") { CopyBinary.append(jsonb: $0, to: &bytes) } }
    #expect(bytes == [0, 0, 0, 4, 1] + Array("[1]".utf8))
  }

  private static let bigEndian: [(Int64, [UInt8])] = [
    (0, [0, 0, 0, 0, 0, 0, 0, 0]), (1, [0, 0, 0, 0, 0, 0, 0, 1]), (-2, [255, 255, 255, 255, 255, 255, 255, 254]),
    (.min, [128, 0, 0, 0, 0, 0, 0, 0]), (0x0102_0304_0506_0708, [1, 2, 3, 4, 5, 6, 7, 8]),
  ]

  @Test(arguments: bigEndian)
  func numbersAreBigEndian(_ number: Int64, _ expected: [UInt8]) {
    #expect(Self.bytes { CopyBinary.append(number, to: &$0) } == [0, 0, 0, 8] + expected)
  }

  @Test func theRest() {
    #expect(Self.bytes { CopyBinary.append(true, to: &$0) } == [0, 0, 0, 1, 1])
    #expect(Self.bytes { CopyBinary.append(false, to: &$0) } == [0, 0, 0, 1, 0])
    #expect(Self.bytes { CopyBinary.appendNull(to: &$0) } == [255, 255, 255, 255])
    #expect(Self.bytes { CopyBinary.begin(fields: 258, in: &$0) } == [1, 2])
    // 2000-01-01 is zero.
    let millisecond: [UInt8] = [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 3, 232]
    #expect(Self.bytes { CopyBinary.append(milliseconds: 946_684_800_001, to: &$0) } == millisecond)
  }

  /// Digits, weight, sign and scale as `numeric_send` answers them: asked of PostgreSQL 15 for each of these.
  private static let grouped: [(String, [Int16], Int, Bool, Int)] = [
    ("0", [], 0, false, 0), ("-0.00", [], 0, false, 2), ("1", [1], 0, false, 0), ("-12345", [1, 2345], 1, true, 0),
    ("0.125", [1250], -1, false, 3), ("10000", [1], 1, false, 0), ("1.50", [1, 5000], 0, false, 2),
    ("0.000000000001", [1], -3, false, 12), ("1e-7", [10], -2, false, 7), ("2.5e+10", [250], 2, false, 0),
    ("+.5", [5000], -1, false, 1), ("1.", [1], 0, false, 0), ("100000000.0001", [1, 0, 0, 1], 2, false, 4),
    ("1E3", [1000], 0, false, 0), ("0.00012", [1, 2000], -1, false, 5),
  ]

  @Test(arguments: grouped)
  func decimalsInGroups(_ text: String, _ groups: [Int16], _ weight: Int, _ isNegative: Bool, _ scale: Int) {
    let decimal = withBytes(text) { BinaryDecimal($0) }
    #expect(decimal.groups == groups)
    #expect(decimal.weight == weight)
    #expect(decimal.isNegative == isNegative)
    #expect(decimal.scale == scale)
  }

  @Test(arguments: [
    "0", "500", "-500", "+1", "0.125", "1.", ".5", "12345678901234567890.123456789012", "1e3", "1E-12", "2.5e+10",
  ])
  func decimals(_ text: String) { #expect(withBytes(text) { CopyBinary.isDecimal($0) }) }

  @Test(arguments: [
    "", "-", "+", ".", "e5", "1e", "1e+", "1e1000", "1,5", "1.2.3", " 1", "1 ", "0x10", "NaN", "Infinity", "--1",
    "1e5.5",
    "١",
  ])
  func notDecimals(_ text: String) { #expect(!withBytes(text) { CopyBinary.isDecimal($0) }) }

  @Test func decimalsHaveAnEnd() {
    #expect(withBytes(String(repeating: "9", count: 1000)) { CopyBinary.isDecimal($0) })
    #expect(!withBytes(String(repeating: "9", count: 1001)) { CopyBinary.isDecimal($0) })
  }
}
