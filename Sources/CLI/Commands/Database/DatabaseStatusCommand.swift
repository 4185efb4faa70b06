import CommandLineKit
import PlatformCore
import PostgresClient
import ResourceStore
import Workspace

/// `okapi db status`: the server, and where the migrations of both databases stand.
struct DatabaseStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Shows the server and which migrations each database has; starts nothing.",
    discussion: """
      EXAMPLES:
        okapi db status
        okapi db status --json
      """)

  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("db status", announcing: .none, ofOneSource: true) { runtime in
      let access = DatabaseAccess(runtime)
      let state = access.isPrivate ? try await access.cluster.status() : nil
      var document = StatusDocument(server: state.map(ClusterDocument.init), databases: [])
      if state?.isRunning != false {
        for name in DatabaseName.allCases {
          document.databases.append(try await Self.database(name, access))
        }
      }
      try runtime.report(document, text: document.text(state))
      return .done
    }
  }

  private static func database(_ name: DatabaseName, _ access: DatabaseAccess) async throws -> StatusDocument.Database {
    do {
      let connection = try await access.connect(name)
      let states = try await MigrationRunner(
        connection, schema: access.names.schema, live: access.names.live
      ).status()
      let database = connection.facts.database
      await connection.close()
      return .init(which: name.rawValue, database: database, problem: nil, migrations: states)
    } catch let error as PlatformError where name == .test || error.status == .configuration {
      return .init(which: name.rawValue, database: nil, problem: error.message, migrations: [])
    }
  }
}

/// What `db status --json` prints.
struct StatusDocument: Encodable {
  struct Database: Encodable {
    let which: String
    let database: String?
    let problem: String?
    let migrations: [MigrationState]
  }

  let server: ClusterDocument?
  var databases: [Database]

  func text(_ state: ClusterState?) -> String {
    var lines = state.map { [ClusterDocument.text($0)] } ?? []
    for database in databases {
      let pending = database.migrations.count { $0.status == .pending }
      let odd = database.migrations.filter { $0.status != .pending && $0.status != .applied }
      var line = "\(database.which): "
      if let problem = database.problem {
        line += problem
      } else {
        line +=
          "\(database.database ?? ""), \(database.migrations.count - pending) migrations applied, \(pending) pending"
      }
      for one in odd { line += "; \(one.number) \(one.name) is \(one.status.rawValue)" }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }
}

/// `okapi db url`: how other programs reach the database.
struct DatabaseURLCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "url", abstract: "Prints the connection URL for other programs; starts the server if need be.",
    discussion: """
      The URL leads through the Unix socket and holds no password. With --tcp it holds the password: keep it out of
      logs. DATABASE_URL, where set, is printed with its password masked.

      EXAMPLES:
        psql "$(okapi db url)"
        okapi db url --database test
      """)

  @Option(help: "Which database.") var database: DatabaseName = .main
  @Flag(help: "The loopback TCP address, with its password.") var tcp: Bool
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("db url", announcing: .none) { runtime in
      let access = DatabaseAccess(runtime)
      var url = try await access.readyURL(database)
      if tcp {
        try runtime.requirePrivateCluster()
        url = try await access.cluster.loopbackURL(database: database.privateName)
      } else if !access.isPrivate {
        url = Secrecy.connection.masked(url)
      }
      try runtime.report(["url": url], text: url)
      return .done
    }
  }
}

extension DatabaseName: ExpressibleByArgument {}

/// `okapi db test-connection`: what is reached, and how safely.
struct DatabaseTestConnectionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test-connection", abstract: "Connects, and says what it reached and with which TLS.",
    discussion: """
      EXAMPLES:
        okapi db test-connection
        DATABASE_URL='postgresql://me@db.example.com/stripe' okapi db test-connection
      """)

  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("db test-connection") { runtime in
      let access = DatabaseAccess(runtime)
      if access.isPrivate { _ = try await Databases.create(access.url(.main)) }
      let connection = try await access.connect()
      let document = ConnectionDocument(connection.facts)
      await connection.close()
      try runtime.report(document, text: document.text)
      return .done
    }
  }
}

/// What `db test-connection --json` prints.
struct ConnectionDocument: Encodable {
  let serverVersion: String
  let host: String
  let port: Int
  let database: String
  let user: String
  let tlsProtocol: String?
  let tlsCipher: String?
  let isPooled: Bool

  init(_ facts: ConnectionFacts) {
    serverVersion = facts.serverVersion
    host = facts.socketDirectory ?? facts.host ?? ""
    port = facts.port
    database = facts.database
    user = facts.user
    tlsProtocol = facts.tls?.protocolVersion
    tlsCipher = facts.tls?.cipher
    isPooled = facts.isPooled
  }

  var text: String {
    let way =
      tlsProtocol.map { "encrypted with \($0), \(tlsCipher ?? "")" }
      ?? (host.hasPrefix("/") ? "through a Unix socket" : "NOT encrypted")
    return """
      PostgreSQL \(serverVersion)\(isPooled ? " behind a pooler" : "")
      database \(database), user \(user), host \(host), port \(port)
      \(way)
      """
  }
}
