import JSONReader
import StripeModel

/// Changes in an object's bytes that leave every other byte as it was.
struct ObjectText {
  private let bytes: [UInt8]
  private var changes: [(range: Range<Int>, text: [UInt8])] = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func replace(_ range: Range<Int>, with text: [UInt8]) { changes.append((range, text)) }

  var changed: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + changes.reduce(0) { $0 + $1.text.count })
    var end = 0
    for change in changes.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      result += bytes[end..<change.range.lowerBound]
      result += change.text
      end = change.range.upperBound
    }
    return result + bytes[end...]
  }
}

extension JSONValue {
  /// Where the value stands in the bytes of the whole object.
  func range(in root: JSONValue) -> Range<Int> {
    guard let base = root.raw.baseAddress, let start = raw.baseAddress else { return 0..<0 }
    return start - base..<start - base + raw.count
  }

  /// Calls `body` with what stands at the end of a path; arrays and list envelopes on the way are passed through.
  func forEachValue(at path: ArraySlice<String>, _ body: (JSONValue) -> Void) {
    if kind == .array { return forEachElement { $0.forEachValue(at: path, body) } }
    guard let name = path.first else { return body(self) }
    guard let next = self[name] else { return }
    next.forEachValue(at: path.dropFirst(), body)
  }

  /// The ids at the end of a path, whether they stand there alone or in the object they belong to.
  func ids(at path: JSONPath) -> [String] {
    var ids: [String] = []
    forEachValue(at: path.members[...]) { value in
      if let id = value.stringValue ?? value["id"]?.stringValue { ids.append(id) }
    }
    return ids
  }

  /// Whether a list anywhere in it was cut short.
  var holdsCutList: Bool {
    if kind == .object, self["object"]?.stringValue == "list", self["has_more"]?.bool == true { return true }
    var isCut = false
    forEachMember { _, value in isCut = isCut || (value.count > 0 && value.holdsCutList) }
    forEachElement { value in isCut = isCut || (value.count > 0 && value.holdsCutList) }
    return isCut
  }
}
