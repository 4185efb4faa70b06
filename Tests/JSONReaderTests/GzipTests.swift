import Foundation
import JSONReader
import PlatformCore
import Testing

@Suite struct GzipTests {
  private static let lines = "{\"id\":\"a\"}\n{\"id\":\"b\"}\n"
  /// `lines`, compressed (deflate with fixed codes).
  private static let compressed: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0xca, 0x4c, 0x51, 0xb2, 0x52,
    0x4a, 0x54, 0xaa, 0xe5, 0xaa, 0x86, 0x30, 0x93, 0x80, 0x4c, 0x00, 0xbc, 0xec, 0x3d, 0x42, 0x16, 0x00,
    0x00, 0x00,
  ]

  private func reading(_ bytes: [UInt8], name: String = "charges.json.gz") throws -> Reading {
    let fixture = try Fixture(bytes, name: name)
    return try Reading(fixture.path)
  }

  @Test func gzipIsToldByItsContent() throws {
    for name in ["charges.json.gz", "charges.json"] {
      let reading = try reading(Self.compressed, name: name)
      #expect(reading.texts == ["{\"id\":\"a\"}", "{\"id\":\"b\"}"])
      #expect(reading.lines == [1, 2])
      #expect(reading.form == .lines)
      #expect(reading.damaged == [])
    }
    #expect(try reading(Array(Self.lines.utf8)).texts.count == 2)
  }

  @Test func membersFollowEachOther() throws {
    let reading = try reading(
      Self.compressed + gzipped([]) + gzipped(Array("{\"id\":".utf8)) + gzipped(Array("3}\n".utf8)))
    #expect(reading.texts == ["{\"id\":\"a\"}", "{\"id\":\"b\"}", "{\"id\":3}"])
    #expect(reading.lines == [1, 2, 3])
    #expect(try self.reading(Self.compressed + [0, 0, 0, 0]).texts.count == 2)
  }

  @Test func largeContentsStream() throws {
    let element = "{\"id\":\"" + String(repeating: "x", count: 90) + "\"}\n"
    let reading = try reading(gzipped(Array(String(repeating: element, count: 1500).utf8)))
    #expect(reading.texts.count == 1500)
    #expect(reading.lines.last == 1500)
  }

  @Test func aCutFileIsNoticedWhereverItIsCut() throws {
    for length in 3..<Self.compressed.count {
      let reading = try reading(Array(Self.compressed[..<length]))
      #expect(reading.damaged.count == 1, "a cut at \(length)")
    }
    let stored = gzipped(Array(Self.lines.utf8))
    let cut = try reading(Array(stored[..<(stored.count - 4)]))
    #expect(cut.texts.count == 2)
    #expect(cut.reasons == ["the compressed data ends early (truncated?)"])
  }

  @Test func damageIsAnErrorThatSaysSo() throws {
    let stored = gzipped(Array(Self.lines.utf8))
    var wrongContent = stored
    wrongContent[18] ^= 1
    var wrongLength = stored
    wrongLength[stored.count - 1] ^= 1
    var wrongMethod = stored
    wrongMethod[2] = 7
    for bytes in [wrongContent, wrongLength, wrongMethod, stored + Array("tail".utf8)] {
      let error = #expect(throws: PlatformError.self) { _ = try reading(bytes) }
      #expect(error?.status == .data)
      #expect(error?.message == "the gzip file is damaged")
      #expect(error?.cause != nil)
    }
  }

  @Test func anEmptyArchiveIsAnEmptyFile() throws {
    let error = #expect(throws: PlatformError.self) { _ = try reading(gzipped([])) }
    #expect(error?.message == "the file is empty")
  }

  @Test func progressCountsStoredBytes() throws {
    let fixture = try Fixture(Self.compressed)
    let reader = try JSONElementReader(path: fixture.path)
    while try reader.next() != nil {}
    #expect(reader.bytesRead == Self.compressed.count)
    #expect(reader.bytesTotal == Self.compressed.count)
  }
}
