package import CommandLineKit
import Foundation
import PlatformCore

/// The whole program as one call: parse, run, show the error, answer the exit status.
package enum Program {
  /// Runs the command that the arguments (without the program's name) name below `root`.
  package static func run(
    _ arguments: [String], root: any ParsableCommand.Type = OkapiCommand.self,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) async -> Int32 {
    // A log line nobody reads any more must not end the work; a result nobody reads is told apart below.
    signal(SIGPIPE, SIG_IGN)
    let arguments = spelledOut(arguments)
    do {
      var command = try root.parseAsRoot(arguments, environment: environment)
      if var awaiting = command as? any AsyncParsableCommand {
        try await awaiting.run()
      } else {
        try command.run()
      }
      return ExitStatus.done.rawValue
    } catch {
      return finish(error, root: root, wantsJSON: arguments.prefix { $0 != "--" }.contains("--json"))
    }
  }

  /// The names that pipelines know some commands by.
  private static let aliases = [
    "run-all": ["lake", "extract"], "run-transforms": ["lake", "transform"], "run-quality": ["lake", "quality"],
  ]

  private static func spelledOut(_ arguments: [String]) -> [String] {
    guard let first = arguments.first, let command = aliases[first] else { return arguments }
    return command + arguments.dropFirst()
  }

  /// What a shell reports of a program whose reader went away (`okapi … | head`): no fault worth words.
  private static let closedByReader: Int32 = 128 + SIGPIPE

  private static func finish(_ error: any Error, root: any ParsableCommand.Type, wantsJSON: Bool) -> Int32 {
    let shown: PlatformError
    switch error {
    case let code as ExitCode: return code.rawValue
    case let exit as CleanExit:
      do throws(PlatformError) {
        try Terminal.printResult(root.outcome(of: exit).text)
        return ExitStatus.done.rawValue
      } catch {
        shown = error
      }
    default: shown = platformError(error)
    }
    if shown.code == Terminal.closedPipe { return closedByReader }
    Log.standardError(shown.rendered)
    if wantsJSON, shown.context.first?.value != "stdout" {
      // Stdout may be what is broken; stderr has said everything already.
      try? JSONOutput.write(ErrorDocument(shown))
    }
    return shown.status.rawValue
  }

  /// Any error in the four-line form; what nobody foresaw is a bug of ours.
  static func platformError(_ error: any Error) -> PlatformError {
    switch error {
    case let error as PlatformError: error
    case let failure as CommandFailure: PlatformError(.usage, failure.message, nextStep: failure.nextStep)
    case let invalid as ValidationError: PlatformError(.usage, invalid.message, nextStep: "okapi --help")
    case is CancellationError: PlatformError(.interrupted, "The work was cancelled", nextStep: "run it again")
    default:
      PlatformError(
        .bug, "An unforeseen error reached the top", cause: String(reflecting: error),
        nextStep: "report this with the command and its log")
    }
  }
}
