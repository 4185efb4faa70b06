import Testing

@testable import Sandbox

@Suite struct ListPageTests {
  /// Small ones share a piece, one that is larger than a piece has its own.
  private static let texts =
    ["{}", String(repeating: "a", count: 80_000), String(repeating: "b", count: 80_000), "[]"]
    + [String(repeating: "c", count: 200_000), "{\"last\":true}"]

  private var page: ListPage {
    var page = ListPage(head: "[", hasMore: true)
    for text in Self.texts { page.append(text.utf8) }
    return page
  }

  @Test func holdsItsElementsAsTheyWere() {
    #expect(page.count == Self.texts.count)
    #expect(page.elements.map { String(decoding: $0, as: UTF8.self) } == Self.texts)
  }

  @Test func joinsThemAsAnAnswerShowsThem() {
    var page = page
    page.end("]")
    let text = "[\n    " + Self.texts.joined(separator: ",\n    ") + "\n  ]"
    #expect(String(decoding: page.pieces.joined(), as: UTF8.self) == text)
    #expect(page.pieces.count > 1)
    var empty = ListPage(head: "[")
    empty.end("]")
    #expect(empty.pieces == [Array("[]".utf8)])
  }

  @Test func canBeTurnedRound() {
    let reversed = page.reversed()
    #expect(reversed.elements.map { String(decoding: $0, as: UTF8.self) } == Self.texts.reversed())
    #expect(reversed.hasMore)
    #expect(ListPage().reversed().count == 0)
  }
}
