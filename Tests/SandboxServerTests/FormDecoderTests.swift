import Sandbox
import Testing

@testable import SandboxServer

/// CONTRACT.md, section 3.
@Suite struct FormDecoderTests {
  private func json(_ form: String, query: String = "") throws -> JSON {
    FormValue.map(try FormDecoder.decode(query: query, body: Array(form.utf8))).json
  }

  @Test(arguments: [
    ("", #"{}"#),
    ("a=1&b=", #"{"a":"1","b":""}"#),
    ("a=1&a=2", #"{"a":"2"}"#),
    ("a[b]=1&a[c][d]=2", #"{"a":{"b":"1","c":{"d":"2"}}}"#),
    ("a%5Bb%5D=x+y%26z", #"{"a":{"b":"x y&z"}}"#),
    ("e=caf%C3%A9&f=100%", #"{"e":"café","f":"100%"}"#),
    ("a[]=x&a[]=y", #"{"a":["x","y"]}"#),
    ("a[0]=wrong&a[1]=type", #"{"a":{"0":"wrong","1":"type"}}"#),
    ("i[][p]=1&i[][q]=2&i[][p]=3", #"{"i":[{"p":"1","q":"2"},{"p":"3"}]}"#),
    ("i[][p][x]=1&i[][p][y]=2&i[][p][x]=3", #"{"i":[{"p":{"x":"1","y":"2"}},{"p":{"x":"3"}}]}"#),
    ("a[b=1", #"{"a[b":"1"}"#),
    ("flag", #"{"flag":""}"#),
  ])
  func bracketsNest(_ form: String, _ expected: String) throws {
    #expect(try json(form) == JSONParser().parse(Array(expected.utf8)))
  }

  @Test func queryAndBodyAreOne() throws {
    #expect(try json("b=2", query: "a=1") == ["a": "1", "b": "2"])
  }

  @Test func sparseIndexesGoByNumber() throws {
    let form = try FormDecoder.decode(query: "a[10]=last&a[2]=first&a[7]=middle", body: [])
    #expect(form["a"]?.elements == [.text("first"), .text("middle"), .text("last")])
  }

  @Test(arguments: ["a=1&a[b]=2", "a[b]=1&a=2", "a[]=1&a[b]=2"])
  func contradictionsAreRefused(_ form: String) {
    #expect(throws: StripeError.self) { try json(form) }
  }

  @Test func boundsHold() {
    let deep = "a" + String(repeating: "[b]", count: 50) + "=1"
    #expect(throws: StripeError.self) { try json(deep) }
    let many = (0...FormDecoder.maximumPairs).map { "a\($0)=1" }.joined(separator: "&")
    #expect(throws: StripeError.self) { try json(many) }
  }

  @Test func canonicalFormForgetsTheOrder() throws {
    func canonical(_ form: String) throws -> String { try FormDecoder.decode(query: form, body: []).canonical }
    #expect(try canonical("a=1&b[x]=2&b[y]=3") == canonical("b[y]=3&b[x]=2&a=1"))
    #expect(try canonical("e[]=a&e[]=b") == canonical("e[0]=a&e[1]=b"))
    #expect(try canonical("a=1") != canonical("a=2"))
    #expect(try canonical("a=1b&c=") != canonical("a=1&bc="))
  }
}
