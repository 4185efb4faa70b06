/// JSON written by hand in a test: literals become text, members keep their order.
package enum JSONText: Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case text(String)
  /// Source as it is, valid or not.
  case source(String)
  case array([JSONText])
  case object([Member])

  /// A name and its value.
  package struct Member: Sendable {
    let name: String
    let value: JSONText
  }

  /// The JSON.
  package var rendered: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .text(let value): Self.quoted(value)
    case .source(let source): source
    case .array(let elements): "[" + elements.map(\.rendered).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { Self.quoted($0.name) + ":" + $0.value.rendered }.joined(separator: ",") + "}"
    }
  }

  /// The object with a member set, in its place if it was there.
  package func with(_ name: String, _ value: JSONText) -> JSONText {
    guard case .object(var members) = self else { return self }
    let member = Member(name: name, value: value)
    if let place = members.firstIndex(where: { $0.name == name }) {
      members[place] = member
    } else {
      members.append(member)
    }
    return .object(members)
  }

  /// The object with several members set.
  package func with(_ members: KeyValuePairs<String, JSONText>) -> JSONText {
    members.reduce(self) { $0.with($1.key, $1.value) }
  }

  /// The object without a member.
  package func without(_ name: String) -> JSONText {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.name != name })
  }

  /// The same value, the members of every object in the opposite order.
  package var reversed: JSONText {
    switch self {
    case .object(let members):
      .object(members.reversed().map { Member(name: $0.name, value: $0.value.reversed) })
    case .array(let elements): .array(elements.map(\.reversed))
    default: self
    }
  }

  private static func quoted(_ text: String) -> String {
    var source = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": source += "\\\""
      case "\\": source += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        source += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: source.unicodeScalars.append(scalar)
      }
    }
    return source + "\""
  }
}

extension JSONText: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .text(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .boolean(value) }
  package init(nilLiteral: ()) { self = .null }
  package init(arrayLiteral elements: JSONText...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONText)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }
}
