import Digest
import Testing

/// What is accepted and refused was observed with Stripe's official library for Python, version 16.1.0.
@Suite struct StripeSignatureTests {
  private static let secret = "whsec_test_secret"
  private static let time: Int64 = 1_492_774_577
  private static let body = Array(#"{"id":"evt_1","object":"event"}"#.utf8)
  private static let good = "654b43d3508ecadb3f8cefc4bc7d3d2bdc5ba9e03bf2c89b2d0657a8e24e4543"
  private static let wrong = String(repeating: "0", count: 64)

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var header: String?
    var body = StripeSignatureTests.body
    var now = StripeSignatureTests.time
    var tolerance: Int64? = 300
    var secrets = [StripeSignatureTests.secret]
    var expected: StripeSignature.Mismatch?

    init(
      _ description: String, _ header: String?, age: Int64 = 0, _ expected: StripeSignature.Mismatch? = nil,
      change: (inout Row) -> Void = { _ in }
    ) {
      testDescription = description
      self.header = header
      now += age
      self.expected = expected
      change(&self)
    }
  }

  private static let right = "t=\(time),v1=\(good)"

  @Test(arguments: [
    Row("right v1, fresh", right),
    Row("wrong v1 then right v1", "t=\(time),v1=\(wrong),v1=\(good)"),
    Row("only v0", "t=\(time),v0=\(good)", .noSignature),
    Row("v0 beside v1", "t=\(time),v1=\(good),v0=\(wrong)"),
    Row("a space after the comma", "t=\(time), v1=\(good)", .noSignature),
    Row("no t", "v1=\(good)", .unreadableHeader),
    Row("t is no number", "t=now,v1=\(good)", .unreadableHeader),
    Row("upper-case hex", "t=\(time),v1=\(good.uppercased())", .noMatch),
    Row("body changed by one space", right, .noMatch) { $0.body.append(0x20) },
    Row("right v1, 300 s old", right, age: 300),
    Row("right v1, 301 s old", right, age: 301, .tooOld),
    Row("301 s old, tolerance 0", right, age: 301) { $0.tolerance = 0 },
    Row("301 s old, no tolerance", right, age: 301) { $0.tolerance = nil },
    Row("wrong v1, 301 s old", "t=\(time),v1=\(wrong)", age: 301, .noMatch),
    Row("10000 s in the future", right, age: -10_000),
    Row("empty header", "", .unreadableHeader),
    Row("missing header", nil, .unreadableHeader),
    Row("blank secret", right, .noSecret) { $0.secrets = [" "] },
    Row("no secret", right, .noSecret) { $0.secrets = [] },
    Row("the other secret of two", right) { $0.secrets = ["whsec_new", "whsec_test_secret"] },
    Row("another secret", right, .noMatch) { $0.secrets = ["whsec_new"] },
    Row("the secret without its prefix", right, .noMatch) { $0.secrets = ["test_secret"] },
  ])
  func verifies(_ row: Row) {
    var found: StripeSignature.Mismatch?
    do {
      try StripeSignature.verify(
        header: row.header, body: row.body, secrets: row.secrets, now: row.now, toleranceSeconds: row.tolerance)
    } catch { found = error }
    #expect(found == row.expected)
  }

  @Test func headersCarryASignatureForEachSecret() throws {
    #expect(
      StripeSignature.header(body: Self.body, secrets: [Self.secret], timestamp: Self.time) == Self.right)
    let both = StripeSignature.header(body: Self.body, secrets: ["whsec_new", Self.secret], timestamp: Self.time)
    #expect(both.hasPrefix("t=\(Self.time),v1=") && both.hasSuffix(",v1=\(Self.good)") && !both.contains(" "))
    for secret in ["whsec_new", Self.secret] {
      try StripeSignature.verify(header: both, body: Self.body, secrets: [secret], now: Self.time)
    }
  }

  /// Source: RFC 4231, test cases 1, 2 and 6.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func publishedVectors(_ key: [UInt8], _ message: String, _ expected: String) {
    #expect(SHA256Digest.hex(HMACSHA256.code(key: key, message: Array(message.utf8))) == expected)
  }
}
