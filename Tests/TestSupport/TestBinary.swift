import Dispatch
package import Foundation
import PlatformCore
import Workspace

/// Runs the built program as a user would.
package enum TestBinary {
  /// How a run ended.
  package struct Outcome: Sendable {
    /// The exit status; 128 plus the signal's number when a signal ended it.
    package let status: Int32
    /// What it wrote to stdout.
    package let stdout: String
    /// What it wrote to stderr.
    package let stderr: String
    /// Whether it was killed because its time was up.
    package let isTimedOut: Bool
  }

  /// The program: OKAPI_BINARY, else beside the test bundle.
  ///
  /// - Throws: `.inputMissing` when it has not been built.
  package static func path() throws -> String {
    if let given = ProcessInfo.processInfo.environment["OKAPI_BINARY"], !given.isEmpty { return given }
    let runner = URL(fileURLWithPath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
    let folders =
      sequence(first: runner.deletingLastPathComponent()) { $0.path == "/" ? nil : $0.deletingLastPathComponent() }
      .prefix(6) + [TestDatabase.packageFolder.appendingPathComponent(".build/debug")]
    // The checkout's own `okapi` is a script that builds first.
    for folder in folders where folder.standardizedFileURL.path != TestDatabase.packageFolder.standardizedFileURL.path {
      let program = folder.appendingPathComponent("okapi").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: program, isDirectory: &isFolder), !isFolder.boolValue {
        return program
      }
    }
    throw PlatformError(.inputMissing, "the okapi program was not found", nextStep: "swift build")
  }

  /// Runs the program to its end; both pipes are read while it runs.
  ///
  /// - Parameters:
  ///   - environment: added to a bare environment; nothing of okapi, PostgreSQL or Stripe is inherited.
  ///   - timeout: after it the program is killed.
  package static func run(
    _ arguments: [String], environment: [String: String] = [:], directory: URL? = nil,
    timeout: Duration = .seconds(600)
  ) async throws -> Outcome {
    try await start(arguments, environment: environment, directory: directory).outcome(timeout: timeout)
  }

  /// Starts the program and answers at once; `outcome()` must be awaited once.
  ///
  /// - Parameter script: what a shell does first, such as to set a limit; the program takes its place.
  package static func start(
    _ arguments: [String], environment: [String: String] = [:], directory: URL? = nil, after script: String? = nil
  ) throws -> RunningBinary {
    guard let script else {
      return try RunningBinary(try path(), arguments, environment: environment, directory: directory)
    }
    return try RunningBinary(
      "/bin/sh", ["-c", script + #"; exec "$0" "$@""#, try path()] + arguments, environment: environment,
      directory: directory)
  }
}

/// A program that is running.
package final class RunningBinary: Sendable {
  private let child: ChildProcess
  /// Its process number.
  package var processID: Int32 { child.processID }

  /// Starts any program, such as a server a test needs.
  package init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], directory: URL? = nil
  ) throws {
    var whole: [String: String] = ["LC_ALL": "C", "TERM": "dumb"]
    for name in ["PATH", "HOME", "TMPDIR", "USER", "LD_LIBRARY_PATH"] {
      whole[name] = ProcessInfo.processInfo.environment[name]
    }
    whole.merge(environment) { $1 }
    child = try ChildProcess(program, arguments, environment: whole, directory: directory?.path)
  }

  /// Sends a signal, such as SIGKILL.
  package func signal(_ number: Int32) { child.signal(number) }

  /// Reads what it writes until it ends; a cancelled task kills it.
  package func outcome(timeout: Duration = .seconds(600)) async -> TestBinary.Outcome {
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // A queue of its own: the wait blocks.
        DispatchQueue(label: "child").async { [child] in continuation.resume(returning: child.wait(timeout: timeout)) }
      }
    } onCancel: {
      child.signal(SIGKILL)
    }
    return TestBinary.Outcome(
      status: outcome.status, stdout: outcome.outputText, stderr: outcome.errorText,
      isTimedOut: outcome.isTimedOut)
  }
}
