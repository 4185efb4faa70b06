/// Reads calls from their text.
///
///     update: POST /v1/things/{thing} -> thing
///       name: type                may be sent
///       name!: type               must be sent
///       name: type?               the empty string takes the value away
///       -name: type               Stripe has it, the sandbox does not act on it
///       name|name: type           several alike
///       name: type @until 25-03 basil
///
/// The answer is an object, or `list thing`, `search thing`, `deleted thing`. A call that begins with `-` is one that
/// the sandbox does not serve. `expand` is a parameter of every call, `limit`, `starting_after` and `ending_before` of
/// every list, and `query`, `limit` and `page` of every search; the text leaves them out.
///
/// The types:
///
///     string, integer, number, boolean, decimal
///     enum a|b                  one of these
///     range                     a time, or a hash of gt, gte, lt, lte
///     hash                      the parameters follow, indented
///     {string}                  a hash of caller's keys
///     [type]                    an array
///     type or type              the first that fits
///     address                   a word of ``EndpointText/shared``
struct EndpointParser {
  /// Types that have a word of their own.
  var shared: [String: Parameter] = [:]

  /// The calls of one text, in order.
  func endpoints(_ text: String) throws(ReferenceTextError) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    for node in try TextNode.parse(text) { endpoints.append(try endpoint(node)) }
    return endpoints
  }

  /// Reads the types that have a word of their own; each may use those above it.
  mutating func readShared(_ text: String) throws(ReferenceTextError) {
    for node in try TextNode.parse(text) {
      for parameter in try parameters(node) { shared[parameter.name] = parameter }
    }
  }

  private func endpoint(_ node: TextNode) throws(ReferenceTextError) -> Endpoint {
    let words = node.text.split(separator: " ").map(String.init)
    let malformed = ReferenceTextError(line: node.line, reason: "not a call: \(node.text)")
    guard (5...6).contains(words.count), words[0].hasSuffix(":"), words[3] == "->", words[2].hasPrefix("/v1/"),
      ["GET", "POST", "DELETE"].contains(words[1])
    else { throw malformed }
    let isSupported = !words[0].hasPrefix("-")
    let operation = words[0].dropFirst(isSupported ? 0 : 1).dropLast()
    guard operation.isName, let answer = words.count == 5 ? .object : Self.answers[words[4]] else { throw malformed }
    var found = try all(node.children)
    found += Self.common(answer).filter { common in !found.contains { $0.name == common.name } }
    return Endpoint(
      method: words[1], path: words[2], operation: String(operation), object: words[words.count - 1],
      parameters: found, answer: answer, isSupported: isSupported)
  }

  private static let answers: [String: Endpoint.Answer] = [
    "list": .list, "search": .searchResult, "deleted": .deleted,
  ]

  private static func common(_ answer: Endpoint.Answer) -> [Parameter] {
    let expand = Parameter(name: "expand", type: .array(.string))
    let limit = Parameter(name: "limit", type: .integer)
    return switch answer {
    case .object, .deleted: [expand]
    case .list:
      [
        expand, limit, Parameter(name: "starting_after", type: .string),
        Parameter(name: "ending_before", type: .string),
      ]
    case .searchResult:
      [
        Parameter(name: "query", type: .string, isRequired: true), expand, limit,
        Parameter(name: "page", type: .string),
      ]
    }
  }

  private func all(_ nodes: [TextNode]) throws(ReferenceTextError) -> [Parameter] {
    var found: [Parameter] = []
    for node in nodes {
      for parameter in try parameters(node) {
        guard !found.contains(where: { $0.name == parameter.name }) else {
          throw .init(line: node.line, reason: "\(parameter.name) stands twice")
        }
        found.append(parameter)
      }
    }
    return found
  }

  private func parameters(_ node: TextNode) throws(ReferenceTextError) -> [Parameter] {
    guard let line = ParameterLine(node.text) else {
      throw .init(line: node.line, reason: "not a parameter: \(node.text)")
    }
    let kind = try kind(line.type, node)
    guard node.children.isEmpty || kind.takesParameters else {
      throw .init(line: node.line, reason: "\(line.type) has no parameters")
    }
    let inside = kind.takesParameters ? try all(node.children) : kind.parameters
    return line.names.map { name in
      Parameter(
        name: name, type: kind.type, isRequired: line.isRequired, isUnsettable: line.isUnsettable,
        isSupported: line.isSupported, values: kind.values, parameters: inside, until: line.until, note: node.note)
    }
  }

  /// A type with what belongs to it.
  private struct Kind {
    var type: ParameterType
    var takesParameters = false
    var values: [String] = []
    var parameters: [Parameter] = []
  }

  private static let plain: [String: ParameterType] = [
    "string": .string, "integer": .integer, "number": .number, "boolean": .boolean, "decimal": .decimal,
    "range": .range, "{string}": .map,
  ]

  private func kind(_ word: String, _ node: TextNode) throws(ReferenceTextError) -> Kind {
    if let type = Self.plain[word] { return Kind(type: type) }
    if word == "hash" { return Kind(type: .hash, takesParameters: true) }
    if word.hasPrefix("[") && word.hasSuffix("]") {
      var kind = try kind(String(word.dropFirst().dropLast()), node)
      kind.type = .array(kind.type)
      return kind
    }
    if let words = either(word) {
      let one = try kind(words.0, node)
      let other = try kind(words.1, node)
      return Kind(
        type: .either([one.type, other.type]), takesParameters: one.takesParameters || other.takesParameters,
        values: one.values + other.values, parameters: one.parameters + other.parameters)
    }
    if word.hasPrefix("enum ") {
      return Kind(type: .enumeration, values: try referenceWords(word.dropFirst(5), line: node.line))
    }
    if let same = shared[word] { return Kind(type: same.type, values: same.values, parameters: same.parameters) }
    throw .init(line: node.line, reason: "unknown type: \(word)")
  }

  /// The two sides of `integer or enum now`.
  private func either(_ word: String) -> (String, String)? {
    let words = word.split(separator: " ").map(String.init)
    guard let place = words.firstIndex(of: "or"), place > 0, place + 1 < words.count else { return nil }
    return (words[..<place].joined(separator: " "), words[(place + 1)...].joined(separator: " "))
  }
}

/// The parts of a line `-name!: type? @until 25-03 basil`.
private struct ParameterLine {
  let names: [String]
  let isSupported: Bool
  let isRequired: Bool
  let type: String
  let isUnsettable: Bool
  let until: String?

  init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    var name = text[..<colon]
    isSupported = name.first != "-"
    if !isSupported { name.removeFirst() }
    isRequired = name.last == "!"
    if isRequired { name.removeLast() }
    names = name.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    var type = text[text.index(after: colon)...]
    guard type.first == " ", names.allSatisfy(\.isName) else { return nil }
    type.removeFirst()
    let mark = " @until "
    var until: Substring?
    if let at = type.lastIndex(of: "@") {
      let from = type.index(before: at)
      guard type[from...].hasPrefix(mark) else { return nil }
      until = type[from...].dropFirst(mark.count)
      type = type[..<from]
    }
    self.until = until.map(String.init)
    isUnsettable = type.last == "?"
    if isUnsettable { type.removeLast() }
    guard !type.isEmpty else { return nil }
    self.type = String(type)
  }
}
