package import Foundation
package import PlatformCore

#if canImport(Glibc)
  import Glibc
#endif

/// The PostgreSQL of one workspace: made, started and stopped by us, reached through a Unix socket.
///
/// Several processes may call at once; what changes something does so under a file lock. Nothing is kept in memory:
/// the files and the process table are the truth. Calls block a thread of their own, not the shared pool.
package actor PrivateCluster {
  /// The superuser, and the owner of everything in the cluster.
  package static let role = "okapi"
  private static let patience: Duration = .seconds(120)

  private let executor = BlockingExecutor(label: "private-cluster")
  private let home: URL
  private let runtimeDirectory: URL?
  private let environment: [String: String]
  private let extraSettings: [String: String]
  private let installations: @Sendable () -> [PostgresInstallation]

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Names a cluster; nothing is touched yet.
  ///
  /// - Parameters:
  ///   - home: the workspace; the cluster lives in its folder `postgres`.
  ///   - runtimeDirectory: where the socket's folder is made; nil for the customary places.
  ///   - extraSettings: lines for the server's configuration, stronger than ours.
  ///   - installations: the server programs to choose from.
  package init(
    home: URL, runtimeDirectory: URL? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment, extraSettings: [String: String] = [:],
    installations: (@Sendable () -> [PostgresInstallation])? = nil
  ) {
    self.home = home
    self.runtimeDirectory = runtimeDirectory
    self.environment = environment
    self.extraSettings = extraSettings
    self.installations = installations ?? { PostgresInstallation.all(environment: environment) }
  }

  /// Starts the server unless it runs, and makes the data folder first if need be.
  ///
  /// Costs a few file reads when it runs, about a second to start it, a few seconds the first time.
  /// - Throws: `.configuration`, `.permission`, `.output`, `.inputOutput`, `.unavailable` or `.temporary`.
  @discardableResult
  package func ensureRunning() throws(PlatformError) -> ClusterState {
    let files = ClusterFiles(home: home)
    if case .running(let postmaster) = try Postmaster.condition(files), postmaster.isReady {
      return try state(files, postmaster)
    }
    return try start(port: nil)
  }

  /// Starts the server; with a port it also serves loopback TCP, with a password, until `stop`.
  ///
  /// A running server that does not serve that port is restarted.
  package func start(port: Int? = nil) throws(PlatformError) -> ClusterState {
    if let port, !(1...65535).contains(port) {
      throw PlatformError(.usage, "a port is a number from 1 to 65535, not \(port)")
    }
    let lock = try lockedFolder()
    defer { withExtendedLifetime(lock) {} }
    var files = ClusterFiles(home: home)
    let wanted = port ?? rememberedPort(files)
    if let postmaster = try settled(files) {
      let isServed = port == nil || (postmaster.port == port && !postmaster.listenAddresses.isEmpty)
      if isServed && postmaster.isReady { return try state(files, postmaster) }
      if let port, postmaster.port != port { try LoopbackPort.check(port) }
      try end(postmaster, files)
    }
    let starter = try ClusterStarter(files, runtimeDirectory, environment, extraSettings, installations())
    files = try starter.start(port: wanted)
    guard let postmaster = try settled(files), postmaster.isReady else {
      throw PlatformError(
        .unavailable, "the private PostgreSQL started but does not answer", context: ["log": files.logFile],
        nextStep: "look at the log, then run again", isRetryable: true)
    }
    if let port { try ClusterFiles.replace(files.portFile, with: "\(port)\n", mode: 0o600) }
    return try state(files, postmaster)
  }

  /// Stops the server, cutting its sessions off; answers whether it ran.
  @discardableResult
  package func stop() throws(PlatformError) -> Bool {
    guard FileFacts(ClusterFiles(home: home).folder) != nil else { return false }
    let lock = try lockedFolder()
    defer { withExtendedLifetime(lock) {} }
    let files = ClusterFiles(home: home)
    unlink(files.portFile)
    guard let postmaster = try settled(files) else { return false }
    try end(postmaster, files)
    rmdir(postmaster.socketDirectory)
    return true
  }

  /// Stops the server and deletes the data folder, wherever it lies; without one nothing happens.
  ///
  /// - Throws: `inputOutput` when something cannot be removed.
  package func delete() throws(PlatformError) {
    _ = try stop()
    let files = ClusterFiles(home: home)
    // The note in the workspace says where the data lies; only our own places are ever deleted.
    let places = Set([files.base, files.folder]).filter { $0 == files.folder || $0.hasPrefix("/var/lib/okapi/") }
    for folder in places where FileFacts(folder) != nil {
      do {
        try FileManager.default.removeItem(atPath: folder)
      } catch {
        throw PlatformError(
          .inputOutput, "the private PostgreSQL's data cannot be deleted", cause: error.systemReason,
          context: ["folder": folder], nextStep: "check the folder's owner and permissions")
      }
    }
  }

  /// How the cluster is now; starts nothing.
  package func status() throws(PlatformError) -> ClusterState {
    let files = ClusterFiles(home: home)
    var running: Postmaster?
    if case .running(let postmaster) = try Postmaster.condition(files) { running = postmaster }
    var answer = try state(files, running)
    if answer.isInitialized { answer.sizeBytes = files.dataBytes() }
    let major = answer.serverVersion.flatMap { Int($0) }
    answer.serverVersion = installations().first { major == nil || $0.major == major }?.version ?? answer.serverVersion
    return answer
  }

  /// The URL of a database through the socket; it holds no password. The server need not run.
  package func url(database: String) throws(PlatformError) -> String {
    let now = try currentState()
    return "postgresql://\(Self.role)@/\(Self.escaped(database))?host=\(Self.escaped(now.socketDirectory))"
      + "&port=\(now.socketPort)"
  }

  /// The URL of a database through loopback TCP, with the password: for other programs, never for a log.
  ///
  /// - Throws: `.configuration` when the server serves no TCP.
  package func loopbackURL(database: String) throws(PlatformError) -> String {
    let files = ClusterFiles(home: home)
    guard let port = try currentState().tcpPort,
      let password = try? String(contentsOfFile: files.passwordFile, encoding: .utf8)
    else {
      throw PlatformError(
        .configuration, "the private PostgreSQL serves no TCP port", nextStep: "okapi db start --port 5433")
    }
    let secret = Self.escaped(password.trimmingCharacters(in: .whitespacesAndNewlines))
    return "postgresql://\(Self.role):\(secret)@127.0.0.1:\(port)/\(Self.escaped(database))"
  }

  private func currentState() throws(PlatformError) -> ClusterState {
    let files = ClusterFiles(home: home)
    if case .running(let postmaster) = try Postmaster.condition(files) { return try state(files, postmaster) }
    return try state(files, nil)
  }

  private static func escaped(_ text: String) -> String {
    let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
  }

  private func lockedFolder() throws(PlatformError) -> FileLock {
    let files = ClusterFiles(home: home)
    // Passable but not readable for others when root makes it: the server's user has to get through to its data.
    let mode: mode_t = geteuid() == 0 ? 0o711 : 0o700
    try ClusterFiles.makeFolder(files.folder, mode: mode)
    return try FileLock(path: files.lockFile, timeout: Self.patience + .seconds(30))
  }

  private func rememberedPort(_ files: ClusterFiles) -> Int? {
    (try? String(contentsOfFile: files.portFile, encoding: .utf8))
      .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// The running server once it neither starts nor stops any more; nil when there is none.
  private func settled(_ files: ClusterFiles) throws(PlatformError) -> Postmaster? {
    let deadline = ContinuousClock.now + Self.patience
    while true {
      guard case .running(let postmaster) = try Postmaster.condition(files) else { return nil }
      if postmaster.status == "ready" { return postmaster }
      guard ContinuousClock.now < deadline, !Task.isCancelled else {
        throw PlatformError(
          .temporary, "the private PostgreSQL is still \(postmaster.status.isEmpty ? "starting" : postmaster.status)",
          context: ["log": files.logFile], nextStep: "run the command again in a while", isRetryable: true)
      }
      usleep(20_000)
    }
  }

  private func end(_ postmaster: Postmaster, _ files: ClusterFiles) throws(PlatformError) {
    // SIGINT is the fast shutdown; after half of our patience SIGQUIT, which leaves the rest to crash recovery.
    for signal in [SIGINT, SIGQUIT] {
      kill(postmaster.processID, signal)
      let deadline = ContinuousClock.now + Self.patience / 2
      while ContinuousClock.now < deadline {
        guard case .running(let now) = try Postmaster.condition(files), now.processID == postmaster.processID else {
          return
        }
        usleep(20_000)
      }
    }
    throw PlatformError(
      .unavailable, "the private PostgreSQL does not stop", context: ["pid": String(postmaster.processID)],
      nextStep: "look at its log: \(files.logFile)")
  }

  private func state(_ files: ClusterFiles, _ running: Postmaster?) throws(PlatformError) -> ClusterState {
    let major = try files.dataMajor()
    let user = try ClusterUser.choose(dataDirectory: files.dataDirectory)
    let socket = SocketFolder(files, user, runtimeDirectory, environment)
    let isTCP = running.map { !$0.listenAddresses.isEmpty } ?? false
    let notes =
      files.isRelocated
      ? ["the data lies in \(files.base): the server's user \(user.name) cannot get into the workspace"] : []
    return ClusterState(
      isRunning: running != nil, isInitialized: major != nil, processID: running?.processID,
      serverVersion: major.map(String.init), dataDirectory: files.dataDirectory,
      socketDirectory: running?.socketDirectory ?? socket.path, socketPort: running?.port ?? SocketFolder.usualPort,
      tcpPort: isTCP ? running?.port : nil, passwordFile: isTCP ? files.passwordFile : nil, logFile: files.logFile,
      user: user.name, sizeBytes: nil, notes: notes)
  }
}
