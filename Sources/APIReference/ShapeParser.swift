/// Reads the fields of an object from their text.
///
///     # A note on the field below.
///     name: type                always there
///     name: type?               always there, may be null
///     name?: type               may be left out
///     name+: type               only there when `expand` names it
///     name: type @25-03 basil   came with that version
///
/// The types:
///
///     string, integer, number, boolean, decimal
///     =customer                 that text and no other
///     enum a|b                  one of these; `enum a|b|…` for a set that may grow
///     object                    the fields follow, indented; `object…` may have more than these
///     ref customer|account      an id that can be expanded to one of these
///     embed price               a whole object; `embed *` for any
///     list<invoice>             a list envelope
///     [type]                    an array
///     {type}                    an object of caller's keys
///     address                   a word of ``ObjectText/shared``
struct ShapeParser {
  /// Types that have a word of their own.
  var shared: [String: FieldShape] = [:]

  /// The fields of one text, in order.
  func fields(_ text: String) throws(ReferenceTextError) -> [FieldShape] {
    try fields(TextNode.parse(text))
  }

  private func fields(_ nodes: [TextNode]) throws(ReferenceTextError) -> [FieldShape] {
    var fields: [FieldShape] = []
    for node in nodes {
      let field = try field(node)
      guard !fields.contains(where: { $0.name == field.name }) else {
        throw .init(line: node.line, reason: "\(field.name) stands twice")
      }
      fields.append(field)
    }
    return fields
  }

  private func field(_ node: TextNode) throws(ReferenceTextError) -> FieldShape {
    guard let line = FieldLine(node.text) else { throw .init(line: node.line, reason: "not a field: \(node.text)") }
    let word = line.type
    let kind = try kind(word, node)
    if !node.children.isEmpty, !kind.takesFields {
      throw .init(line: node.line, reason: "\(word) has no fields")
    }
    if node.children.isEmpty, kind.takesFields, !kind.isOpen {
      throw .init(line: node.line, reason: "an object without fields")
    }
    return FieldShape(
      name: line.name, type: kind.type, isNullable: line.isNullable, isOnlyExpanded: line.mark == "+",
      isOptional: line.mark == "?", isOpen: kind.isOpen, expandsTo: kind.expandsTo, values: kind.values,
      fields: kind.takesFields ? try fields(node.children) : kind.fields, since: line.since,
      note: node.note.isEmpty ? kind.note : node.note)
  }

  /// A type with what belongs to it.
  private struct Kind {
    var type: FieldType
    var isOpen = false
    var takesFields = false
    var expandsTo: [String] = []
    var values: [String] = []
    var fields: [FieldShape] = []
    var note = ""

    func inside(_ wrap: (FieldType) -> FieldType) -> Kind {
      var kind = self
      kind.type = wrap(type)
      return kind
    }
  }

  private func kind(_ word: String, _ node: TextNode) throws(ReferenceTextError) -> Kind {
    switch word {
    case "string": return Kind(type: .string)
    case "integer": return Kind(type: .integer)
    case "number": return Kind(type: .number)
    case "boolean": return Kind(type: .boolean)
    case "decimal": return Kind(type: .decimalString)
    case "object": return Kind(type: .object, takesFields: true)
    case "object…": return Kind(type: .object, isOpen: true, takesFields: true)
    case "embed *": return Kind(type: .embedded([]))
    default: break
    }
    if word.hasPrefix("[") && word.hasSuffix("]") {
      return try kind(String(word.dropFirst().dropLast()), node).inside(FieldType.array)
    }
    if word.hasPrefix("{") && word.hasSuffix("}") {
      return try kind(String(word.dropFirst().dropLast()), node).inside(FieldType.map)
    }
    if word.hasPrefix("=") { return Kind(type: .enumeration, values: [String(word.dropFirst())]) }
    if word.hasPrefix("enum ") {
      let values = try referenceWords(word.dropFirst(5), line: node.line)
      return Kind(type: .enumeration, isOpen: values.last == "…", values: values.filter { $0 != "…" })
    }
    if word.hasPrefix("ref ") {
      return Kind(type: .reference, expandsTo: try referenceWords(word.dropFirst(4), line: node.line))
    }
    if word.hasPrefix("embed ") { return Kind(type: .embedded(try referenceWords(word.dropFirst(6), line: node.line))) }
    if word.hasPrefix("list<") && word.hasSuffix(">") {
      return Kind(type: .list(try referenceWords(word.dropFirst(5).dropLast(), line: node.line)))
    }
    if let same = shared[word] {
      return Kind(
        type: same.type, isOpen: same.isOpen, expandsTo: same.expandsTo, values: same.values, fields: same.fields,
        note: same.note)
    }
    throw .init(line: node.line, reason: "unknown type: \(word)")
  }
}

/// The parts of a line `name?: type? @25-03 basil`; read by hand, as a regular expression would take a second for all.
private struct FieldLine {
  let name: String
  let mark: Character?
  let type: String
  let isNullable: Bool
  let since: String?

  init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    var name = text[..<colon]
    let mark = name.last.flatMap { "?+".contains($0) ? $0 : nil }
    if mark != nil { name.removeLast() }
    var type = text[text.index(after: colon)...]
    guard type.first == " ", name.first?.isLetter == true, name.isName else { return nil }
    type.removeFirst()
    var since: Substring?
    if let at = type.lastIndex(of: "@") {
      since = type[type.index(after: at)...]
      type = type[..<at]
      guard type.popLast() == " ", since?.isEmpty == false else { return nil }
    }
    let isNullable = type.last == "?"
    if isNullable { type.removeLast() }
    guard !type.isEmpty else { return nil }
    self.name = String(name)
    self.mark = mark
    self.type = String(type)
    self.isNullable = isNullable
    self.since = since.map(String.init)
  }
}
