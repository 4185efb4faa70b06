import Testing

@testable import APIReference

struct EndpointParserTests {
  @Test func readsEveryMark() throws {
    var parser = EndpointParser()
    try parser.readShared("point: hash\n  x!: integer")
    let calls = try parser.endpoints(
      """
      create: POST /v1/things -> thing
        name!: string
        text: string?
        -tax: hash
        # Was a word once.
        anchor: hash or enum now|later? @until 26-09 endive
          type!: enum now|later
        places: [point]
        a|b
          |c: boolean
        metadata: {string}?

      list: GET /v1/things -> list thing
        created: range

      search: GET /v1/things/search -> search thing
      -delete: DELETE /v1/things/{thing} -> deleted thing
      """)
    #expect(calls.map(\.operation) == ["create", "list", "search", "delete"])
    #expect(calls.map(\.answer) == [.object, .list, .searchResult, .deleted])
    #expect(calls.map(\.isSupported) == [true, true, true, false])
    #expect(calls.map(\.object) == ["thing", "thing", "thing", "thing"])
    let create = calls[0].parameters
    #expect(create.map(\.name) == ["name", "text", "tax", "anchor", "places", "a", "b", "c", "metadata", "expand"])
    #expect(create[0].isRequired && !create[0].isUnsettable && create[0].isSupported)
    #expect(create[1].isUnsettable && !create[1].isRequired)
    #expect(!create[2].isSupported && create[2].parameters.isEmpty)
    #expect(create[3].type == .either([.hash, .enumeration]) && create[3].values == ["now", "later"])
    #expect(create[3].parameters.map(\.name) == ["type"] && create[3].until == "26-09 endive" && create[3].isUnsettable)
    #expect(create[3].note == "Was a word once.")
    #expect(create[4].type == .array(.hash) && create[4].parameters.map(\.name) == ["x"])
    #expect(create[7].type == .boolean && create[8].type == .map)
    #expect(calls[1].parameters.map(\.name) == ["created", "expand", "limit", "starting_after", "ending_before"])
    #expect(calls[2].parameters.map(\.name) == ["query", "expand", "limit", "page"])
  }

  @Test(arguments: [
    ("create: PUT /v1/a -> a", 1, "not a call"), ("create: POST /v2/a -> a", 1, "not a call"),
    ("create POST /v1/a -> a", 1, "not a call"), ("create: POST /v1/a -> some a", 1, "not a call"),
    ("create: POST /v1/a -> a\n  b string", 2, "not a parameter"),
    ("create: POST /v1/a -> a\n  b: text", 2, "unknown type: text"),
    ("create: POST /v1/a -> a\n  b: string\n  b: string", 3, "twice"),
    ("create: POST /v1/a -> a\n  b: string\n    c: string", 2, "no parameters"),
    ("create: POST /v1/a -> a\n  b: string @25-03 basil", 2, "not a parameter"),
    ("create: POST /v1/a -> a\n  b: enum on||off", 2, "not a set"),
    ("create: POST /v1/a -> a\n  B: string", 2, "not a param"),
  ])
  func refusesWhatIsMalformed(text: String, line: Int, reason: String) {
    let error = #expect(throws: ReferenceTextError.self) { try EndpointParser().endpoints(text) }
    #expect(error?.line == line)
    #expect(error?.reason.contains(reason) == true, "\(error?.description ?? "")")
  }
}
