import HTTPServer
import Sandbox

/// The envelope of a list around its elements' bytes: indented itself, each element on one line as it is stored.
///
/// The elements are copied once, from the row to the page, so that a list costs little more than reading its rows.
struct ListBody {
  let url: String
  var page: ListPage
  /// A search's token of the next page; nil for a list.
  var search: SearchEnd?
  /// Sent only where it was asked for.
  var totalCount: Int?

  /// What ends a page of a search.
  struct SearchEnd {
    let nextPage: String?
  }

  /// What a page of a list begins with.
  static let listHead = head("list")
  /// What a page of a search begins with.
  static let searchHead = head("search_result")

  private static func head(_ object: String) -> String { "{\n  \"object\": \"\(object)\",\n  \"data\": [" }

  /// Writes the end of the envelope.
  mutating func end() -> HTTPBody {
    var text = "],\n  \"has_more\": \(page.hasMore)"
    if let search {
      text += ",\n  \"next_page\": " + String(decoding: JSONWriter.bytes(.text(search.nextPage)), as: UTF8.self)
    }
    if let totalCount { text += ",\n  \"total_count\": \(totalCount)" }
    text += ",\n  \"url\": " + String(decoding: JSONWriter.bytes(.string(url)), as: UTF8.self) + "\n}"
    page.end(text)
    return .pieces(page.pieces)
  }
}
