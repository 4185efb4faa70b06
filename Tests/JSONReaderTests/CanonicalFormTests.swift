import Digest
import JSONReader
import TestSupport
import Testing

@Suite struct CanonicalFormTests {
  private func canonical(_ text: String, omit: [[String]] = [], collapse: [[String]] = []) throws -> String {
    let document = JSONDocument()
    var form = try CanonicalForm()
    let bytes = form.bytes(
      try document.parse(Array(text.utf8)), CanonicalRules(omit: omit, collapse: collapse))
    withExtendedLifetime(document) {}
    return String(decoding: bytes, as: UTF8.self)
  }

  private func hash(_ text: String, _ rules: CanonicalRules = .none) throws -> Int64 {
    let document = JSONDocument()
    var form = try CanonicalForm()
    let hash = form.hash(try document.parse(Array(text.utf8)), rules)
    withExtendedLifetime(document) {}
    return hash
  }

  @Test(arguments: [
    (#"{"b":1,"a":2}"#, #"{"a":2,"b":1}"#), (#"{ "a" : [ 1 , 2 ] }"#, #"{"a":[1,2]}"#),
    (#"{"a":null,"b":{}}"#, #"{"b":{}}"#),
    (#"{"a":{"x":null}}"#, #"{"a":{}}"#), (#"{"a":[null,1]}"#, #"{"a":[null,1]}"#), (#"{"a":[]}"#, #"{"a":[]}"#),
    (#"{"a":1,"a":2}"#, #"{"a":2}"#), (#"{"a":1,"b":0,"a":null}"#, #"{"b":0}"#),
    (#"{"a":1,"A":2,"ab":3,"":4}"#, #"{"":4,"A":2,"a":1,"ab":3}"#),
    (#"{"abcdefgh2":1,"abcdefgh":2,"abcdefgh1":3}"#, #"{"abcdefgh":2,"abcdefgh1":3,"abcdefgh2":1}"#),
    (#"{"a\u0000":1,"a":2}"#, #"{"a":2,"a\u0000":1}"#), (#"{"\u0061":1}"#, #"{"a":1}"#),
    (
      #"["a\/b","\u0041","\n\t\u001f","\"\\","é","\u00e9","\u007f"]"#,
      "[\"a/b\",\"A\",\"\\u000a\\u0009\\u001f\",\"\\\"\\\\\",\"é\",\"é\",\"\u{7f}\"]"
    ),
    ("[true,false,null]", "[true,false,null]"), ("5", "5"), (#""x""#, #""x""#),
  ])
  func membersAndStringsHaveOneSpelling(_ text: String, _ expected: String) throws {
    #expect(try canonical(text) == expected)
  }

  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("0.0", "0"), ("-0.0e5", "0"), ("1.0", "1"), ("1e0", "1"), ("1.10", "1.1"),
    ("11e-1", "1.1"),
    ("1e2", "100"), ("1E+2", "100"), ("100.00", "100"), ("0.05", "0.05"), ("5e-2", "0.05"), ("-12.500", "-12.5"),
    ("1e21", "1e21"), ("1000000000000000000000.0", "1e21"), ("1e20", "100000000000000000000"), ("1e-10", "1e-10"),
    ("0.00000000010", "1e-10"), ("9223372036854775807", "9223372036854775807"),
    ("0.1234567890123456789", "0.1234567890123456789"),
    ("1e300", "1e300"), ("123456789.000000001", "123456789.000000001"),
  ])
  func numbersHaveOneSpelling(_ text: String, _ expected: String) throws {
    #expect(try canonical(text) == expected)
    #expect(try canonical("{\"a\":\(text)}") == "{\"a\":\(expected)}")
  }

  @Test func manyMembersAreSortedWhateverTheirOrder() throws {
    var dice = SeededRandom(seed: 7)
    for count in [2, 60, 300, 2000] {
      let names = (0..<count).map { "key_\(100_000 + $0)" }
      let sorted = "{" + names.map { "\"\($0)\":\"v\"" }.joined(separator: ",") + "}"
      for order in [names, names.reversed(), names.shuffled(using: &dice)] {
        #expect(try canonical("{" + order.map { "\"\($0)\":\"v\"" }.joined(separator: ",") + "}") == sorted)
      }
    }
  }

  @Test func theHashIsTheFirstEightBytesOfSHA256() throws {
    let text = #"{"amount":100,"id":"ch_1"}"#
    let hex = try SHA256Digest.hex(of: Array(text.utf8))
    #expect(
      try hash(#"{"id":"ch_1", "amount":1e2, "x":null}"#) == Int64(bitPattern: UInt64(hex.prefix(16), radix: 16) ?? 0))
    // SHA-256 of "{}" begins 44136fa355b3678a.
    #expect(try hash("{ }") == 0x4413_6fa3_55b3_678a)
  }

  @Test func rulesLeaveOutAndCollapse() throws {
    let text = #"""
      {"id":"in_1","customer":{"id":"cus_1","name":"N"},"charge":"ch_1","discounts":["di_1",{"id":"di_2","x":1}],
       "lines":{"object":"list","data":[{"id":"il_1","price":{"id":"price_1"},"url":"u"}],"url":"/v1"},
       "refunds":{"object":"list","data":[{"id":"re_1"}]},"url":"u","pm":{"card":{"url":"v","k":1}}, "none":{"x":1}}
      """#
    #expect(
      try canonical(
        text, omit: [["url"], ["pm", "card", "url"], ["lines", "url"]],
        collapse: [["customer"], ["charge"], ["discounts"], ["lines", "price"], ["refunds"], ["none"], ["absent"]])
        == #"{"charge":"ch_1","customer":"cus_1","discounts":["di_1","di_2"],"id":"in_1","#
        + #""lines":{"data":[{"id":"il_1","price":"price_1"}],"object":"list"},"none":{"x":1},"#
        + #""pm":{"card":{"k":1}},"refunds":{"data":["re_1"],"object":"list"}}"#)
  }

  @Test func rulesPassThroughArraysAndEnvelopesNamedOrNot() throws {
    let list = #"{"l":{"object":"list","data":[{"p":{"id":"a"},"q":1}]},"r":[{"p":{"id":"a"},"q":1},[{"q":2}]]}"#
    let expected = #"{"l":{"data":[{"p":"a"}],"object":"list"},"r":[{"p":"a"},[{}]]}"#
    let implicit = try canonical(list, omit: [["l", "q"], ["r", "q"]], collapse: [["l", "p"], ["r", "p"]])
    let named = try canonical(
      list, omit: [["l", "data", "q"], ["r", "q"]], collapse: [["l", "data", "p"], ["r", "p"]])
    #expect(implicit == expected)
    #expect(named == expected)
    // What is no envelope is not passed through.
    #expect(try canonical(#"{"l":{"object":"x","data":[{"q":1}]}}"#, omit: [["l", "q"]]).contains("q"))
  }

  @Test func aCollapsedObjectGoesOnUnderTheRulesWhenItHasNoID() throws {
    #expect(
      try canonical(#"{"a":{"id":5,"x":1,"y":2}}"#, omit: [["a", "x"]], collapse: [["a"]]) == #"{"a":{"id":5,"y":2}}"#)
    #expect(try canonical(#"{"a":{"id":"i\n","deleted":true}}"#, collapse: [["a"]]) == #"{"a":"i\u000a"}"#)
    #expect(try canonical(#"{"a":null}"#, collapse: [["a"]]) == "{}")
  }

  @Test func chosenPathsHashAlone() throws {
    var form = try CanonicalForm()
    let document = JSONDocument()
    func hash(_ text: String, _ paths: [[String]]) throws -> Int64? {
      form.hash(try document.parse(Array(text.utf8)), only: paths)
    }
    let paths = [["tiers"], ["currency_options"], ["a", "b"]]
    let first = try hash(#"{"id":"p","tiers":[{"up_to":1.0,"x":null}],"a":{"b":2}}"#, paths)
    #expect(first != nil)
    #expect(
      try first
        == hash(#"{"a":{"c":9,"b":2},"tiers":[{"up_to":1}],"id":"q","currency_options":null}"#, paths.reversed()))
    #expect(try first != hash(#"{"tiers":[{"up_to":2}],"a":{"b":2}}"#, paths))
    #expect(try first != hash(#"{"currency_options":[{"up_to":1}],"a":{"b":2}}"#, paths))
    #expect(try hash(#"{"id":"p","tiers":null,"a":{"b":null}}"#, paths) == nil)
    #expect(try hash(#"{"id":"p"}"#, paths) == nil)
    #expect(try hash(#"{"tiers":[]}"#, paths) != nil)
  }

  // MARK: Properties

  @Test func renderingsOfOneObjectHashAlike() throws {
    var dice = SeededRandom(seed: 42)
    let rules = CanonicalRules(omit: [["url"]], collapse: [["customer"], ["items", "price"]])
    for _ in 0..<300 {
      let tree = Tree.object(depth: 4, &dice)
      let expected = try hash(tree.rendered(&dice, isPlain: true), rules)
      for _ in 0..<4 { #expect(try hash(tree.rendered(&dice, isPlain: false), rules) == expected) }
    }
  }

  @Test func anyChangedLeafChangesTheHash() throws {
    var dice = SeededRandom(seed: 43)
    for _ in 0..<100 {
      let tree = Tree.object(depth: 3, &dice)
      let expected = try hash(tree.rendered(&dice, isPlain: true))
      for leaf in 0..<tree.leafCount {
        var place = leaf
        let changed = tree.changing(&place)
        #expect(try hash(changed.rendered(&dice, isPlain: true)) != expected, "leaf \(leaf)")
      }
    }
  }
}

/// A value that can be written in many ways which all mean the same.
indirect enum Tree {
  case text(String), whole(Int), fraction(Int), flag(Bool), array([Tree]), object([String: Tree])
  /// A reference, written as its id or expanded.
  case reference(String)

  static func object(depth: Int, _ dice: inout SeededRandom) -> Tree {
    var members: [String: Tree] = [:]
    for _ in 0..<Int.random(in: 1...9, using: &dice) {
      members["k" + String(Int.random(in: 0...200, using: &dice), radix: 7)] = value(depth: depth - 1, &dice)
    }
    if depth == 4 {
      members["customer"] = .reference("cus_1")
      members["items"] = .array([.object(["price": .reference("price_1"), "n": .whole(1)])])
    }
    return .object(members)
  }

  private static let texts = [
    "", "a/b", "é😀", "x\"y\\z", "line\n", String(repeating: "long ", count: 20),
  ]

  static func value(depth: Int, _ dice: inout SeededRandom) -> Tree {
    switch Int.random(in: 0...(depth > 0 ? 6 : 3), using: &dice) {
    case 0:
      .text(texts.randomElement(using: &dice) ?? "")
    case 1: .whole(Int.random(in: -9...100_000, using: &dice))
    case 2: .fraction(Int.random(in: 1...9, using: &dice))
    case 3: .flag(Bool.random(using: &dice))
    case 4: .array((0..<Int.random(in: 0...3, using: &dice)).map { _ in value(depth: depth - 1, &dice) })
    default: object(depth: depth, &dice)
    }
  }

  func rendered(_ dice: inout SeededRandom, isPlain: Bool) -> String {
    let blank = isPlain ? "" : ["", " ", "\n\t ", "\r\n"].randomElement(using: &dice) ?? ""
    switch self {
    case .text(let text): return Self.quoted(text, &dice, isPlain: isPlain)
    case .whole(let value): return isPlain || Bool.random(using: &dice) ? "\(value)" : "\(value).0"
    case .fraction(let tenths): return isPlain || Bool.random(using: &dice) ? "0.\(tenths)" : "\(tenths)e-1"
    case .flag(let flag): return "\(flag)"
    case .array(let values):
      return "[" + values.map { blank + $0.rendered(&dice, isPlain: isPlain) + blank }.joined(separator: ",") + "]"
    case .reference(let id):
      return isPlain || Bool.random(using: &dice)
        ? "\"\(id)\"" : "{\"x\":\(Int.random(in: 0...9, using: &dice)),\"id\":\"\(id)\"}"
    case .object(let members):
      var pairs = members.sorted { $0.key < $1.key }.map { name, value in
        Self.quoted(name, &dice, isPlain: isPlain) + blank + ":" + blank + value.rendered(&dice, isPlain: isPlain)
      }
      if !isPlain {
        pairs.append("\"absent\":null")
        pairs.shuffle(using: &dice)
      }
      return "{" + blank + pairs.joined(separator: blank + "," + blank) + blank + "}"
    }
  }

  private static func quoted(_ text: String, _ dice: inout SeededRandom, isPlain: Bool) -> String {
    var result = "\""
    for unit in text.utf16 {
      let mustEscape = unit < 0x20 || unit == 0x22 || unit == 0x5c
      if mustEscape || unit > 0x7f || (!isPlain && Int.random(in: 0...9, using: &dice) == 0) {
        let hex = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      } else {
        result.append(Character(UnicodeScalar(UInt8(unit))))
      }
    }
    return result + "\""
  }

  var leafCount: Int {
    switch self {
    case .array(let values): values.reduce(0) { $0 + $1.leafCount }
    case .object(let members): members.values.reduce(0) { $0 + $1.leafCount }
    default: 1
    }
  }

  /// The same with the leaf of that place changed.
  func changing(_ place: inout Int) -> Tree {
    switch self {
    case .array(let values): return .array(values.map { $0.changing(&place) })
    case .object(let members):
      var changed = members
      for name in members.keys.sorted() { changed[name] = members[name]?.changing(&place) }
      return .object(changed)
    default:
      place -= 1
      guard place == -1 else { return self }
      switch self {
      case .text(let text): return .text(text + "!")
      case .whole(let value): return .whole(value + 1)
      case .fraction(let tenths): return .fraction(tenths == 9 ? 1 : tenths + 1)
      case .flag(let flag): return .flag(!flag)
      case .reference(let id): return .reference(id + "x")
      default: return self
      }
    }
  }
}
