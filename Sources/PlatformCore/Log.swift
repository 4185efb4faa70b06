import Foundation
import Synchronization

/// One value of a log field; numbers stay numbers in JSON.
package enum LogValue: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  /// Text.
  case string(String)
  /// A whole number; the unit is the end of the field's name (`rows`, `bytes`, `duration_ms`).
  case integer(Int)
  /// A fraction.
  case number(Double)
  /// Yes or no.
  case boolean(Bool)

  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .boolean(value) }

  var isEmpty: Bool { if case .string(let text) = self { text.isEmpty } else { false } }

  var json: String {
    switch self {
    case .string(let text): return LogValue.quoted(text)
    case .integer(let value): return String(value)
    case .number(let value): return value.isFinite ? String(value) : "null"
    case .boolean(let value): return value ? "true" : "false"
    }
  }

  var text: String {
    if case .string(let text) = self {
      return text.contains(where: { $0 == " " || $0 == "\"" || $0.isNewline }) ? LogValue.quoted(text) : text
    }
    return json
  }

  private static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}

/// Writes events to stderr: one JSON object a line, or short text lines for a person at a terminal.
///
/// Keys, signatures, card data and payloads never go in. Event names are past tense: `chunk_committed`.
package struct Log: Sendable {
  /// How grave an event is.
  package enum Level: String, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    package static func < (left: Level, right: Level) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }

  /// The shape of a line.
  package enum Format: String, Sendable, CaseIterable { case json, text }

  private var runID: String
  private let command: String
  private var minimumLevel: Level
  private let format: Format
  private let clock: WallClock
  /// What stands in every line.
  private var common: [(key: String, value: LogValue)] = []
  /// Events that are passed over.
  private var muted: Set<String> = []
  private var write: @Sendable (String) -> Void

  /// Makes a log. `write` receives whole lines without the newline; by default they go to stderr.
  package init(
    runID: String, command: String, minimumLevel: Level = .info, format: Format = .json,
    clock: WallClock = .system, write: @escaping @Sendable (String) -> Void = Log.standardError
  ) {
    self.runID = runID
    self.command = command
    self.minimumLevel = minimumLevel
    self.format = format
    self.clock = clock
    self.write = write
  }

  /// Writes a line to stderr in one call, so that lines of several threads do not mix; a closed stderr loses it.
  package static let standardError: @Sendable (String) -> Void = { line in
    // The throwing form: the other one traps when stderr is closed or full, and a log must not end the work.
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }

  /// A log that keeps quiet, for tests and for calls whose report is enough.
  package static let silent = Log(runID: "-", command: "-", minimumLevel: .error, write: { _ in })

  /// The same log, which passes over what is less grave than a level.
  package func raised(to level: Level) -> Log {
    var log = self
    log.minimumLevel = max(level, minimumLevel)
    return log
  }

  /// The same log without an event, which is told in another way.
  package func without(_ event: String) -> Log {
    var log = self
    log.muted.insert(event)
    return log
  }

  /// The same log for one source's part of a run: its lines carry that part's run id and the source's name.
  package func of(source: String, runID: String) -> Log {
    var log = self
    log.runID = runID
    log.common = [("source", .string(source))]
    return log
  }

  /// Writes one event with flat fields, unless its level is below the log's.
  package func callAsFunction(_ level: Level, _ event: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
    guard level >= minimumLevel, !muted.contains(event) else { return }
    write(rendered(level, event, fields))
  }

  /// The same log with its lines written elsewhere.
  package func writing(_ write: @escaping @Sendable (String) -> Void) -> Log {
    var log = self
    log.write = write
    return log
  }

  /// The line of an event, whatever its level.
  package func rendered(
    _ level: Level, _ event: String, _ fields: KeyValuePairs<String, LogValue> = [:]
  ) -> String {
    switch format {
    case .json:
      let head: KeyValuePairs<String, LogValue> = [
        "ts": .string(clock.now.rfc3339), "level": .string(level.rawValue), "event": .string(event),
        "run_id": .string(runID), "command": .string(command),
      ]
      let pairs = (Array(head) + common + Array(fields)).map { "\"\($0.key)\":\($0.value.json)" }
      return "{" + pairs.joined(separator: ",") + "}"
    case .text:
      let mark = level == .info ? "" : "\(level.rawValue): "
      let pairs = (common + Array(fields)).filter { !$0.value.isEmpty }.map { "\($0.key)=\($0.value.text)" }
      return ([mark + event.replacingOccurrences(of: "_", with: " ")] + pairs).joined(separator: "  ")
    }
  }
}
