/// Holds an object against its shape: nothing missing, nothing unknown, every value of its type.
///
/// Objects inside it, embedded or expanded, are held against their own shapes by their `object`; one whose shape is not
/// declared (a tax rate) is only asked for its `object`. The shapes are those of 2026-10-28.endive.
package struct ShapeCheck: Sendable {
  /// Whether references may be objects, and members may be there that only `expand` brings.
  package let isExpanded: Bool
  /// Whether an enumeration that may grow may have values that are not listed.
  package let acceptsNewValues: Bool

  /// A check of answers to which nothing was expanded, and with only the values that are listed, unless told otherwise.
  package init(expanded: Bool = false, acceptsNewValues: Bool = false) {
    isExpanded = expanded
    self.acceptsNewValues = acceptsNewValues
  }

  /// One thing that is not as declared.
  package struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// The members that lead there: `lines.data[0].period.end`; empty for the object itself.
    package let path: String
    /// What is wrong.
    package let reason: String

    /// The path and the reason.
    package var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
  }

  /// What is wrong with an object, in its members' order, then what is missing; empty for a sound one.
  ///
  /// A deleted object's stub `{id, object, deleted}` is sound.
  package func problems(in object: ShapeValue, as name: String? = nil) -> [Problem] {
    var problems: [Problem] = []
    check(object, isOneOf: name.map { [$0] } ?? [], at: "", &problems)
    return problems
  }

  private func check(
    _ value: ShapeValue, isOneOf names: [String], at path: String, _ problems: inout [Problem]
  ) {
    guard case .object(let members) = value else {
      return problems.append(Problem(path: path, reason: "is \(value.kind), not an object"))
    }
    guard let name = value["object"]?.text else {
      return problems.append(Problem(path: path, reason: "does not say which object it is"))
    }
    guard names.isEmpty || names.contains(name) else {
      return problems.append(Problem(path: path, reason: "is a \(name), not a \(names.joined(separator: " or "))"))
    }
    if case .bool(true)? = value["deleted"], Set(members.map(\.name)) == ["id", "object", "deleted"] { return }
    guard let shape = APIReference.objects[name] else { return }
    check(members, shape.fields, isOpen: false, at: path, &problems)
  }

  private func check(
    _ members: [(name: String, value: ShapeValue)], _ fields: [FieldShape], isOpen: Bool, at path: String,
    _ problems: inout [Problem]
  ) {
    var seen: Set<String> = []
    for (name, value) in members {
      let here = path.isEmpty ? name : "\(path).\(name)"
      if !seen.insert(name).inserted { problems.append(Problem(path: here, reason: "stands twice")) }
      guard let field = fields.first(where: { $0.name == name }) else {
        if !isOpen { problems.append(Problem(path: here, reason: "is unknown")) }
        continue
      }
      if field.isOnlyExpanded && !isExpanded {
        problems.append(Problem(path: here, reason: "is there, though nothing expanded it"))
      }
      check(value, field, at: here, &problems)
    }
    for field in fields where !field.isOptional && !field.isOnlyExpanded && !seen.contains(field.name) {
      problems.append(Problem(path: path.isEmpty ? field.name : "\(path).\(field.name)", reason: "is missing"))
    }
  }

  private func check(_ value: ShapeValue, _ field: FieldShape, at path: String, _ problems: inout [Problem]) {
    if case .null = value {
      if !field.isNullable { problems.append(Problem(path: path, reason: "is null")) }
      return
    }
    check(value, field.type, field, at: path, &problems)
  }

  private func check(
    _ value: ShapeValue, _ type: FieldType, _ field: FieldShape, at path: String, _ problems: inout [Problem]
  ) {
    switch (type, value) {
    case (.string, .string), (.integer, .integer), (.number, .integer), (.number, .decimal), (.boolean, .bool): break
    case (.decimalString, .string(let text)):
      if !isDecimal(text) { problems.append(Problem(path: path, reason: "is no decimal number: \(text)")) }
    case (.enumeration, .string(let text)):
      let isKnown = field.values.contains(text) || field.isOpen && (acceptsNewValues || field.values.isEmpty)
      if !isKnown { problems.append(Problem(path: path, reason: "is none of its values: \(text)")) }
    case (.object, .object(let members)):
      check(members, field.fields, isOpen: field.isOpen, at: path, &problems)
    case (.map(let inner), .object(let members)):
      for (name, value) in members { check(value, inner, field, at: "\(path).\(name)", &problems) }
    case (.array(let inner), .array(let elements)):
      for (index, element) in elements.enumerated() {
        check(element, inner, field, at: "\(path)[\(index)]", &problems)
      }
    case (.reference, .string(let text)):
      if text.isEmpty { problems.append(Problem(path: path, reason: "is an empty id")) }
    case (.reference, .object) where isExpanded: check(value, isOneOf: field.expandsTo, at: path, &problems)
    case (.reference, .object): problems.append(Problem(path: path, reason: "is an object, though nothing expanded it"))
    case (.embedded(let names), .object): check(value, isOneOf: names, at: path, &problems)
    case (.list(let names), .object(let members)): checkList(members, names, at: path, &problems)
    default: problems.append(Problem(path: path, reason: "is \(value.kind), not \(type.words)"))
    }
  }

  private static let listFields = [
    FieldShape(name: "object", type: .enumeration, isNullable: false, values: ["list"]),
    FieldShape(name: "data", type: .array(.embedded([])), isNullable: false),
    FieldShape(name: "has_more", type: .boolean, isNullable: false),
    FieldShape(name: "total_count", type: .integer, isNullable: false, isOptional: true),
    FieldShape(name: "url", type: .string, isNullable: false),
  ]

  /// A list's envelope, then its elements, which must be of the types named.
  private func checkList(
    _ members: [(name: String, value: ShapeValue)], _ names: [String], at path: String, _ problems: inout [Problem]
  ) {
    check(members, Self.listFields, isOpen: false, at: path, &problems)
    guard case .array(let elements)? = ShapeValue.object(members)["data"] else { return }
    for (index, element) in elements.enumerated() {
      guard let name = element["object"]?.text, !names.contains(name) else { continue }
      let reason = "is a \(name), not a \(names.joined(separator: " or "))"
      problems.append(Problem(path: "\(path).data[\(index)]", reason: reason))
    }
  }

  private func isDecimal(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { part in !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }
}

extension FieldType {
  /// The type in words.
  package var words: String {
    switch self {
    case .string: "a string"
    case .integer: "an integer"
    case .number: "a number"
    case .boolean: "a boolean"
    case .decimalString: "a string with a decimal number"
    case .enumeration: "one of its values"
    case .object: "an object"
    case .map: "an object of free keys"
    case .reference: "an id"
    case .array: "an array"
    case .list: "a list"
    case .embedded: "an object"
    }
  }
}
