/// One page of a list on its way to an answer: its elements' JSON text in the order of the list.
package struct ListPage: Sendable {
  /// Whether more elements lie beyond the page in the direction of travel.
  package internal(set) var hasMore: Bool
  /// What stands before the elements.
  package let head: String
  private var full: [[UInt8]] = []
  private var last: [UInt8] = []
  private var places: [(piece: Int, range: Range<Int>)] = []

  /// The allocator hands out and takes back pieces of this size without asking the system for fresh pages. A page of
  /// most lists is in one, which is sent in one go with the answer's header fields.
  private static let pieceBytes = 128 << 10

  /// A page without elements.
  package init(head: String = "", hasMore: Bool = false) {
    self.head = head
    self.hasMore = hasMore
    makeRoom(head.utf8.count)
    last += head.utf8
  }

  /// The number of elements.
  package var count: Int { places.count }

  /// The text so far, in a few pieces that hold whole elements.
  package var pieces: [[UInt8]] { full + [last] }

  /// The text of each element.
  package var elements: [ArraySlice<UInt8>] {
    let pieces = pieces
    return places.map { pieces[$0.piece][$0.range] }
  }

  /// Adds an element behind the others.
  package mutating func append(_ text: some Collection<UInt8>) {
    let separator: StaticString = places.isEmpty ? "\n    " : ",\n    "
    makeRoom(separator.utf8CodeUnitCount + text.count)
    last.append(contentsOf: UnsafeBufferPointer(start: separator.utf8Start, count: separator.utf8CodeUnitCount))
    let start = last.count
    last.append(contentsOf: text)
    places.append((full.count, start..<last.count))
  }

  /// Adds what stands after the elements.
  package mutating func end(_ tail: String) {
    let text = places.isEmpty ? tail : "\n  " + tail
    makeRoom(text.utf8.count)
    last += text.utf8
  }

  /// The same elements, the last one first.
  func reversed() -> ListPage {
    var page = ListPage(head: head, hasMore: hasMore)
    for element in elements.reversed() { page.append(element) }
    return page
  }

  private mutating func makeRoom(_ bytes: Int) {
    guard last.count + bytes > last.capacity else { return }
    if !last.isEmpty { full.append(last) }
    last = []
    last.reserveCapacity(max(Self.pieceBytes, bytes))
  }
}
