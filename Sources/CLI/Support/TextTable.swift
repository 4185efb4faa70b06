/// A table for people: aligned columns, numbers to the right with thousands separators.
package struct TextTable: Sendable {
  /// What stands in a row and column.
  package enum Cell: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringInterpolation
  {
    /// Words; control characters are made visible.
    case text(String)
    /// A whole number, grouped by thousands.
    case number(Int)
    /// A number already written, such as an amount or a rate.
    case figure(String)
    /// Nothing.
    case empty

    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .number(value) }

    /// Words, or nothing.
    package static func text(_ value: String?) -> Cell { value.map { .text($0) } ?? .empty }

    fileprivate var rendered: String {
      switch self {
      case .text(let text), .figure(let text): visible(text)
      case .number(let number): grouped(number)
      case .empty: ""
      }
    }

    fileprivate var saysNothing: Bool {
      switch self {
      case .text(let text): text.isEmpty
      case .number(let number): number == 0
      case .figure: false
      case .empty: true
      }
    }

    fileprivate var isNumeric: Bool? {
      switch self {
      case .text: false
      case .number, .figure: true
      case .empty: nil
      }
    }
  }

  private let headings: [String]
  private let widestColumn: Int
  private var rows: [[Cell]] = []

  /// Names the columns; a cell wider than `widestColumn` is cut and ends with `…`.
  package init(_ headings: [String], widestColumn: Int = 80) {
    self.headings = headings
    self.widestColumn = max(2, widestColumn)
  }

  /// The same table without the columns, but for the first, in which every row is zero or empty.
  package var withoutIdleColumns: TextTable {
    let kept = headings.indices.filter { column in column == 0 || rows.contains { !$0[column].saysNothing } }
    var table = TextTable(kept.map { headings[$0] }, widestColumn: widestColumn)
    for row in rows { table.add(kept.map { row[$0] }) }
    return table
  }

  /// Whether no row was added.
  package var isEmpty: Bool { rows.isEmpty }

  /// Adds a row; missing cells are empty, further ones are left out.
  package mutating func add(_ cells: Cell...) { add(cells) }

  /// Adds a row; missing cells are empty, further ones are left out.
  package mutating func add(_ cells: [Cell]) {
    rows.append(Array((cells + Array(repeating: .empty, count: headings.count)).prefix(headings.count)))
  }

  /// Headings, a rule and the rows, without blanks at line ends and without a newline at the very end.
  package var rendered: String {
    let texts = rows.map { row in row.map { cut($0.rendered) } }
    let widths = headings.indices.map { column in
      ([headings[column]] + texts.map { $0[column] }).map(displayWidth).max() ?? 0
    }
    // A column is numeric when it has figures and no words.
    let isNumeric = headings.indices.map { column in
      let kinds = rows.compactMap { $0[column].isNumeric }
      return !kinds.isEmpty && kinds.allSatisfy { $0 }
    }
    let lines = [headings, widths.map { String(repeating: "-", count: $0) }] + texts
    return lines.map { line in
      let padded = line.indices.map { column in
        let blanks = String(repeating: " ", count: widths[column] - displayWidth(line[column]))
        return isNumeric[column] ? blanks + line[column] : line[column] + blanks
      }
      let text = padded.joined(separator: "  ")
      return String(text.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  private func cut(_ text: String) -> String {
    guard displayWidth(text) > widestColumn else { return text }
    var cut = text
    while displayWidth(cut) >= widestColumn { cut.removeLast() }
    return cut + "…"
  }
}
