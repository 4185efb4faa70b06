/// A JSON value to be held against the shapes; whoever has JSON of some kind maps it to this.
package indirect enum ShapeValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// A number with a fraction or an exponent, as written.
  case decimal(String)
  case string(String)
  case array([ShapeValue])
  case object([(name: String, value: ShapeValue)])

  /// A member of an object; nil for what is not there.
  package subscript(_ name: String) -> ShapeValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  var text: String? { if case .string(let text) = self { text } else { nil } }

  /// What it is, in a word.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer: "an integer"
    case .decimal: "a number with a fraction"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
