import CLibpq
import Foundation
import PlatformCore

/// The server's account of a failed statement, on its way to a `PlatformError`.
///
/// Source: PostgreSQL documentation, Appendix A, PostgreSQL Error Codes.
struct ServerReport {
  private let code: String
  private let message: String
  private let detail: String?
  private let hint: String?
  private let place: String?
  private let objects: [(String, String)]

  init(_ result: ResultStorage?, fallback: String, isConnectionLost: Bool) {
    let state = result?.field("C")
    code = state ?? (isConnectionLost ? "08006" : "XX000")
    let primary = result?.field("M")
    message = primary ?? fallback.trimmingCharacters(in: .whitespacesAndNewlines)
    detail = result?.field("D")
    hint = result?.field("H")
    place = result?.field("W").flatMap(Self.copyPlace)
    objects = [("table", "t"), ("column", "c"), ("constraint", "n")].compactMap { name, field in
      result?.field(Character(field)).map { (name, $0) }
    }
  }

  /// For tests and for reports that are not from a result.
  init(code: String, message: String, detail: String? = nil, hint: String? = nil, context: String? = nil) {
    self.code = code
    self.message = message
    self.detail = detail
    self.hint = hint
    place = context.flatMap(Self.copyPlace)
    objects = []
  }

  /// Whether the statement's text helps to understand it: it is wrong in itself, or the server broke on it.
  var isAboutStatement: Bool { code.hasPrefix("42") && code != "42501" || code.hasPrefix("XX") }

  var error: PlatformError {
    let (status, headline, nextStep) = classification
    let cause = [maskedMessage, maskedDetail, hint, place].compactMap { $0 }.joined(separator: "\n")
    var error = PlatformError(
      status, headline, cause: cause, code: code, nextStep: nextStep, isRetryable: Self.isRetryable(code))
    for (name, value) in objects { error = error.adding(name, value) }
    return error
  }

  static func isRetryable(_ code: String) -> Bool {
    ["40001", "40P01", "55P03", "53300", "57P01", "57P02", "57P03", "57P05"].contains(code) || code.hasPrefix("08")
  }

  /// Of a COPY's CONTEXT the coordinates only: the rest of the line is the row itself.
  static func copyPlace(_ context: String) -> String? {
    for line in context.split(whereSeparator: \.isNewline) {
      if let match = line.firstMatch(of: /^COPY [^,]+, (line \d+)(, column ("[^"]*"|[^:,]+))?/) {
        return String(match.1) + (match.3.map { ", column \($0)" } ?? "")
      }
    }
    return nil
  }

  /// In the class of data exceptions what stands in quotes is the value; 22021 quotes the encoding's name.
  private var maskedMessage: String {
    guard code.hasPrefix("22"), code != "22021", let first = message.firstIndex(of: "\""),
      let last = message.lastIndex(of: "\""), first < last
    else { return message }
    return message[..<first] + "(value not shown)" + message[message.index(after: last)...]
  }

  /// Details of data and constraint errors hold rows and values; ids may stay, for they lead to the row.
  private var maskedDetail: String? {
    guard let detail else { return nil }
    if code.hasPrefix("22") { return nil }
    guard code.hasPrefix("23") else { return detail }
    guard let match = detail.firstMatch(of: /^(Key \([^=]*\)=)\((.*)\)( is | already | conflicts )/) else {
      return detail.hasPrefix("Key ") || detail.contains("(") ? nil : detail
    }
    let isID = match.2.wholeMatch(of: /[A-Za-z0-9_, ]{1,200}/) != nil
    return match.1 + "(" + (isID ? match.2 : "not shown") + ")" + detail[match.3.startIndex...]
  }

  private var classification: (ExitStatus, String, String?) {
    switch code {
    case "3D000": (.configuration, "the database does not exist", "okapi db init")
    case "42P01", "3F000", "42703", "42883":
      (.configuration, "the database lacks something this statement needs", "okapi db migrate")
    case "42501": (.permission, "PostgreSQL refused the operation", "grant the role the right named in the cause")
    case "40001", "40P01":
      (.temporary, "another transaction was in the way", "run the command again")
    case "55P03": (.temporary, "a lock is held by another session", "run the command again when the other is done")
    case "57014":
      (
        .temporary, "the server stopped the statement",
        "run again; if it is a statement_timeout, raise it for this role"
      )
    case "25006": (.configuration, "the server takes no writes (a standby?)", "use the primary server's URL")
    case "53100": (.unavailable, "the server's disk is full", "make room on the server's disk, then run again")
    case "53200": (.unavailable, "the server is out of memory", "run again when the server has memory to spare")
    case "53300":
      (.unavailable, "the server takes no more connections", "close other sessions or raise max_connections")
    default: classificationByClass
    }
  }

  private var classificationByClass: (ExitStatus, String, String?) {
    switch code.prefix(2) {
    case "08", "57":
      (
        .unavailable, "the connection to PostgreSQL was lost",
        "run the command again; `okapi db status` tells how it is"
      )
    case "28": (.permission, "PostgreSQL refused the login", "check user and password in DATABASE_URL")
    case "22": (.data, "PostgreSQL could not take a value", nil)
    case "23": (.data, "a row breaks a constraint", nil)
    case "53", "54": (.unavailable, "a limit of the server was reached", nil)
    case "58", "XX": (.inputOutput, "PostgreSQL failed", "look at the server's log")
    case "42": (.bug, "PostgreSQL did not accept a statement", nil)
    case "P0": (.data, "a function in the database raised an error", nil)
    default: (.bug, "PostgreSQL answered with an error", nil)
    }
  }
}

extension PlatformError {
  /// Our own task was cancelled and took the statement along.
  static let statementCancelled = PlatformError(
    .interrupted, "the statement was cancelled", code: "57014")
}
