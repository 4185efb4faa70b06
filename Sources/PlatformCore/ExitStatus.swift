/// How a run of the program ended; the numbers follow sysexits, the meanings are ours (docs/exit-codes.md).
package enum ExitStatus: Int32, Sendable, CaseIterable {
  /// Everything asked for was done.
  case done = 0
  /// Ran to the end and found differences or failed assertions.
  case differences = 1
  /// Bad arguments.
  case usage = 64
  /// A record broke its declared shape, or a list was incomplete; the rest was loaded.
  case data = 65
  /// A named file, folder or run is not there.
  case inputMissing = 66
  /// A server stayed unreachable after the retries.
  case unavailable = 69
  /// An invariant of ours broke.
  case bug = 70
  /// Output could not be created.
  case output = 73
  /// Reading or writing failed.
  case inputOutput = 74
  /// A rate limit, a held lock or a stale state: run again.
  case temporary = 75
  /// An answer outside the API contract.
  case protocolViolation = 76
  /// A key was refused, or a resource is forbidden to it.
  case permission = 77
  /// A setting is missing or contradictory, or the environment forbids the command.
  case configuration = 78
  /// Interrupted by the user (SIGINT).
  case interrupted = 130
  /// Terminated from outside (SIGTERM).
  case terminated = 143

  /// The order in which several statuses give way to one, strongest first.
  private static let precedence: [ExitStatus] = [
    .terminated, .interrupted, .configuration, .usage, .bug, .output, .inputOutput, .unavailable, .permission,
    .protocolViolation, .inputMissing, .data, .temporary, .differences, .done,
  ]

  /// The one status a process ends with when several apply: the first of those above.
  package static func strongest(of statuses: [ExitStatus]) -> ExitStatus {
    precedence.first(where: statuses.contains) ?? .done
  }
}
