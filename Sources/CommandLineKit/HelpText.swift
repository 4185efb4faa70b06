/// The help of one command, 80 columns wide whatever the terminal, so that it can be checked in.
struct HelpText {
  private static let width = 80
  private static let indent = 2
  private static let textColumn = 28

  /// From the root to the command.
  let path: [any ParsableCommand.Type]

  private typealias Line = (label: String, text: String)

  var rendered: String {
    guard let command = path.last else { return "" }
    let configuration = command.configuration
    let definitions = ArgumentDefinition.all(of: command.init()).filter { !$0.help.isHidden }
    var blocks: [String] = []
    if !configuration.abstract.isEmpty {
      blocks.append(Self.wrap("OVERVIEW: " + configuration.abstract, indent: 0))
    }
    blocks.append(usage(configuration, definitions))
    blocks.append(Self.section("ARGUMENTS", definitions.filter { $0.kind == .positional }.map(Self.line)))
    let named = definitions.filter { $0.kind != .positional }
    let help: Line = ("-h, --help", "Show this help.")
    let version: [Line] = configuration.version.isEmpty ? [] : [("--version", "Show the version.")]
    blocks.append(Self.section("OPTIONS", named.filter { $0.section == nil }.map(Self.line) + version + [help]))
    for (index, definition) in named.enumerated() {
      guard let title = definition.section, !named[..<index].contains(where: { $0.section == title }) else { continue }
      blocks.append(Self.section(title.uppercased(), named.filter { $0.section == title }.map(Self.line)))
    }
    let subcommands = configuration.subcommands.filter { $0.configuration.shouldDisplay }
    blocks.append(Self.section("SUBCOMMANDS", subcommands.map { ($0.commandName, $0.configuration.abstract) }))
    if !configuration.discussion.isEmpty { blocks.append(Self.wrap(discussion: configuration.discussion)) }
    if !subcommands.isEmpty {
      let rest = path.dropFirst().map { $0.commandName + " " }.joined()
      blocks.append("See '\(path[0].commandName) help \(rest)<subcommand>' for more.")
    }
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private func usage(_ configuration: CommandConfiguration, _ definitions: [ArgumentDefinition]) -> String {
    let name = path.map { $0.commandName }.joined(separator: " ")
    if let usage = configuration.usage { return "USAGE: " + usage }
    if !configuration.subcommands.isEmpty { return "USAGE: \(name) <subcommand>" }
    // Shared options stand below; naming them all in every usage line would hide what matters.
    let own = definitions.filter { $0.section == nil || $0.shape.isRequired }
    let hasShared = own.count < definitions.count
    let parts =
      own.filter { $0.kind != .positional }.map(\.usage) + (hasShared ? ["[<options>]"] : [])
      + own.filter { $0.kind == .positional }.map(\.usage)
    return Self.wrap(words: ["USAGE:", name] + parts, hanging: 7)
  }

  private static func line(_ definition: ArgumentDefinition) -> Line {
    let label =
      definition.kind == .option
      ? definition.names.joined(separator: ", ") + " <\(definition.valueName)>"
      : definition.kind == .flag ? definition.names.joined(separator: ", ") : definition.display()
    var notes: [String] = []
    if !definition.shape.allowed.isEmpty { notes.append("values: \(definition.shape.allowed.joined(separator: ", "))") }
    if let text = definition.shape.defaultText { notes.append("default: \(text)") }
    if let key = definition.environmentKey { notes.append("env: \(key)") }
    let suffix = notes.isEmpty ? "" : "(\(notes.joined(separator: "; ")))"
    return (label, [definition.help.abstract, suffix].filter { !$0.isEmpty }.joined(separator: " "))
  }

  private static func section(_ title: String, _ lines: [Line]) -> String {
    guard !lines.isEmpty else { return "" }
    return ([title + ":"] + lines.map(render)).joined(separator: "\n")
  }

  private static func render(_ line: Line) -> String {
    let label = String(repeating: " ", count: indent) + line.label
    guard !line.text.isEmpty else { return label }
    let text = wrap(line.text, indent: textColumn)
    if label.count + 2 > textColumn { return label + "\n" + text }
    return label + text.dropFirst(label.count)
  }

  private static func wrap(_ text: String, indent: Int) -> String {
    let pad = String(repeating: " ", count: indent)
    return pad + wrap(words: text.split(separator: " ").map(String.init), hanging: indent, used: indent)
  }

  /// Fills the paragraphs; headings and what is indented, such as examples, stand as written.
  private static func wrap(discussion: String) -> String {
    var blocks: [String] = []
    var paragraph: [String] = []
    for line in discussion.split(separator: "\n", omittingEmptySubsequences: false) {
      let isProse = !line.isEmpty && !line.hasPrefix(" ") && !line.hasSuffix(":")
      if isProse {
        paragraph += line.split(separator: " ").map(String.init)
        continue
      }
      if !paragraph.isEmpty { blocks.append(wrap(words: paragraph, hanging: 0)) }
      paragraph = []
      blocks.append(String(line))
    }
    if !paragraph.isEmpty { blocks.append(wrap(words: paragraph, hanging: 0)) }
    return blocks.joined(separator: "\n")
  }

  /// Lines of at most `width` columns; a word is never cut, later lines are indented by `hanging`.
  private static func wrap(words: [String], hanging: Int, used: Int = 0) -> String {
    var result = ""
    var column = used
    for word in words {
      if result.isEmpty {
        result = word
      } else if column + 1 + word.count <= width {
        result += " " + word
        column += 1
      } else {
        result += "\n" + String(repeating: " ", count: hanging) + word
        column = hanging
      }
      column += word.count
    }
    return result
  }
}
