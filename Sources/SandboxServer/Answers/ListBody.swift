import HTTPServer
import Sandbox

/// The envelope of a list around its elements' bytes: indented itself, each element on one line as it is stored.
///
/// The elements are copied once, from the row to the page, so that a list costs little more than reading its rows.
struct ListBody {
  let url: String
  let page: ListPage
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
    let head = "{\n  \"object\": \"\(object)\",\n  \"data\": ["
    guard page.count > 0 else { return .pieces([Array(head.utf8), Array("]".utf8) + tail]) }
    return .pieces([Array((head + "\n    ").utf8)] + page.pieces + [Array("\n  ]".utf8) + tail])
  }

  private var object: String { search == nil ? "list" : "search_result" }

  private var tail: [UInt8] {
    var text = ",\n  \"has_more\": \(page.hasMore)"
    if let search {
      text += ",\n  \"next_page\": " + String(decoding: JSONWriter.bytes(.text(search.nextPage)), as: UTF8.self)
    }
    if let totalCount { text += ",\n  \"total_count\": \(totalCount)" }
    text += ",\n  \"url\": " + String(decoding: JSONWriter.bytes(.string(url)), as: UTF8.self) + "\n}"
    return Array(text.utf8)
  }
}
