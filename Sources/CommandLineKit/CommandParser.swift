/// Finds the command that the arguments name and fills it.
struct CommandParser {
  let root: any ParsableCommand.Type
  let environment: [String: String]

  /// Walks down the subcommands, then reads the rest.
  func parse(_ arguments: [String]) throws -> any ParsableCommand {
    var path = [root]
    var rest = arguments[...]
    while let command = path.last, !command.configuration.subcommands.isEmpty, let word = rest.first {
      rest = rest.dropFirst()
      switch word {
      case "--help", "-h": throw CleanExit.helpRequest(command)
      case "help": throw CleanExit.helpRequest(try descend(from: path, along: rest).last ?? command)
      case "--version" where path.count == 1 && !command.configuration.version.isEmpty:
        throw CleanExit.message(command.configuration.version)
      default: path = try descend(from: path, along: [word])
      }
    }
    guard let command = path.last else { return root.init() }
    return try make(command, path: path, from: Array(rest))
  }

  private func make<Command: ParsableCommand>(
    _ type: Command.Type, path: [any ParsableCommand.Type], from arguments: [String]
  ) throws -> any ParsableCommand {
    var command = type.init()
    try fill(&command, path: path, from: arguments)
    return command
  }

  /// Follows names of subcommands as far as they go; an unknown one is a failure.
  private func descend(
    from path: [any ParsableCommand.Type], along words: ArraySlice<String>
  ) throws -> [any ParsableCommand.Type] {
    var path = path
    for word in words where word != "--help" && word != "-h" {
      let known = path.last?.configuration.subcommands ?? []
      guard let next = known.first(where: { $0.commandName == word }) else {
        throw CommandFailure(message: unknown(word, known: known), command: typed(path))
      }
      path.append(next)
    }
    return path
  }

  private func unknown(_ word: String, known: [any ParsableCommand.Type]) -> String {
    let names = known.filter { $0.configuration.shouldDisplay }.map { $0.commandName }
    if word.hasPrefix("-") {
      let lead = "Unknown option '\(word)'"
      return names.isEmpty ? lead : "\(lead). Options follow a subcommand: \(names.joined(separator: ", "))"
    }
    if names.isEmpty { return "Unexpected argument '\(word)'" }
    if let meant = closest(to: word, in: names) { return "Unknown subcommand '\(word)'. Did you mean '\(meant)'?" }
    return "Unknown subcommand '\(word)'. Known subcommands: \(names.joined(separator: ", "))"
  }

  private func typed(_ path: [any ParsableCommand.Type]) -> String {
    path.map { $0.commandName }.joined(separator: " ")
  }

  /// Reads the arguments of one command, then lets it check itself.
  func fill<Command: ParsableCommand>(
    _ command: inout Command, path: [any ParsableCommand.Type], from arguments: [String]
  ) throws {
    do {
      var reading = ArgumentReading(ArgumentDefinition.all(of: command), arguments, environment)
      if try !reading.readAll() { throw CleanExit.helpRequest(Command.self) }
      try reading.finish()
      for wrapper in ArgumentDefinition.wrappers(of: command) { try wrapper.wrapper.validateGroup() }
      try command.validate()
    } catch let invalid as ValidationError {
      throw CommandFailure(message: invalid.message, command: typed(path))
    }
  }
}

/// The words of one command line on their way into the definitions.
private struct ArgumentReading {
  private let definitions: [ArgumentDefinition]
  private let environment: [String: String]
  private var words: ArraySlice<String>
  private var positionals: [String] = []

  init(_ definitions: [ArgumentDefinition], _ words: [String], _ environment: [String: String]) {
    self.definitions = definitions
    self.words = words[...]
    self.environment = environment
  }

  /// Reads every word; false when one of them asks for help.
  mutating func readAll() throws -> Bool {
    while let word = words.popFirst() {
      if word == "--" {
        positionals += words
        break
      }
      if !word.hasPrefix("-") || word == "-" || (isNegativeNumber(word) && find(String(word.prefix(2))) == nil) {
        positionals.append(word)
        continue
      }
      if word == "--help" || word == "-h" { return false }
      try word.hasPrefix("--") ? readLong(word) : readShort(word)
    }
    return true
  }

  private mutating func readLong(_ word: String) throws {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let definition = find(parts[0]) else { throw unknownOption(parts[0]) }
    try take(definition, as: parts[0], attached: parts.count > 1 ? parts[1] : nil)
  }

  /// `-x`, `-x value`, `-x=value`, `-xvalue` for an option; `-xyz` for flags.
  private mutating func readShort(_ word: String) throws {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let definition = find("-\(letter)") else {
        throw unknownOption(
          letters.isEmpty || letters.startIndex > word.index(word.startIndex, offsetBy: 2)
            ? "-\(letter)" : word)
      }
      if definition.kind == .option || letters.first == "=" {
        let attached = letters.first == "=" ? letters.dropFirst() : letters
        let value = letters.isEmpty ? nil : String(attached)
        return try take(definition, as: "-\(letter)", attached: value)
      }
      try take(definition, as: "-\(letter)", attached: nil)
    }
  }

  private mutating func take(_ definition: ArgumentDefinition, as name: String, attached: String?) throws {
    if definition.kind == .flag {
      if let attached {
        throw ValidationError("The option '\(name)' does not take a value, but '\(attached)' was given")
      }
      _ = definition.accept("")
      return
    }
    if attached == nil, let next = words.first, next.hasPrefix("-"), next != "-", !isNegativeNumber(next) {
      throw ValidationError("Missing value for '\(definition.display(name))'")
    }
    guard let value = attached ?? words.popFirst() else {
      throw ValidationError("Missing value for '\(definition.display(name))'")
    }
    try give(value, to: definition, shownAs: "'\(definition.display(name))'")
  }

  private func give(_ value: String, to definition: ArgumentDefinition, shownAs place: String) throws {
    guard !definition.accept(value) else { return }
    var message = "The value '\(value)' is invalid for \(place)"
    if !definition.shape.allowed.isEmpty {
      let known = definition.shape.allowed
      message += ". Known values: \(known.joined(separator: ", "))"
      if let meant = closest(to: value, in: known) { message += ". Did you mean '\(meant)'?" }
    } else if let expectation = definition.shape.expectation {
      message += ". Expected \(expectation)"
    }
    throw ValidationError(message)
  }

  /// Hands out the positionals, asks the environment, and names what is missing.
  mutating func finish() throws {
    var rest = positionals[...]
    for definition in definitions where definition.kind == .positional {
      repeat {
        guard let word = rest.popFirst() else { break }
        try give(word, to: definition, shownAs: "'\(definition.display())'")
      } while definition.shape.isRepeating
    }
    if rest.count == 1 { throw ValidationError("Unexpected argument '\(rest[rest.startIndex])'") }
    if !rest.isEmpty {
      let list = rest.map { "'\($0)'" }.joined(separator: ", ")
      throw ValidationError("\(rest.count) unexpected arguments: \(list)")
    }
    for definition in definitions where !definition.isGiven() {
      if let key = definition.environmentKey, let value = environment[key], !value.isEmpty {
        try give(value, to: definition, shownAs: "'\(definition.display())' (from the environment variable \(key))")
      } else if definition.shape.isRequired {
        throw missing(definition)
      }
    }
  }

  private func missing(_ definition: ArgumentDefinition) -> ValidationError {
    var message = "Missing expected argument '\(definition.display())'"
    if !definition.shape.allowed.isEmpty {
      message += ". Known values: \(definition.shape.allowed.joined(separator: ", "))"
    }
    return ValidationError(message)
  }

  private func unknownOption(_ name: String) -> ValidationError {
    let known = definitions.filter { !$0.help.isHidden }.flatMap(\.names) + ["--help"]
    let meant = closest(to: name, in: known.filter { $0.hasPrefix("--") })
    return ValidationError("Unknown option '\(name)'" + (meant.map { ". Did you mean '\($0)'?" } ?? ""))
  }

  private func find(_ name: String) -> ArgumentDefinition? { definitions.first { $0.names.contains(name) } }

  private func isNegativeNumber(_ word: String) -> Bool { word.hasPrefix("-") && Double(word) != nil && word != "-" }
}
