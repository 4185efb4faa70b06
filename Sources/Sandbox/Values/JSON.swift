/// A JSON value that can be built and changed; objects keep the order of their members.
package enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// A number with a fraction or an exponent, as written.
  case decimal(String)
  case string(String)
  case array([JSON])
  case object(JSONObject)

  /// Whether it is `null`.
  package var isNull: Bool { if case .null = self { true } else { false } }
  /// A boolean's value.
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// A whole number's value.
  package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  /// A string's value.
  package var string: String? { if case .string(let value) = self { value } else { nil } }
  /// An array's elements.
  package var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
  /// An object's members.
  package var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// A member of an object; `null` for what is not there. Setting one in something else makes it an object.
  package subscript(_ name: String) -> JSON {
    get { if case .object(let object) = self { object[name] } else { .null } }
    set {
      var object: JSONObject = if case .object(let members) = self { members } else { [:] }
      self = .null  // so that the members are changed in place
      object[name] = newValue
      self = .object(object)
    }
  }

  /// The id of a reference: the text itself, or the `id` of the object it was expanded to.
  package var id: String? { string ?? self["id"].string }

  /// A string, or null for nil.
  package static func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
  /// A whole number, or null for nil.
  package static func int(_ value: Int64?) -> JSON { value.map { .integer($0) } ?? .null }
  /// An array of strings.
  package static func strings(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// `null`, written `nil`.
  package init(nilLiteral: ()) { self = .null }
  /// A boolean as written.
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A whole number as written.
  package init(integerLiteral value: Int64) { self = .integer(value) }
  /// A string as written.
  package init(stringLiteral value: String) { self = .string(value) }
  /// An array as written.
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// An object as written, members in order.
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(elements.map { (name: $0.0, value: $0.1) }))
  }
}
