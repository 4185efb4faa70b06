import Foundation
import PlatformCore

/// Whose SQL a connection runs; it decides what an error in the SQL means.
package enum DuckDBAuthor: Sendable {
  /// Okapi's own: an error in it is a bug.
  case okapi
  /// Somebody who typed it: an error in it is theirs to mend.
  case user
}

/// DuckDB's words as one of ours.
enum DuckDBFailure {
  /// The kind that DuckDB puts before its words, as in `Out of Memory Error: …`; nil where there is none.
  static func kind(of words: String) -> String? {
    guard let range = words.firstRange(of: " Error: "), !words[..<range.lowerBound].contains(where: \.isNewline) else {
      return nil
    }
    return String(words[..<range.lowerBound])
  }

  static func error(_ words: String, sql: String, author: DuckDBAuthor) -> PlatformError {
    // What a server does not answer is "IO Error: … error for HTTP GET to 'http://…'".
    let kind = kind(of: words).map { $0 == "IO" && words.contains(" for HTTP ") ? "Connection" : $0 }
    let (status, message, nextStep) = classification(of: kind, author)
    // A statement that makes a secret is quoted neither by us nor, after its first line, by DuckDB.
    let isSecret = sql.range(of: "secret", options: .caseInsensitive) != nil
    let cause = isSecret ? words.components(separatedBy: "\nLINE ")[0] : words
    return PlatformError(
      status, message, cause: cause.trimmingCharacters(in: .whitespacesAndNewlines), code: kind,
      context: isSecret ? [:] : ["statement": String(sql.prefix(200))], nextStep: nextStep)
  }

  private static func classification(
    of kind: String?, _ author: DuckDBAuthor
  ) -> (ExitStatus, String, String?) {
    switch kind {
    case "Out of Memory":
      (.configuration, "DuckDB needs more memory than it may use", "raise the memory limit, or lower the threads")
    case "IO": (.inputOutput, "DuckDB could not read or write a file", nil)
    case "HTTP", "Connection": (.unavailable, "DuckDB could not reach a server", "run the command again later")
    case "Permission": (.permission, "DuckDB was not allowed to do this", nil)
    case "Constraint": (.data, "a row breaks a constraint", nil)
    case "Conversion", "Out of Range", "Invalid Input", "Mismatch Type", "Serialization":
      (.data, "DuckDB could not take a value", nil)
    case "Missing Extension", "Invalid Configuration", "Settings":
      (.configuration, "DuckDB lacks a setting or an extension", nil)
    case "INTERNAL", "FATAL": (.bug, "DuckDB failed", nil)
    default:
      switch author {
      case .okapi: (.bug, "DuckDB did not accept a statement", nil)
      case .user: (.usage, "DuckDB did not accept the statement", nil)
      }
    }
  }
}

extension PlatformError {
  /// Our own task was cancelled and took the statement along.
  static let duckDBStatementCancelled = PlatformError(.interrupted, "the statement was cancelled", code: "INTERRUPT")
}
