package import PlatformCore

/// The lines of a `.env` file: `KEY=VALUE`, `export KEY=VALUE`, quotes, comments. No interpolation.
package struct EnvironmentFile: Sendable, Equatable {
  /// One assignment.
  package struct Entry: Sendable, Equatable {
    /// The variable.
    package let key: String
    /// Its value, unquoted.
    package let value: String
    /// The 1-based line it stands on.
    package let line: Int
  }

  /// The assignments in the order of the file.
  package let entries: [Entry]

  /// Reads the text of a file; `name` is what errors call it.
  ///
  /// - Throws: `configuration` for the first line that is no assignment; the line's content is never shown.
  package init(_ text: String, name: String) throws(PlatformError) {
    var entries: [Entry] = []
    let body = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    for (index, raw) in body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      do throws(Damage) {
        guard let (key, value) = try Self.assignment(String(raw)) else { continue }
        entries.append(Entry(key: key, value: value, line: index + 1))
      } catch {
        throw PlatformError(
          .configuration, "A line of the settings file cannot be read", cause: error.reason,
          context: ["file": name, "line": String(index + 1)], nextStep: "write it as KEY=VALUE; # starts a comment")
      }
    }
    self.entries = entries
  }

  private struct Damage: Error { let reason: String }

  private static func assignment(_ line: String) throws(Damage) -> (key: String, value: String)? {
    var rest = trimmed(line[...])
    if rest.isEmpty || rest.hasPrefix("#") { return nil }
    if rest.hasPrefix("export "), !trimmed(rest.dropFirst(7)).hasPrefix("=") { rest = trimmed(rest.dropFirst(7)) }
    guard let equals = rest.firstIndex(of: "=") else { throw Damage(reason: "there is no '='") }
    let key = trimmed(rest[..<equals])
    guard let first = key.first else { throw Damage(reason: "there is no name before '='") }
    let isName = key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } && !first.isNumber
    guard isName else { throw Damage(reason: "the name before '=' may hold letters, digits and '_' only") }
    return (String(key), try value(trimmed(rest[rest.index(after: equals)...])))
  }

  private static func value(_ text: Substring) throws(Damage) -> String {
    guard let quote = text.first, quote == "\"" || quote == "'" else {
      // A comment needs a blank before its '#': passwords and URLs may hold the sign itself.
      if text.hasPrefix("#") { return "" }
      let comment = text.indices.first { index in
        text[index] == "#" && index > text.startIndex && text[text.index(before: index)].isWhitespace
      }
      return String(trimmed(text[..<(comment ?? text.endIndex)]))
    }
    var result = ""
    var rest = text.dropFirst()
    while let letter = rest.popFirst() {
      if letter == quote {
        let tail = trimmed(rest)
        guard tail.isEmpty || tail.hasPrefix("#") else {
          throw Damage(reason: "there is more after the closing quote")
        }
        return result
      }
      guard letter == "\\", quote == "\"", let escaped = rest.popFirst() else {
        result.append(letter)
        continue
      }
      switch escaped {
      case "n": result += "\n"
      case "t": result += "\t"
      case "\\", "\"", "$": result.append(escaped)
      default: result += "\\" + String(escaped)
      }
    }
    throw Damage(reason: "the closing quote is missing")
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
