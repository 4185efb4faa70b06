/// Name, texts and subcommands of a command.
package struct CommandConfiguration: Sendable {
  /// The name; nil takes the type's.
  package let commandName: String?
  /// One sentence; the first line of the help and the line in the parent's list.
  package let abstract: String
  /// Replaces the generated usage line.
  package let usage: String?
  /// Shown at the end of the help, its paragraphs filled; what is indented stands as written: examples.
  package let discussion: String
  /// What `--version` answers; empty for all but the root. Worked out when it is asked for, as it may load libraries.
  package var version: String { makeVersion() }
  private let makeVersion: @Sendable () -> String
  /// Whether the parent's list shows the command.
  package let shouldDisplay: Bool
  /// The commands below this one.
  package let subcommands: [any ParsableCommand.Type]

  /// Bundles the parts.
  package init(
    commandName: String? = nil, abstract: String = "", usage: String? = nil, discussion: String = "",
    version: @autoclosure @escaping @Sendable () -> String = "", shouldDisplay: Bool = true,
    subcommands: [any ParsableCommand.Type] = []
  ) {
    self.commandName = commandName
    self.abstract = abstract
    self.usage = usage
    self.discussion = discussion
    self.makeVersion = version
    self.shouldDisplay = shouldDisplay
    self.subcommands = subcommands
  }
}
