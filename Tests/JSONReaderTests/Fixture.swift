import Foundation
import JSONReader
import PlatformCore

/// A file in a folder of its own, removed with the value's owner.
final class Fixture {
  let path: String
  private let folder: URL

  init(_ bytes: [UInt8], name: String = "charges.json") throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "okapi-json-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.appending(path: name).path
    try Data(bytes).write(to: URL(filePath: path))
  }

  convenience init(_ text: String) throws { try self.init(Array(text.utf8)) }

  deinit { try? FileManager.default.removeItem(at: folder) }
}

/// Everything a reader said about a file.
struct Reading: Equatable {
  var texts: [String] = []
  var lines: [Int] = []
  var indexes: [Int] = []
  var damaged: [JSONBatch.Damage] = []
  var form: JSONElementReader.Form = .object
  var hasMore: Bool?

  init(
    _ path: String, limits: JSONLimits = .standard, readBytes: Int = 1 << 18, maximumBytes: Int = 8 << 20,
    maximumElements: Int = 5000
  ) throws {
    let reader = try JSONElementReader(path: path, limits: limits, readBytes: readBytes)
    while let batch = try reader.next(maximumBytes: maximumBytes, maximumElements: maximumElements) {
      for element in batch.elements {
        texts.append(String(decoding: batch.bytes(of: element), as: UTF8.self))
        lines.append(element.line)
        indexes.append(element.index)
      }
      damaged += batch.damaged
    }
    form = reader.form
    hasMore = reader.hasMore
  }

  init(text: String, limits: JSONLimits = .standard, readBytes: Int = 1 << 18) throws {
    let fixture = try Fixture(text)
    self = try Reading(fixture.path, limits: limits, readBytes: readBytes)
    withExtendedLifetime(fixture) {}
  }

  var reasons: [String] { damaged.map(\.reason) }
}

/// Parses a text and hands its value over while the document lives.
func parsed(_ text: String, _ body: (JSONValue) throws -> Void) throws {
  let document = JSONDocument()
  try body(try document.parse(Array(text.utf8)))
  withExtendedLifetime(document) {}
}

/// Why the text is refused; nil if it is not.
func fault(_ text: String, limits: JSONLimits = .standard) -> JSONFault? { fault(Array(text.utf8), limits: limits) }

func fault(_ bytes: [UInt8], limits: JSONLimits = .standard) -> JSONFault? {
  do {
    _ = try JSONDocument(limits: limits).parse(bytes)
    return nil
  } catch {
    return error
  }
}

/// A gzip member whose deflate blocks are stored, not compressed: what the format allows and needs no library.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
  func append16(_ value: Int) { member += [UInt8(value & 255), UInt8(value >> 8 & 255)] }
  var rest = bytes[...]
  repeat {
    let block = rest.prefix(65_535)
    rest = rest.dropFirst(block.count)
    member.append(rest.isEmpty ? 1 : 0)
    append16(block.count)
    append16(~block.count & 0xffff)
    member += block
  } while !rest.isEmpty
  let checksum = Int(crc32(bytes))
  append16(checksum & 0xffff)
  append16(checksum >> 16)
  append16(bytes.count & 0xffff)
  append16(bytes.count >> 16)
  return member
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(UInt32.max) { checksum, byte in
    (0..<8).reduce(checksum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
  }
}
