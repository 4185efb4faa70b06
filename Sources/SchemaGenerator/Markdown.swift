/// Collects blocks of Markdown, an empty line between them.
struct Markdown {
  private(set) var content = ""

  mutating func line(_ text: String) { block(text) }

  mutating func generatedMark() {
    block("<!-- Generated from the declarations; change those and run `\(GeneratedFiles.command)`. -->")
  }

  mutating func list(_ items: [String]) { block(items.map { "- \($0)" }.joined(separator: "\n")) }

  mutating func table(_ head: [String], _ rows: [[String]]) {
    let line = { (cells: [String]) in
      "| " + cells.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }.joined(separator: " | ") + " |"
    }
    let rule = "|" + head.map { _ in "---|" }.joined()
    block(([line(head), rule] + rows.map(line)).joined(separator: "\n"))
  }

  private mutating func block(_ text: String) {
    if !content.isEmpty { content += "\n" }
    content += text + "\n"
  }
}
