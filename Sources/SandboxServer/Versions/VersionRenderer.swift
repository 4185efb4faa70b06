import APIReference
import Foundation
package import Sandbox

/// Renders objects, which are kept in today's shape, in the shape of one version.
package struct VersionRenderer: Sendable {
  /// The changes that lie after the version, newest first, by object.
  private let changes: [String: [VersionChange]]
  /// How an object that changes looks in stored bytes: `"object":"invoice"`.
  private let marks: [[UInt8]]

  /// The renderer of a version; made once for each set of changes.
  package static func of(_ version: APIVersion) -> VersionRenderer {
    all.first { version < $0.until }?.renderer ?? current
  }

  private static let current = VersionRenderer(before: nil)
  /// By the version that the range ends before, the oldest first.
  private static let all: [(until: APIVersion, renderer: VersionRenderer)] =
    Set(VersionChange.all.map(\.version)).sorted().map { ($0, VersionRenderer(before: $0)) }

  private init(before version: APIVersion?) {
    let later = VersionChange.all.filter { change in
      guard let version else { return false }
      return change.version >= version && change.since.map { $0 < version } ?? true
    }
    changes = Dictionary(grouping: later, by: \.object)
    marks = changes.keys.sorted().map { Array("\"object\":\"\($0)\"".utf8) }
  }

  /// Puts an object and all that are embedded in it into the version's shape; events stay as they were written.
  package func render(_ object: inout JSONObject, _ source: any RecordSource) throws {
    guard !changes.isEmpty else { return }
    let type = object["object"].string
    guard type != "event" else { return }
    // The object before what is in it: a change reads its children as they are kept, and may put further ones in.
    if let type, let own = changes[type], object["deleted"] != true {
      for change in own { try change.revert(&object, source) }
    }
    for member in object.members {
      switch member.value {
      case .object, .array:
        var value = member.value
        try render(&value, source)
        object[member.name] = value
      default: break
      }
    }
  }

  /// Puts whatever objects are in a value into the version's shape.
  package func render(_ value: inout JSON, _ source: any RecordSource) throws {
    guard !changes.isEmpty else { return }
    switch value {
    case .object(var object):
      try render(&object, source)
      value = .object(object)
    case .array(var elements):
      for index in elements.indices { try render(&elements[index], source) }
      value = .array(elements)
    default: break
    }
  }

  /// Whether anything in a stored object would change: a search in its bytes, nothing is parsed.
  func touches(_ stored: [UInt8]) -> Bool {
    guard !marks.isEmpty else { return false }
    return stored.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return false }
      var place = 0
      // The `j` of `"object"` is the rarest letter of the mark.
      while let found = memchr(start + place, Int32(UInt8(ascii: "j")), bytes.count - place) {
        let letter = UnsafeRawPointer(found) - start
        if letter >= Self.letterInMark, marks.contains(where: { Self.stands($0, at: letter, bytes) }) { return true }
        place = letter + 1
      }
      return false
    }
  }

  private static let letterInMark = 3

  private static func stands(_ mark: [UInt8], at letter: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let begin = letter - letterInMark
    return begin + mark.count <= bytes.count
      && mark.withUnsafeBytes { memcmp($0.baseAddress!, bytes.baseAddress! + begin, $0.count) == 0 }
  }

  /// The fields that an object has at this version and no longer today.
  func oldFields(_ object: String) -> [FieldShape] { (changes[object] ?? []).flatMap(\.oldFields) }
}
