/// One page of a list: its elements' JSON text in the order of the list, as an answer shows them.
package struct ListPage: Sendable {
  /// The elements' text, a comma and a new line between them, in a few pieces that hold whole elements.
  package private(set) var pieces: [[UInt8]] = []
  /// Whether more elements lie beyond the page in the direction of travel.
  package internal(set) var hasMore: Bool
  private var places: [(piece: Int, range: Range<Int>)] = []

  private static let separator = Array(",\n    ".utf8)
  /// The allocator hands out and takes back pieces of this size without asking the system for fresh pages.
  private static let pieceBytes = 64 << 10

  /// A page without elements.
  package init(hasMore: Bool = false) { self.hasMore = hasMore }

  /// The number of elements.
  package var count: Int { places.count }

  /// The text of each element.
  package var elements: [ArraySlice<UInt8>] { places.map { pieces[$0.piece][$0.range] } }

  /// Adds an element behind the others.
  package mutating func append(_ text: some Collection<UInt8>) {
    let separator = places.isEmpty ? [] : Self.separator
    let needed = separator.count + text.count
    if pieces.isEmpty || pieces[pieces.count - 1].count + needed > Self.pieceBytes {
      pieces.append([])
      pieces[pieces.count - 1].reserveCapacity(max(Self.pieceBytes, needed))
    }
    let last = pieces.count - 1
    pieces[last] += separator
    let start = pieces[last].count
    pieces[last] += text
    places.append((last, start..<pieces[last].count))
  }

  /// The same elements, the last one first.
  func reversed() -> ListPage {
    var page = ListPage(hasMore: hasMore)
    for element in elements.reversed() { page.append(element) }
    return page
  }
}
