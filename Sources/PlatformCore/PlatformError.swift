/// What went wrong, where, in whose words, and what to do about it.
///
/// Secrets, row contents and bound values never enter it; SQL text may.
package struct PlatformError: Error, Sendable, Equatable {
  /// The kind of failure; it decides the exit status.
  package var status: ExitStatus
  /// What failed, in one line, without a full stop.
  package var message: String
  /// The engine's own words, never dropped.
  package var cause: String?
  /// The engine's own code, such as an SQLSTATE.
  package var code: String?
  /// Where: resource, file, line, path. Shown in the order given.
  package var context: [Place]
  /// One command or action that leads on.
  package var nextStep: String?
  /// Whether the same call may succeed a moment later.
  package var isRetryable: Bool

  /// One named coordinate of the place an error happened at.
  package struct Place: Sendable, Equatable {
    /// What kind of coordinate: `file`, `line`, `resource`, `table`.
    package let name: String
    /// Its value, as shown.
    package let value: String
  }

  /// Makes an error; `context` keeps its order.
  package init(
    _ status: ExitStatus, _ message: String, cause: String? = nil, code: String? = nil,
    context: KeyValuePairs<String, String> = [:], nextStep: String? = nil, isRetryable: Bool = false
  ) {
    self.status = status
    self.message = message
    self.cause = cause
    self.code = code
    self.context = context.map { Place(name: $0.key, value: $0.value) }
    self.nextStep = nextStep
    self.isRetryable = isRetryable
  }

  /// The same error with one more coordinate, unless one of that name is already there.
  package func adding(_ name: String, _ value: String) -> PlatformError {
    guard !context.contains(where: { $0.name == name }) else { return self }
    var copy = self
    copy.context.append(Place(name: name, value: value))
    return copy
  }

  /// The four lines shown on stderr: `error:`, `cause:`, `where:`, `next:`; those without content are left out.
  package var rendered: String {
    var lines = ["error: \(Self.oneLine(message))"]
    if let cause, !cause.isEmpty {
      let suffix = code.map { " [\($0)]" } ?? ""
      lines.append("cause: \(Self.oneLine(cause))\(suffix)")
    } else if let code {
      lines.append("cause: [\(code)]")
    }
    if !context.isEmpty {
      lines.append("where: " + context.map { "\($0.name) \(Self.oneLine($0.value))" }.joined(separator: ", "))
    }
    if let nextStep { lines.append("next:  \(Self.oneLine(nextStep))") }
    return lines.joined(separator: "\n")
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: "; ")
  }
}
