/// A text of the reference that cannot be read: which line, and why.
package struct ReferenceTextError: Error, Equatable, CustomStringConvertible {
  /// The line, counted from one.
  package let line: Int
  /// What is wrong with it.
  package let reason: String

  /// The line and the reason.
  package var description: String { "line \(line): \(reason)" }
}

/// A line of an indented text with the lines below it that belong to it.
///
/// Two blanks more than the line above make a child. A line that begins with `|` goes on with the one above, a line
/// that begins with `#` is a note on the one below, empty lines say nothing.
struct TextNode {
  let line: Int
  var text: String
  let note: String
  var children: [TextNode] = []

  /// The lines at the left margin, with theirs.
  static func parse(_ text: String) throws(ReferenceTextError) -> [TextNode] {
    var flat: [(depth: Int, node: TextNode)] = []
    var note = ""
    var number = 0
    for raw in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      let content = raw.drop { $0 == " " }
      let indent = raw.count - content.count
      if content.isEmpty { continue }
      if content.hasPrefix("#") {
        note += (note.isEmpty ? "" : " ") + content.dropFirst().drop { $0 == " " }
      } else if content.hasPrefix("|") {
        guard !flat.isEmpty, note.isEmpty else { throw .init(line: number, reason: "nothing to go on with") }
        flat[flat.count - 1].node.text += content
      } else {
        guard indent.isMultiple(of: 2), indent / 2 <= (flat.last.map { $0.depth + 1 } ?? 0) else {
          throw .init(line: number, reason: "indented by \(indent)")
        }
        flat.append((indent / 2, TextNode(line: number, text: String(content), note: note)))
        note = ""
      }
    }
    guard note.isEmpty else { throw .init(line: number, reason: "a note on nothing") }
    var rest = flat[...]
    return nodes(at: 0, from: &rest)
  }

  private static func nodes(at depth: Int, from rest: inout ArraySlice<(depth: Int, node: TextNode)>) -> [TextNode] {
    var found: [TextNode] = []
    while let next = rest.first, next.depth == depth {
      rest.removeFirst()
      var node = next.node
      node.children = nodes(at: depth + 1, from: &rest)
      found.append(node)
    }
    return found
  }
}

extension StringProtocol {
  /// Small letters, digits and underscores.
  var isName: Bool {
    !isEmpty
      && utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
  }

  /// What names an object or a value of an enumeration.
  var isWord: Bool {
    !isEmpty
      && utf8.allSatisfy {
        (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0) || (0x30...0x39).contains($0)
          || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
      }
  }
}

/// The values after `enum`, or the objects after `ref`: words with bars between them.
func referenceWords(_ text: Substring, line: Int) throws(ReferenceTextError) -> [String] {
  let words = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
  guard words.allSatisfy({ $0 == "…" || $0.isWord }), Set(words).count == words.count, !words.dropLast().contains("…")
  else { throw .init(line: line, reason: "not a set of words: \(text)") }
  return words
}
