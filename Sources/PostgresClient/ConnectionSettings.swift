import CLibpq
import Foundation
import PlatformCore

/// A connection string, checked before anything is reached, with the password kept away from every message.
struct ConnectionSettings {
  private let url: String
  private let values: [String: String]

  /// - Throws: `.configuration` when libpq cannot read it; the cause never quotes the string.
  init(_ url: String) throws(PlatformError) {
    self.url = url
    var reason: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(url, &reason) else {
      let words = reason.map { String(cString: $0) } ?? "out of memory"
      PQfreemem(reason)
      throw Self.unreadable(Self.withoutQuotes(words))
    }
    defer { PQconninfoFree(options) }
    var values: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    self.values = values
    // A `@`, `/` or `:` inside a password moves parts of it into host and port, which later messages would quote.
    if let host = values["host"], host.contains("@") { throw Self.unreadable("there is an @ in the host's name") }
    if let port = values["port"], port.contains(where: { !$0.isNumber && $0 != "," }) {
      throw Self.unreadable("the port is not a number")
    }
  }

  private static func unreadable(_ cause: String) -> PlatformError {
    PlatformError(
      .configuration, "the connection URL cannot be read", cause: cause,
      nextStep:
        "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE; in the password write @ as %40, / as %2F, : as %3A")
  }

  private static func withoutQuotes(_ words: String) -> String {
    let line = words.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let first = line.firstIndex(of: "\""), let last = line.lastIndex(of: "\""), first < last else { return line }
    if line.hasPrefix("invalid URI query parameter") { return line }
    return line[..<first] + "(not shown)" + line[line.index(after: last)...]
  }

  /// Connects and blocks until it is done; the answer may be a failed connection. nil when out of memory.
  func connect(applicationName: String) -> OpaquePointer? {
    var pairs: [(String, String)] = [("fallback_application_name", applicationName)]
    if getenv("PGCONNECT_TIMEOUT") == nil { pairs.append(("connect_timeout", "10")) }
    // A network path that is dead is given up after two minutes; a query may take as long as it likes.
    pairs += [("keepalives_idle", "60"), ("keepalives_interval", "10"), ("keepalives_count", "6")]
    pairs += [("tcp_user_timeout", "60000")]
    // What stands in the URL comes later and wins, except for the encoding, which is ours to fix.
    pairs += [("dbname", url), ("client_encoding", "UTF8")]
    let keywords = pairs.map { strdup($0.0) }
    let texts = pairs.map { strdup($0.1) }
    defer { (keywords + texts).forEach { free($0) } }
    let keywordPointers = keywords.map { UnsafePointer($0) } + [nil]
    let textPointers = texts.map { UnsafePointer($0) } + [nil]
    return PQconnectdbParams(keywordPointers, textPointers, 1)
  }

  /// What libpq said of a failed attempt, as an error with a next step.
  func failure(_ words: String) -> PlatformError {
    withoutPassword(ConnectionFailure(words, database: values["dbname"] ?? values["user"] ?? "").error)
  }

  /// The same error with every occurrence of the password replaced.
  func withoutPassword(_ error: PlatformError) -> PlatformError {
    var copy = error
    for secret in [values["password"], values["sslpassword"], getenv("PGPASSWORD").map { String(cString: $0) }] {
      guard let secret, secret.count > 2 else { continue }
      copy.cause = copy.cause?.replacingOccurrences(of: secret, with: "***")
    }
    return copy
  }
}
