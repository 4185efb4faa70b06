import Foundation
import PlatformCore

/// Asks before something is destroyed.
enum Confirmation {
  /// Passes when `--yes` was given or there is a terminal to ask at: for work that takes long before the question.
  ///
  /// - Throws: `usage` where nobody can answer.
  static func requireSomebody(isGiven: Bool) throws(PlatformError) {
    guard isGiven || isatty(STDIN_FILENO) == 1 else {
      throw PlatformError(
        .usage, "this destroys data and nobody is there to ask", nextStep: "give --yes if that is what you want")
    }
  }

  /// Passes when `--yes` was given or a person at a terminal answers `yes`.
  ///
  /// - Throws: `usage` where nobody can answer, `interrupted` where the answer is no.
  static func ask(_ question: String, isGiven: Bool) throws(PlatformError) {
    if isGiven { return }
    try requireSomebody(isGiven: isGiven)
    FileHandle.standardError.write(Data("\(question) Type yes: ".utf8))
    guard readLine()?.trimmingCharacters(in: .whitespaces).lowercased() == "yes" else {
      throw PlatformError(.interrupted, "nothing was changed: the answer was not yes")
    }
  }
}
