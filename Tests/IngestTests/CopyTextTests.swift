import Testing

@testable import Ingest

/// Rules of PostgreSQL's COPY text format, from its documentation.
@Suite struct CopyTextTests {
  @Test(arguments: [
    ("", ""), ("plain", "plain"), ("a\tb", #"a\tb"#), ("a\nb", #"a\nb"#), ("a\rb", #"a\rb"#), (#"a\b"#, #"a\\b"#),
    ("\t\n\r\\", #"\t\n\r\\"#), (#"\N"#, #"\\N"#), (#"\."#, #"\\."#), ("é\t日本🧋", "é\\t日本🧋"),
    ("\u{1}\u{7f}", "\u{1}\u{7f}"),
  ])
  func escapes(_ text: String, _ expected: String) {
    var bytes = Array("|".utf8)
    withBytes(text) { CopyText.append($0, to: &bytes) }
    #expect(String(utf8: bytes) == "|" + expected)
  }

  @Test func escapesJSONSource() {
    var bytes: [UInt8] = []
    CopyText.append(json: Array("{\n\t\"a\": \"x\\ty\\\\\"\r\n}".utf8), to: &bytes)
    #expect(String(utf8: bytes) == #"{\n\t"a": "x\\ty\\\\"\r\n}"#)
  }

  @Test(arguments: [
    0, 1, -1, 9, 10, -10, 99, 100, 1_234_567_890, 1_000_000_000_000, Int64.max, Int64.min, Int64.min + 1,
  ])
  func numbers(_ number: Int64) {
    var bytes = Array("x".utf8)
    CopyText.append(number, to: &bytes)
    #expect(String(utf8: bytes) == "x\(number)")
  }

  @Test func randomNumbers() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let number = Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0...63, using: &random)
      var bytes: [UInt8] = []
      CopyText.append(number, to: &bytes)
      #expect(String(utf8: bytes) == String(number))
    }
  }

  @Test(arguments: [
    "0", "500", "-500", "+1", "0.125", "1.", ".5", "12345678901234567890.123456789012", "1e3", "1E-12", "2.5e+10",
  ])
  func decimals(_ text: String) { #expect(withBytes(text) { CopyText.isDecimal($0) }) }

  @Test(arguments: [
    "", "-", "+", ".", "e5", "1e", "1e+", "1e1000", "1,5", "1.2.3", " 1", "1 ", "0x10", "NaN", "Infinity", "--1",
    "1e5.5",
    "١",
  ])
  func notDecimals(_ text: String) { #expect(!withBytes(text) { CopyText.isDecimal($0) }) }

  @Test func decimalsHaveAnEnd() {
    #expect(withBytes(String(repeating: "9", count: 1000)) { CopyText.isDecimal($0) })
    #expect(!withBytes(String(repeating: "9", count: 1001)) { CopyText.isDecimal($0) })
  }
}

/// The same sequence for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
