/// A run of elements of one file, with the bytes they lie in.
package struct JSONBatch: Sendable {
  /// The bytes as they stood in the file, and at least 64 zero bytes after the last element.
  package let bytes: [UInt8]
  /// The elements, in file order.
  package let elements: [Element]
  /// What could not be delivered, in file order.
  package let damaged: [Damage]

  /// Bundles the parts; `bytes` ends with the padding.
  package init(bytes: [UInt8], elements: [Element], damaged: [Damage]) {
    self.bytes = bytes
    self.elements = elements
    self.damaged = damaged
  }

  /// A batch of one element made from bytes at hand, as if they were a file of their own.
  package init(element bytes: [UInt8]) {
    self.init(
      bytes: bytes + [UInt8](repeating: 0, count: Self.padding),
      elements: [Element(offset: 0, length: bytes.count, line: 1, index: 0)], damaged: [])
  }

  /// The zero bytes behind the last element.
  package static let padding = 64

  /// Where one element lies.
  package struct Element: Sendable, Equatable {
    /// The first byte, in the batch.
    package let offset: Int
    /// The number of bytes.
    package let length: Int
    /// The line of the file it starts on, from 1.
    package let line: Int
    /// Its place in the file, from 0; damaged elements count.
    package let index: Int

    /// Names the place.
    package init(offset: Int, length: Int, line: Int, index: Int) {
      self.offset = offset
      self.length = length
      self.line = line
      self.index = index
    }
  }

  /// A stretch of the file that holds no deliverable element.
  package struct Damage: Sendable, Equatable {
    /// The line it starts on, from 1.
    package let line: Int
    /// The place in the file of the element it is, or would have been.
    package let index: Int
    /// What is wrong, as a sentence without a full stop.
    package let reason: String

    /// Names the place and the reason.
    package init(line: Int, index: Int, reason: String) {
      self.line = line
      self.index = index
      self.reason = reason
    }
  }

  /// The element's bytes as they stood in the file; secrets are not masked.
  package func bytes(of element: Element) -> ArraySlice<UInt8> {
    bytes[element.offset..<element.offset + element.length]
  }
}
