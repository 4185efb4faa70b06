/// Thrown by `validate()` and `run()`: the arguments make no sense together.
package struct ValidationError: Error, Sendable, Equatable {
  /// What is wrong, in one line.
  package let message: String
  /// Says what is wrong.
  package init(_ message: String) { self.message = message }
}

/// An end that is no failure.
package enum CleanExit: Error, Sendable {
  /// Shows the help of a command.
  case helpRequest(any ParsableCommand.Type)
  /// Shows a text.
  case message(String)
}

/// Ends the program with a status and without a word.
package struct ExitCode: Error, Sendable, Equatable {
  /// The status.
  package let rawValue: Int32
  /// Wraps a status.
  package init(_ rawValue: Int32) { self.rawValue = rawValue }
  /// All went well.
  package static let success = ExitCode(0)
  /// Something unforeseen.
  package static let failure = ExitCode(70)
  /// Bad arguments (EX_USAGE).
  package static let validationFailure = ExitCode(64)
}

/// What is wrong with the arguments, and whose help explains them.
package struct CommandFailure: Error, Sendable, Equatable {
  /// What is wrong, in one line.
  package let message: String
  /// The command as typed, such as `okapi db migrate`.
  package let command: String

  /// The line that leads on.
  package var nextStep: String { "\(command) --help" }

  /// The lines shown on stderr.
  package var rendered: String { "error: \(message)\nnext:  \(nextStep)" }
}
