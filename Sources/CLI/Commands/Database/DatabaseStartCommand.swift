import CommandLineKit
import PlatformCore
import SandboxServer
import Workspace

/// `okapi db start`: the private PostgreSQL runs.
struct DatabaseStartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Starts the private PostgreSQL, and makes it the first time.",
    discussion: """
      Commands that need it start it by themselves. With --port it also serves loopback TCP, with a password that
      `okapi db url --tcp` shows.

      EXAMPLES:
        okapi db start
        okapi db start --port 54321
      """)

  @Option(help: ArgumentHelp("Serve 127.0.0.1 on this port as well.", valueName: "port"))
  var port: Int?

  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if let port, !(1...65_535).contains(port) { throw ValidationError("--port must lie between 1 and 65535") }
  }

  func run() async throws {
    try await global.withRuntime("db start", announcing: .none) { runtime in
      try runtime.requirePrivateCluster()
      let state = try await DatabaseAccess(runtime).cluster.start(port: port)
      try runtime.report(ClusterDocument(state), text: ClusterDocument.text(state))
      return .done
    }
  }
}

/// `okapi db stop`: the private PostgreSQL does not run.
struct DatabaseStopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stops the private PostgreSQL; its data stays.",
    discussion: """
      EXAMPLES:
        okapi db stop
      """)

  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("db stop", announcing: .none) { runtime in
      try await runtime.stopServers()
      return .done
    }
  }
}

extension CommandRuntime {
  /// Refuses commands about the private cluster while another server is in use.
  func requirePrivateCluster() throws(PlatformError) {
    guard settings.databaseURL != nil else { return }
    throw PlatformError(
      .configuration, "DATABASE_URL is set: the private PostgreSQL is not in use",
      context: ["DATABASE_URL from": settings[.databaseURL].origin.description],
      nextStep: "unset DATABASE_URL to use the private PostgreSQL")
  }

  /// Stops what okapi started in this workspace, and says what it was.
  func stopServers(withSandboxes: Bool = false) async throws {
    let registry = settings.sandboxRegistry
    let sandboxes = withSandboxes ? try await blocking { try RunningSandbox.stopAll(listedIn: registry) } : []
    let stopped = try await DatabaseAccess(self).cluster.stop()
    let lines =
      sandboxes.map { "sandbox \($0.url) stopped" }
      + [stopped ? "PostgreSQL stopped" : "PostgreSQL was not running"]
    try report(
      ["stopped": (stopped ? ["postgres"] : []) + sandboxes.map { _ in "sandbox" }],
      text: lines.joined(separator: "\n"))
  }
}

/// A cluster's state as JSON and as text.
struct ClusterDocument: Encodable {
  let isRunning: Bool
  let isInitialized: Bool
  let processID: Int32?
  let serverVersion: String?
  let dataDirectory: String
  let socketDirectory: String
  let tcpPort: Int?
  let logFile: String
  let user: String
  let sizeBytes: Int?
  let notes: [String]

  enum CodingKeys: String, CodingKey {
    case isRunning, isInitialized, serverVersion, dataDirectory, socketDirectory, tcpPort, logFile, user, sizeBytes,
      notes
    case processID = "pid"
  }

  init(_ state: ClusterState) {
    isRunning = state.isRunning
    isInitialized = state.isInitialized
    processID = state.processID
    serverVersion = state.serverVersion
    dataDirectory = state.dataDirectory
    socketDirectory = state.socketDirectory
    tcpPort = state.tcpPort
    logFile = state.logFile
    user = state.user
    sizeBytes = state.sizeBytes
    notes = state.notes
  }

  static func text(_ state: ClusterState) -> String {
    var lines: [String] = []
    let version = state.serverVersion.map { "PostgreSQL \($0)" } ?? "PostgreSQL (no server programs found)"
    if let processID = state.processID, state.isRunning {
      lines.append("\(version) runs, process \(processID), user \(state.user)")
    } else {
      lines.append("\(version) does not run" + (state.isInitialized ? "" : "; nothing was made yet"))
    }
    lines.append("data:   \(state.dataDirectory)" + (state.sizeBytes.map { " (\(byteText(Double($0))))" } ?? ""))
    lines.append("socket: \(state.socketDirectory)")
    if let port = state.tcpPort { lines.append("tcp:    127.0.0.1:\(port)") }
    lines.append("log:    \(state.logFile)")
    return (lines + state.notes).joined(separator: "\n")
  }
}
