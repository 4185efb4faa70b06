import HTTPServer
import Sandbox

/// The envelope of a list around its elements' bytes: indented itself, each element on one line as it is stored.
///
/// The elements are never copied, so that a list costs little more than reading its rows.
struct ListBody {
  let url: String
  let elements: [[UInt8]]
  let hasMore: Bool
  /// A search's token of the next page; nil for a list.
  var search: SearchEnd?
  /// Sent only where it was asked for.
  var totalCount: Int?

  /// What ends a page of a search.
  struct SearchEnd {
    let nextPage: String?
  }

  /// The bytes, in pieces.
  var body: HTTPBody {
    guard !elements.isEmpty else {
      return .pieces([Array("{\n  \"object\": \"\(object)\",\n  \"data\": []".utf8), tail])
    }
    var pieces: [[UInt8]] = []
    pieces.reserveCapacity(2 * elements.count + 2)
    pieces.append(Array("{\n  \"object\": \"\(object)\",\n  \"data\": [\n    ".utf8))
    for (index, element) in elements.enumerated() {
      if index > 0 { pieces.append(Self.between) }
      pieces.append(element)
    }
    pieces.append(Array("\n  ]".utf8))
    pieces.append(tail)
    return .pieces(pieces)
  }

  private static let between = Array(",\n    ".utf8)

  private var object: String { search == nil ? "list" : "search_result" }

  private var tail: [UInt8] {
    var text = ",\n  \"has_more\": \(hasMore)"
    if let search {
      text += ",\n  \"next_page\": " + String(decoding: JSONWriter.bytes(.text(search.nextPage)), as: UTF8.self)
    }
    if let totalCount { text += ",\n  \"total_count\": \(totalCount)" }
    text += ",\n  \"url\": " + String(decoding: JSONWriter.bytes(.string(url)), as: UTF8.self) + "\n}"
    return Array(text.utf8)
  }
}
