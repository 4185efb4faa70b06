import JSONReader
import StripeModel
import Testing

@testable import Ingest

@Suite struct PathTrieTests {
  /// Finds the paths in the JSON; the values as their source text.
  private func find(_ paths: [String], in source: String) throws -> [String?] {
    var trie = PathTrie()
    let slots = paths.map { trie.insert(JSONPath($0)) }
    return try withJSON(source) { value in
      let found = trie.find(in: value)
      return slots.map { found[$0]?.rawString }
    }
  }

  @Test func findsPathsAtAnyDepthInAnyOrder() throws {
    let paths = ["a", "b.c", "b.d.e", "z"]
    let expected = ["1", "[2]", "\"3\"", "null"]
    #expect(try find(paths, in: #"{"a":1,"b":{"c":[2],"d":{"e":"3"}},"z":null}"#) == expected)
    #expect(try find(paths, in: #"{"z":null,"y":0,"b":{"d":{"x":1,"e":"3"},"c":[2]},"a":1}"#) == expected)
  }

  @Test func aPathAndWhatLiesBelowItAreBothFound() throws {
    let found = try find(["b", "b.c", "b.c.d"], in: #"{"b":{"c":{"d":1}}}"#)
    #expect(found == [#"{"c":{"d":1}}"#, #"{"d":1}"#, "1"])
  }

  @Test func whatIsNotThereIsNil() throws {
    #expect(try find(["a", "b.c"], in: "{}") == [nil, nil])
    #expect(try find(["a.b", "c.d", "e.f"], in: #"{"a":1,"c":[{"d":1}],"e":"f"}"#) == [nil, nil, nil])
    #expect(try find(["a"], in: #"[{"a":1}]"#) == [nil])
  }

  @Test func namesMustBeEqualWhole() throws {
    #expect(try find(["ab", "abc"], in: #"{"a":1,"abcd":2,"Ab":3}"#) == [nil, nil])
    #expect(try find(["ab"], in: #"{"a\u0062":1}"#) == ["1"])
  }

  @Test func theLastOfTwoMembersWins() throws {
    #expect(try find(["a", "b.c"], in: #"{"a":1,"b":{"c":1},"a":2,"b":{"c":2}}"#) == ["2", "2"])
  }

  @Test func theLastOfTwoMembersWinsWhole() throws {
    #expect(try find(["b", "b.c"], in: #"{"b":{"c":1},"b":{"d":2}}"#) == [#"{"d":2}"#, nil])
    #expect(try find(["b.c.d"], in: #"{"b":{"c":{"d":1}},"b":null}"#) == [nil])
  }

  @Test func theSamePathHasOneSlot() {
    var trie = PathTrie()
    let first = trie.insert(JSONPath("a.b"))
    let other = trie.insert(JSONPath("a"))
    #expect(trie.insert(JSONPath("a.b")) == first)
    #expect(first != other)
    #expect(trie.slotCount == 2)
  }
}
