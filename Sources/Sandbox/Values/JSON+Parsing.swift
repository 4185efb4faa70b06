package import JSONReader

extension JSON {
  /// A copy of a parsed value that lives on its own.
  package init(_ value: JSONValue) {
    switch value.kind {
    case .null: self = .null
    case .boolean: self = .bool(value.bool ?? false)
    case .integer: self = .integer(value.int64 ?? 0)
    case .double: self = .decimal(value.rawString)
    case .string: self = .string(value.stringValue ?? "")
    case .array:
      var elements: [JSON] = []
      value.forEachElement { elements.append(JSON($0)) }
      self = .array(elements)
    case .object: self = .object(JSONObject(value))
    }
  }
}

extension JSONObject {
  /// A copy of a parsed object that lives on its own; empty for what is no object.
  init(_ value: JSONValue) {
    var members: [Member] = []
    value.forEachMember { key, value in
      members.append(Member(name: String(decoding: key, as: UTF8.self), value: JSON(value)))
    }
    self.init(distinct: members)  // what we read here we wrote: names stand once
  }
}

/// Reads JSON that the sandbox itself wrote; secrets stay as they are. Not for use from two threads at once.
package final class JSONParser {
  private let document = JSONDocument(masksSecrets: false)

  /// Makes a parser; its memory is reused from text to text.
  package init() {}

  /// Parses a whole text.
  ///
  /// - Throws: what is wrong with it.
  package func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONFault) -> JSON { JSON(try document.parse(bytes)) }

  /// Parses a whole text.
  ///
  /// - Throws: what is wrong with it.
  package func parse(_ bytes: [UInt8]) throws(JSONFault) -> JSON { JSON(try document.parse(bytes)) }
}
