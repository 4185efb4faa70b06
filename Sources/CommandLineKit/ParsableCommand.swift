/// A set of arguments: a command, or a group of options shared by several commands.
///
/// The names are swift-argument-parser's, so that nobody learns anything new and an import could be exchanged. Left
/// out on purpose: completions, inverted flags, manuals, default subcommands.
package protocol ParsableArguments: Sendable {
  /// Makes the value before anything is read; the property wrappers hold the defaults.
  init()
  /// Checks what single values cannot tell, after all of them were read.
  ///
  /// - Throws: `ValidationError` with what is wrong.
  mutating func validate() throws
}

extension ParsableArguments {
  /// Nothing to check.
  package mutating func validate() throws {}
}

/// A command, or a folder of commands.
package protocol ParsableCommand: ParsableArguments {
  /// Name, texts and subcommands.
  static var configuration: CommandConfiguration { get }
  /// Does the work of a command that waits for nothing.
  mutating func run() throws
}

extension ParsableCommand {
  /// A configuration with nothing but the name derived from the type.
  package static var configuration: CommandConfiguration { CommandConfiguration() }

  /// A command without work of its own shows its help.
  package mutating func run() throws { throw CleanExit.helpRequest(Self.self) }

  /// The name on the command line: the configured one, or the type's in kebab case without `Command`.
  package static var commandName: String {
    if let name = configuration.commandName { return name }
    let type = String(describing: Self.self)
    return kebabCase(type.hasSuffix("Command") && type != "Command" ? String(type.dropLast(7)) : type)
  }
}

/// A command that awaits.
package protocol AsyncParsableCommand: ParsableCommand {
  /// Does the work.
  mutating func run() async throws
}

extension AsyncParsableCommand {
  /// A command without work of its own shows its help.
  package mutating func run() async throws { throw CleanExit.helpRequest(Self.self) }
}

extension ParsableCommand {
  /// Reads arguments (without the program's name) into the command they name.
  ///
  /// - Throws: `CommandFailure` for what is wrong with them, `CleanExit` for a question (help, version).
  package static func parseAsRoot(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> any ParsableCommand {
    try CommandParser(root: Self.self, environment: environment).parse(arguments)
  }

  /// Reads arguments into this very command, without looking for subcommands' names.
  package static func parse(_ arguments: [String], environment: [String: String] = [:]) throws -> Self {
    var command = Self()
    let parser = CommandParser(root: Self.self, environment: environment)
    try parser.fill(&command, path: [Self.self], from: arguments)
    return command
  }

  /// The help of `subcommand` as seen from this root.
  package static func helpMessage(for subcommand: (any ParsableCommand.Type)? = nil) -> String {
    HelpText(path: path(to: subcommand ?? Self.self) ?? [Self.self]).rendered
  }

  /// What to show for an error: text, whether it answers a question (stdout), and how to exit.
  package static func outcome(of error: any Error) -> (text: String, isAnswer: Bool, code: ExitCode) {
    switch error {
    case CleanExit.helpRequest(let command): (helpMessage(for: command), true, .success)
    case CleanExit.message(let text): (text, true, .success)
    case let code as ExitCode: ("", false, code)
    case let failure as CommandFailure: (failure.rendered, false, .validationFailure)
    case let invalid as ValidationError: ("error: \(invalid.message)", false, .validationFailure)
    default: ("error: \(error)", false, .failure)
    }
  }

  /// The way from this command to `target`, both included; nil when it is not below this one.
  package static func path(to target: any ParsableCommand.Type) -> [any ParsableCommand.Type]? {
    if ObjectIdentifier(target) == ObjectIdentifier(Self.self) { return [Self.self] }
    for subcommand in configuration.subcommands {
      if let rest = subcommand.path(to: target) { return [Self.self] + rest }
    }
    return nil
  }

  /// Every command below and including this one, parents first, each with its way from the root.
  package static func allPaths(after parents: [any ParsableCommand.Type] = []) -> [[any ParsableCommand.Type]] {
    let own = parents + [Self.self]
    return [own] + configuration.subcommands.flatMap { $0.allPaths(after: own) }
  }
}
