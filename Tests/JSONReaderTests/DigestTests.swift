import Digest
import PlatformCore
import Testing

@Suite struct DigestTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func publishedVectors(_ text: String, _ expected: String) throws {
    #expect(try SHA256Digest.hex(of: Array(text.utf8)) == expected)
    let fixture = try Fixture(text)
    #expect(try SHA256Digest.hex(ofFile: fixture.path) == expected)
  }

  @Test func oneContextServesManyMessages() throws {
    let digest = try SHA256Digest()
    digest.update(Array("ab".utf8))
    digest.update([])
    digest.update(Array("c".utf8))
    #expect(SHA256Digest.hex(digest.finalize()).hasPrefix("ba7816bf8f01cfea"))
    #expect(SHA256Digest.hex(digest.finalize()).hasPrefix("e3b0c44298fc1c14"))
    digest.update(Array("abc".utf8))
    #expect(digest.finalizeFirst64Bits() == 0xba78_16bf_8f01_cfea)
    digest.update(Array("abc".utf8))
    #expect(digest.finalizeFirst64Bits() == 0xba78_16bf_8f01_cfea)
  }

  @Test func aLargeFileIsReadInPieces() throws {
    // FIPS 180: a million times "a".
    let fixture = try Fixture([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
    #expect(
      try SHA256Digest.hex(ofFile: fixture.path)
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func aMissingFileAndADirectoryAreNamed() throws {
    let fixture = try Fixture("x")
    let missing = #expect(throws: PlatformError.self) { try SHA256Digest.hex(ofFile: fixture.path + ".not") }
    #expect(missing?.status == .inputMissing)
    let folder = String(fixture.path.prefix(upTo: fixture.path.lastIndex(of: "/") ?? fixture.path.startIndex))
    let directory = #expect(throws: PlatformError.self) { try SHA256Digest.hex(ofFile: folder) }
    #expect(directory?.status == .inputOutput)
  }
}
