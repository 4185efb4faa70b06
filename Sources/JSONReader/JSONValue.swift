import CSimdJSON
import Foundation

/// A handle on one value of a parsed element: cheap to copy, valid until the document's next `parse`.
///
/// It does not keep the document alive: hold that in a variable of its own.
package struct JSONValue {
  /// What JSON calls the value; a number is an integer when it is written without fraction and exponent.
  package enum Kind: UInt8, Sendable { case object, array, string, integer, double, boolean, null }

  let view: UnsafePointer<JSONNodes>
  let index: Int

  init(view: UnsafePointer<JSONNodes>, index: Int) {
    self.view = view
    self.index = index
  }

  @inline(__always)
  var node: UnsafePointer<csj_node> { view.pointee.nodes + index }

  /// The value's type.
  package var kind: Kind { Kind(rawValue: node.pointee.kind) ?? .null }

  /// Whether it is `null`.
  package var isNull: Bool { node.pointee.kind == UInt8(CSJ_NULL.rawValue) }

  /// A whole number's value; nil for everything else, numbers with a fraction or exponent included.
  package var int64: Int64? {
    node.pointee.kind == UInt8(CSJ_INTEGER.rawValue) ? node.pointee.value.integer : nil
  }

  /// A number's value, whole or not; the exact digits are in `raw`.
  package var double: Double? {
    switch kind {
    case .integer: Double(node.pointee.value.integer)
    case .double: node.pointee.value.number
    default: nil
    }
  }

  /// A boolean's value.
  package var bool: Bool? {
    node.pointee.kind == UInt8(CSJ_BOOLEAN.rawValue) ? node.pointee.value.integer != 0 : nil
  }

  /// A string's unescaped UTF-8; at least 32 more bytes may be read behind it.
  package var string: UnsafeBufferPointer<UInt8>? {
    guard node.pointee.kind == UInt8(CSJ_STRING.rawValue) else { return nil }
    return text
  }

  /// A string as a `String` of its own.
  package var stringValue: String? { string.map { String(decoding: $0, as: UTF8.self) } }

  /// The exact source bytes of the value, quotes and brackets included; secrets are stars.
  package var raw: UnsafeRawBufferPointer {
    let node = node
    return UnsafeRawBufferPointer(
      start: view.pointee.source + Int(node.pointee.start), count: Int(node.pointee.end - node.pointee.start))
  }

  /// The source bytes as a `String` of its own.
  package var rawString: String { String(decoding: raw, as: UTF8.self) }

  /// Whether a string contains U+0000, which PostgreSQL cannot hold; false for everything else.
  package var containsNUL: Bool { view.pointee.hasNUL && string?.contains(0) == true }

  /// The member of that name, the last one if it is there twice; nil for anything but objects.
  package subscript(_ member: String) -> JSONValue? {
    if let found = member.utf8.withContiguousStorageIfAvailable(member(named:)) { return found }
    return Array(member.utf8).withUnsafeBufferPointer(self.member(named:))
  }

  /// The member of that name, the last one if it is there twice; nothing is allocated.
  package subscript(_ member: StaticString) -> JSONValue? {
    member.withUTF8Buffer(self.member(named:))
  }

  /// The member whose unescaped name is these bytes, the last one if it is there twice.
  package func member(named name: UnsafeBufferPointer<UInt8>) -> JSONValue? {
    guard node.pointee.kind == UInt8(CSJ_OBJECT.rawValue) else { return nil }
    let nodes = view.pointee.nodes
    let end = Int(node.pointee.next)
    var found: Int?
    var child = index + 1
    while child < end {
      let candidate = nodes + child
      if Int(candidate.pointee.key_length) == name.count {
        let key = view.pointee.key(candidate)
        if name.baseAddress.map({ memcmp(key, $0, name.count) == 0 }) ?? true { found = child }
      }
      child = Int(candidate.pointee.next)
    }
    return found.map { JSONValue(view: view, index: $0) }
  }

  /// The value at the end of a path of member names; nil where a step is missing or no object.
  package func value(at path: [String]) -> JSONValue? {
    var value = self
    for name in path {
      guard let next = value[name] else { return nil }
      value = next
    }
    return value
  }

  /// Calls `body` with each member's unescaped name and value, in source order, duplicates included.
  package func forEachMember(_ body: (_ key: UnsafeBufferPointer<UInt8>, JSONValue) throws -> Void) rethrows {
    guard node.pointee.kind == UInt8(CSJ_OBJECT.rawValue) else { return }
    let nodes = view.pointee.nodes
    let end = Int(node.pointee.next)
    var child = index + 1
    while child < end {
      let candidate = nodes + child
      let key = UnsafeBufferPointer(start: view.pointee.key(candidate), count: Int(candidate.pointee.key_length))
      try body(key, JSONValue(view: view, index: child))
      child = Int(candidate.pointee.next)
    }
  }

  /// Calls `body` with each element of an array, in order.
  package func forEachElement(_ body: (JSONValue) throws -> Void) rethrows {
    guard node.pointee.kind == UInt8(CSJ_ARRAY.rawValue) else { return }
    let end = Int(node.pointee.next)
    var child = index + 1
    while child < end {
      try body(JSONValue(view: view, index: child))
      child = Int(view.pointee.nodes[child].next)
    }
  }

  /// The number of members or elements; 0 for scalars.
  package var count: Int {
    guard kind == .object || kind == .array else { return 0 }
    var count = 0
    let end = Int(node.pointee.next)
    var child = index + 1
    while child < end {
      count += 1
      child = Int(view.pointee.nodes[child].next)
    }
    return count
  }

  /// The dotted path of the first string or member name in the tree that contains U+0000; nil is answered at once.
  ///
  /// Array elements show as their index: `lines.data.0.description`. In a name, U+0000 shows as `\u0000`.
  package func firstNUL() -> String? {
    guard view.pointee.hasNUL else { return nil }
    return pathOfNUL([])
  }

  private func pathOfNUL(_ path: [String]) -> String? {
    if containsNUL { return path.joined(separator: ".") }
    var found: String?
    forEachMember { key, value in
      guard found == nil else { return }
      let name = String(decoding: key, as: UTF8.self).split(separator: "\0", omittingEmptySubsequences: false)
      let step = path + [name.joined(separator: "\\u0000")]
      found = name.count > 1 ? step.joined(separator: ".") : value.pathOfNUL(step)
    }
    var place = 0
    forEachElement { value in
      if found == nil { found = value.pathOfNUL(path + [String(place)]) }
      place += 1
    }
    return found
  }

  @inline(__always)
  private var text: UnsafeBufferPointer<UInt8> {
    let node = node
    let base = node.pointee.flags & UInt8(CSJ_TEXT_UNESCAPED.rawValue) != 0 ? view.pointee.strings : view.pointee.source
    return UnsafeBufferPointer(
      start: base + Int(node.pointee.value.text.start), count: Int(node.pointee.value.text.length))
  }
}

extension JSONNodes {
  @inline(__always)
  func key(_ node: UnsafePointer<csj_node>) -> UnsafePointer<UInt8> {
    let base = node.pointee.flags & UInt8(CSJ_KEY_UNESCAPED.rawValue) != 0 ? strings : source
    return base + Int(node.pointee.key_start)
  }
}
