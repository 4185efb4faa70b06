import Foundation
import PlatformCore

/// libpq's words about a failed attempt to connect, sorted into a status and a next step.
///
/// libpq keeps no SQLSTATE for these, so the words decide; a server that speaks another language gets the last case.
struct ConnectionFailure {
  private let words: String
  private let database: String

  init(_ words: String, database: String) {
    self.words = words.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
    self.database = database
  }

  private struct Rule {
    let signs: [String]
    let status: ExitStatus
    let message: String
    let code: String?
    let nextStep: String
    var isRetryable = false
  }

  var error: PlatformError {
    // The server's own word is the last: attempts at other addresses come before it.
    let fatal = words.range(of: "FATAL:", options: .backwards).map { String(words[$0.lowerBound...]) }
    for rule in Self.rules where rule.signs.contains(where: { (fatal ?? words).contains($0) }) {
      return PlatformError(
        rule.status, rule.message, cause: words, code: rule.code, nextStep: rule.nextStep,
        isRetryable: rule.isRetryable)
    }
    return PlatformError(
      .unavailable, "could not connect to PostgreSQL", cause: words, code: "08006",
      nextStep: "okapi db test-connection", isRetryable: true)
  }

  private static let serverRules: [Rule] = [
    Rule(
      signs: ["password authentication failed", "SASL authentication failed", "authentication failed for user"],
      status: .permission, message: "PostgreSQL refused user or password", code: "28P01",
      nextStep: "check user and password in DATABASE_URL (a special character in the password is written %XX)"),
    Rule(
      signs: ["no password supplied"], status: .permission,
      message: "PostgreSQL asks for a password and none was given",
      code: "28P01", nextStep: "put the password into DATABASE_URL, or into PGPASSFILE"),
    Rule(
      signs: ["no pg_hba.conf entry", "pg_hba.conf rejects"], status: .permission,
      message: "the server does not let this user connect from here", code: "28000",
      nextStep: "if it asks for encryption add ?sslmode=require; else allow this host in the server's pg_hba.conf"),
    Rule(
      signs: ["too many clients", "remaining connection slots", "no more connections allowed", "too many connections"],
      status: .unavailable, message: "the server takes no more connections", code: "53300",
      nextStep: "close other sessions or raise max_connections, then run again", isRetryable: true),
    Rule(
      signs: ["starting up", "shutting down", "not yet accepting", "in recovery mode", "not currently accepting"],
      status: .unavailable,
      message: "the server is starting or stopping", code: "57P03", nextStep: "run the command again in a moment",
      isRetryable: true),
    Rule(
      signs: ["permission denied for database"], status: .permission,
      message: "the user may not connect to this database", code: "42501",
      nextStep: "grant connect on the database to the user"),
    // Last: the names of database and role stand in other messages too.
    Rule(
      signs: ["database \"", "no such database"], status: .configuration, message: "the database does not exist",
      code: "3D000", nextStep: "okapi db init"),
    Rule(
      signs: ["role \"", "no such user", "Peer authentication failed"], status: .permission,
      message: "PostgreSQL does not know the user or does not take it for who it is", code: "28000",
      nextStep: "check the user in DATABASE_URL"),
  ]

  private static let encryptionRules: [Rule] = [
    Rule(
      signs: ["server does not support SSL"], status: .configuration,
      message: "the server offers no TLS, but sslmode demands it", code: nil,
      nextStep: "turn TLS on at the server, or use sslmode=prefer on a network you trust"),
    Rule(
      signs: ["does not match host name"], status: .permission,
      message: "the server's certificate is made out to another name", code: nil,
      nextStep: "use the name in the certificate as host, or sslmode=verify-ca if the name may differ"),
    Rule(
      signs: ["certificate verify failed", "unable to get local issuer"], status: .permission,
      message: "the server's certificate is not signed by an authority that is trusted here", code: nil,
      nextStep: "give the authority's certificate with sslrootcert=FILE"),
    Rule(
      signs: ["root certificate file", "root.crt", "could not read root certificate"], status: .configuration,
      message: "there is no authority's certificate to check the server with", code: nil,
      nextStep: "give the authority's certificate with sslrootcert=FILE"),
    Rule(
      signs: ["certificate file", "private key file", "could not load private key"], status: .configuration,
      message: "the client certificate or its key cannot be used", code: nil,
      nextStep: "check sslcert and sslkey (the key must be readable by its owner only)"),
    Rule(
      signs: ["SSL error", "SSL SYSCALL", "could not initiate SSL"], status: .unavailable,
      message: "the TLS handshake with the server failed", code: "08006",
      nextStep: "check that the server speaks TLS 1.2 or newer on this port"),
  ]

  private static let networkRules: [Rule] = [
    Rule(
      signs: ["Connection refused"], status: .unavailable, message: "nothing listens at the server's address",
      code: "08001", nextStep: "start the server, or check host and port in DATABASE_URL", isRetryable: true),
    Rule(
      signs: ["could not translate host name"], status: .unavailable, message: "the server's name is not known to DNS",
      code: "08001", nextStep: "check the host in DATABASE_URL", isRetryable: true),
    Rule(
      signs: ["timeout expired", "timed out"], status: .unavailable,
      message: "the server did not answer in time", code: "08001",
      nextStep: "check host, port and firewall; a slow network takes ?connect_timeout=SECONDS", isRetryable: true),
    Rule(
      signs: ["No such file or directory"], status: .unavailable, message: "no server listens on the socket",
      code: "08001", nextStep: "okapi db start", isRetryable: true),
    Rule(
      signs: ["Permission denied"], status: .permission, message: "the server's socket may not be used by this user",
      code: "08001", nextStep: "run as the user that owns the server's socket"),
    Rule(
      signs: ["Network is unreachable", "No route to host"], status: .unavailable,
      message: "there is no way to the server's network", code: "08001", nextStep: "check the network and the host",
      isRetryable: true),
    Rule(
      signs: ["server closed the connection unexpectedly", "Connection reset"], status: .unavailable,
      message: "the server hung up while connecting", code: "08006",
      nextStep: "check that PostgreSQL, and nothing else, listens on this port", isRetryable: true),
    Rule(
      signs: ["invalid sslmode value", "invalid integer value", "invalid port number", "invalid connection option"],
      status: .configuration, message: "the connection URL holds a value that PostgreSQL does not know", code: nil,
      nextStep: "correct the value named in the cause"),
    Rule(
      signs: ["is too long (maximum"], status: .configuration, message: "the socket's path is too long", code: nil,
      nextStep: "use a folder with a shorter path (OKAPI_RUNTIME_DIR)"),
  ]

  private static let rules = serverRules + encryptionRules + networkRules
}
