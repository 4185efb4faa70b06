import Sandbox
import Testing

@testable import SandboxServer

/// CONTRACT.md, section 6.
@Suite struct SearchTests {
  private let test: TestAPI

  init() throws {
    test = try TestAPI()
    try test.keep(
      .customer,
      [
        "id": "a", "created": 10, "email": "Ada@Example.com", "name": "Ada Lovelace", "metadata": ["team": "Red \"1\""],
      ],
      ["id": "b", "created": 20, "email": "bob@example.com", "name": nil, "metadata": ["team": "blue", "x": "1"]],
      ["id": "c", "created": 30, "email": nil, "name": "Carol", "metadata": [:]])
  }

  private func search(_ query: String, _ more: String = "") throws -> TestAPI.Answer {
    let escaped = query.utf8.map { "%" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    return try test.get("/v1/customers/search", "query=\(escaped)\(more)")
  }

  @Test(arguments: [
    (#"email:"ada@example.com""#, ["a"]), (#"email~"EXAMPLE""#, ["b", "a"]), ("name:'Carol'", ["c"]),
    ("created>10", ["c", "b"]), ("created>=20 AND created<30", ["b"]), ("created:10", ["a"]),
    (#"email:"bob@example.com" OR name:"Carol""#, ["c", "b"]), (#"-name:"Carol""#, ["b", "a"]),
    ("name:null", ["b"]), (#"metadata["team"]:"red \"1\"""#, ["a"]), (#"-metadata["team"]:null"#, ["b", "a"]),
    (#"metadata["x"]:null"#, ["c", "a"]), (#"metadata["team"]~"blu""#, ["b"]),
    (#"metadata["team"]:"blue" AND created<5"#, []),
  ])
  func queriesFind(_ query: String, _ ids: [String]) throws {
    let answer = try search(query)
    #expect(answer.status == 200, "\(answer.text)")
    #expect(answer.ids == ids)
  }

  @Test func theEnvelope() throws {
    let first = try search("created>0", "&limit=2&expand[]=total_count")
    #expect(first.json["object"] == "search_result")
    #expect(first.json["url"] == "/v1/customers/search")
    #expect(first.json["has_more"] == true)
    #expect(first.json["total_count"] == 3)
    #expect(first.ids == ["c", "b"])
    let token = try #require(first.json["next_page"].string)
    let second = try search("created>0", "&limit=2&page=\(token)")
    #expect(second.ids == ["a"])
    #expect(second.json["has_more"] == false)
    #expect(second.json["next_page"].isNull)
    #expect(second.json.object?.has("next_page") == true)
    #expect(second.json.object?.has("total_count") == false)
    #expect(try search("created>0", "&page=zz").status == 400)
  }

  @Test(arguments: [
    "nonsense", "email:", #"email:"x" AND"#, #"email:"x" name:"y""#, "metadata:\"x\"", #"email:"x" XOR name:"y""#,
  ])
  func whatIsNoQuery(_ query: String) throws {
    let answer = try search(query)
    #expect(answer.status == 400)
    #expect(
      answer.message
        == #"We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to "#
        + #"query for metadata or key:"value" to query for other fields."#
    )
  }

  @Test(arguments: [
    #"phone2:"x""#, #"balance>5"#, #"email~"ab""#, #"email>5"#, "created:x",
    #"email:"a" AND name:"b" OR name:"c""#, (0...10).map { "created:\($0)" }.joined(separator: " OR "),
  ])
  func whatCannotBeSearched(_ query: String) throws {
    #expect(try search(query).status == 400)
  }

  @Test func booleansAndNestedFields() throws {
    try test.keep(
      .charge,
      ["id": "ch_1", "refunded": true, "payment_method_details": ["card": ["last4": "4242", "exp_year": 2030]]],
      ["id": "ch_2", "refunded": false, "payment_method_details": ["card": ["last4": "0341", "exp_year": 2031]]])
    func ids(_ query: String) throws -> [String] { try test.get("/v1/charges/search", "query=\(query)").ids }
    #expect(try ids("refunded:'true'") == ["ch_1"])
    #expect(try ids("payment_method_details.card.last4:4242") == ["ch_1"])
    #expect(try ids("payment_method_details.card.exp_year>2030") == ["ch_2"])
  }

  @Test func aQueryMustBeThere() throws {
    #expect(try test.get("/v1/customers/search").message == "Missing required param: query.")
  }
}
