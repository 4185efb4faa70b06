import Testing

@testable import APIReference

struct ShapeParserTests {
  @Test func readsEveryMark() throws {
    let fields = try ShapeParser().fields(
      """
      object: =thing
      # What it costs,
      # all together.
      total: integer
      note?: string?
      parts+: list<part|piece> @25-03 basil
      state: enum on|off
        |broken|…?
      tags: [string]
      meta: {string}
      owner: ref customer|account?
      whole: embed *
      more: object…
      box: [object]?
        side: decimal
      """)
    #expect(
      fields.map(\.name) == [
        "object", "total", "note", "parts", "state", "tags", "meta", "owner", "whole", "more", "box",
      ])
    #expect(fields[0].values == ["thing"] && !fields[0].isOpen && !fields[0].isNullable)
    #expect(fields[1].note == "What it costs, all together." && fields[1].type == .integer)
    #expect(fields[2].isOptional && fields[2].isNullable)
    #expect(fields[3].isOnlyExpanded && fields[3].since == "25-03 basil" && fields[3].type == .list(["part", "piece"]))
    #expect(fields[4].values == ["on", "off", "broken"] && fields[4].isOpen && fields[4].isNullable)
    #expect(fields[5].type == .array(.string) && fields[6].type == .map(.string))
    #expect(fields[7].expandsTo == ["customer", "account"] && fields[7].isNullable)
    #expect(fields[8].type == .embedded([]))
    #expect(fields[9].isOpen && fields[9].fields.isEmpty)
    #expect(fields[10].type == .array(.object) && fields[10].fields.map(\.name) == ["side"])
  }

  @Test func takesASharedTypeByItsWord() throws {
    var parser = ShapeParser()
    parser.shared["point"] = try parser.fields("point: object\n  x: integer").first
    let field = try #require(try parser.fields("places: [point]?").first)
    #expect(field.type == .array(.object) && field.isNullable && field.fields.map(\.name) == ["x"])
  }

  @Test(arguments: [
    ("id string", 1, "not a field"), ("id: text", 1, "unknown type: text"), ("id: string\nid: string", 2, "twice"),
    ("ID: string", 1, "not a field"), ("box: object", 1, "without fields"),
    ("id: string\n  deep: string", 1, "no fields"),
    ("box: object\n    far: string", 2, "indented"), ("a: string\n b: string", 2, "indented"),
    ("a: enum on|on", 1, "not a set"), ("a: enum …|on", 1, "not a set"), ("a: enum on||off", 1, "not a set"),
    ("|more", 1, "nothing to go on"), ("a: string\n# about", 2, "a note on nothing"),
    ("a: string@25-03 basil", 1, "not a field"),
    ("a: ref ", 1, "not a set"), ("a: list<>", 1, "not a set"),
  ])
  func refusesWhatIsMalformed(text: String, line: Int, reason: String) {
    let error = #expect(throws: ReferenceTextError.self) { try ShapeParser().fields(text) }
    #expect(error?.line == line)
    #expect(error?.reason.contains(reason) == true, "\(error?.description ?? "")")
  }
}
