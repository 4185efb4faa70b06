import JSONReader

/// Walks a fixture's JSON, collecting all that is wrong with it rather than stopping at the first fault.
struct FixtureReader {
  /// A value and where it stands.
  struct Node {
    let value: JSONValue
    let place: String
  }

  private(set) var faults: [FixtureFault] = []

  mutating func refuse(_ place: String, found: String, expected: String) {
    faults.append(FixtureFault(place: place, found: found, expected: expected))
  }

  mutating func refuse(_ node: Node, expected: String) {
    refuse(node.place, found: Self.shown(node.value), expected: expected)
  }

  /// The members of an object by name; a slip of the pen in a name is a fault like any other.
  mutating func members(_ node: Node, required: [String], optional: [String] = []) -> [String: Node] {
    let known = required + optional
    guard node.value.kind == .object else {
      refuse(node, expected: "an object with \(known.joined(separator: ", "))")
      return [:]
    }
    let prefix = node.place == Self.root ? "" : node.place + "."
    var members: [String: Node] = [:]
    var seen: Set<String> = []
    node.value.forEachMember { key, value in
      let name = String(decoding: key, as: UTF8.self)
      if !seen.insert(name).inserted {
        refuse(prefix + name, found: "a second member of that name", expected: "one")
      } else if known.contains(name) {
        members[name] = Node(value: value, place: prefix + name)
      } else {
        refuse(prefix + name, found: "an unknown member", expected: known.joined(separator: ", "))
      }
    }
    for name in required where !seen.contains(name) { refuse(prefix + name, found: "nothing", expected: "a value") }
    return members
  }

  /// The elements of a list; none when there is no list.
  mutating func elements(_ node: Node?) -> [Node] {
    guard let node else { return [] }
    guard node.value.kind == .array else {
      refuse(node, expected: "a list")
      return []
    }
    var elements: [Node] = []
    node.value.forEachElement { elements.append(Node(value: $0, place: "\(node.place)[\(elements.count)]")) }
    return elements
  }

  /// Text of one line, neither empty nor blank at its ends.
  mutating func text(_ node: Node?, maximum: Int) -> String? {
    guard let node else { return nil }
    guard let text = node.value.stringValue, let first = text.first, let last = text.last else {
      refuse(node, expected: "text")
      return nil
    }
    guard text.unicodeScalars.count <= maximum else {
      refuse(node, expected: "at most \(maximum) characters")
      return nil
    }
    let hasControl = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    guard !hasControl, !first.isWhitespace, !last.isWhitespace else {
      refuse(node, expected: "text without control characters, and without blanks at its ends")
      return nil
    }
    return text
  }

  /// One of the words that are known.
  mutating func word<Word: RawRepresentable & CaseIterable>(_ node: Node?, _: Word.Type) -> Word?
  where Word.RawValue == String {
    guard let node else { return nil }
    if let word = node.value.stringValue.flatMap(Word.init) { return word }
    refuse(node, expected: Word.allCases.map(\.rawValue).joined(separator: ", "))
    return nil
  }

  /// The place of the whole document in words.
  static let root = "the fixture"

  /// A value as a fault shows it: short, in one line.
  static func shown(_ value: JSONValue) -> String {
    switch value.kind {
    case .object: "an object"
    case .array: "a list"
    case .null: "null"
    case .string: shown(value.stringValue ?? "")
    case .integer, .double, .boolean: value.rawString
    }
  }

  static func shown(_ text: String) -> String {
    let line = String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    return "\"" + (line.count > 60 ? line.prefix(60) + "…" : line) + "\""
  }
}
