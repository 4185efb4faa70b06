import Foundation
import PlatformCore

#if canImport(Glibc)
  import Glibc
#endif

/// Makes the data folder if need be and starts the server. The caller holds the lock, and no server runs.
struct ClusterStarter {
  private static let initializationTimeout: Duration = .seconds(300)
  private static let startSeconds = 120
  private static let longestLogBytes = 16 << 20

  private let files: ClusterFiles
  private let user: ClusterUser
  private let installation: PostgresInstallation
  private let runtimeDirectory: URL?
  private let environment: [String: String]
  private let extraSettings: [String: String]

  init(
    _ files: ClusterFiles, _ runtimeDirectory: URL?, _ environment: [String: String],
    _ extraSettings: [String: String], _ installations: [PostgresInstallation]
  ) throws(PlatformError) {
    let major = try files.dataMajor()
    installation = try PostgresInstallation.choose(
      from: installations, dataMajor: major, dataDirectory: files.dataDirectory)
    user = try ClusterUser.choose(dataDirectory: files.dataDirectory)
    self.runtimeDirectory = runtimeDirectory
    self.environment = environment
    self.extraSettings = extraSettings
    // Where the server's user cannot get into the workspace (a checkout below /root), the data lies elsewhere.
    self.files = major == nil && user.isOther && !user.canEnter(files.folder) ? try files.relocated() : files
  }

  /// - Returns: the files, which may have moved outside the workspace.
  func start(port: Int?) throws(PlatformError) -> ClusterFiles {
    let socket = SocketFolder(files, user, runtimeDirectory, environment)
    try socket.prepare(port: port ?? SocketFolder.usualPort)
    if let port { try LoopbackPort.check(port) }
    if try files.dataMajor() == nil { try initialize() }
    try buryZombie()
    socket.removeLeftovers()
    try ClusterFiles.replace(
      files.dataDirectory + "/okapi.conf", with: configuration(socket.path, port), mode: 0o600, owner: user)
    try launch()
    return files
  }

  // MARK: the data folder

  private func initialize() throws(PlatformError) {
    try checkCharacters()
    try ClusterFiles.makeFolder(files.logFolder, mode: 0o700, owner: user)
    removeLeftovers()
    // Made beside and renamed when complete, so that a data folder is a whole one, whenever we are killed.
    let fresh = files.base + "/data.new-" + String(UInt32.random(in: .min ... .max), radix: 16)
    try ClusterFiles.makeFolder(fresh, mode: 0o700, owner: user)
    let password = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    let passwordFile = files.logFolder + "/password.new-" + String(UInt32.random(in: .min ... .max), radix: 16)
    try ClusterFiles.replace(passwordFile, with: password + "\n", mode: 0o600, owner: user)
    defer { unlink(passwordFile) }
    let arguments = [
      "--pgdata=" + fresh, "--username=" + PrivateCluster.role, "--pwfile=" + passwordFile, "--encoding=UTF8",
      "--auth-local=trust", "--auth-host=scram-sha-256", "--data-checksums", "--no-instructions",
      "--lc-collate=C", "--lc-ctype=" + Self.characterType, "--lc-messages=C", "--lc-monetary=C", "--lc-numeric=C",
      "--lc-time=C", "--text-search-config=english",
    ]
    let outcome = try user.run(
      installation.binaries + "/initdb", arguments, timeout: Self.initializationTimeout)
    guard outcome.status == 0 else {
      removeLeftovers()
      throw initializationFailure(outcome)
    }
    do {
      let main = fresh + "/postgresql.conf"
      let text = try String(contentsOfFile: main, encoding: .utf8)
      try ClusterFiles.replace(
        main, with: text + "\ninclude_if_exists = 'okapi.conf'  # written by okapi at every start\n", mode: 0o600,
        owner: user)
    } catch let error as PlatformError {
      throw error
    } catch {
      throw ClusterFiles.unwritable(fresh, EIO)
    }
    try ClusterFiles.replace(files.passwordFile, with: password + "\n", mode: 0o600)
    guard rename(fresh, files.dataDirectory) == 0 else { throw ClusterFiles.unwritable(files.dataDirectory, errno) }
    ClusterFiles.syncFolder(files.base)
  }

  /// Bytewise order (fast, and the same on every machine), Unicode for upper and lower case where there is the locale.
  private static var characterType: String {
    guard let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return "C" }
    freelocale(locale)
    return "C.UTF-8"
  }

  /// pg_ctl hands these to a shell.
  private func checkCharacters() throws(PlatformError) {
    guard !files.base.contains(where: { "\"$`\\\n".contains($0) }) else {
      throw PlatformError(
        .configuration, "the workspace's path holds a character that PostgreSQL's start script cannot take",
        cause: "none of \" $ ` \\ and line ends may stand in it", context: ["path": files.base],
        nextStep: "set OKAPI_HOME to a folder with a plainer path")
    }
  }

  /// What an okapi that was killed in the middle of `initialize` left behind.
  private func removeLeftovers() {
    for folder in [files.base, files.logFolder] {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      where name.hasPrefix("data.new-") || name.hasPrefix("password.new-") {
        // An initdb that outlived its okapi may still write here; what remains goes the next time.
        try? FileManager.default.removeItem(atPath: folder + "/" + name)
      }
    }
  }

  private func initializationFailure(_ outcome: ChildProcess.Outcome) -> PlatformError {
    let words = outcome.errorText.split(whereSeparator: \.isNewline).map(String.init)
    let telling = words.filter { $0.contains("error:") || $0.contains("FATAL:") || $0.contains("detail:") }
    let cause = (telling.isEmpty ? words.suffix(3) : telling.prefix(3)).joined(separator: "\n")
    let isFull = outcome.errorText.contains("No space left on device")
    return PlatformError(
      isFull ? .output : .inputOutput, "the private PostgreSQL could not be made",
      cause: outcome.isTimedOut ? "initdb did not end within five minutes" : cause,
      context: ["folder": files.dataDirectory, "program": installation.binaries + "/initdb"],
      nextStep: isFull ? "make room on the disk, then run again" : "mend what the cause names, then run again")
  }

  // MARK: the server

  private func configuration(_ socketFolder: String, _ port: Int?) -> String {
    var settings: [(String, String)] = [
      ("listen_addresses", port == nil ? "" : "127.0.0.1"), ("port", String(port ?? SocketFolder.usualPort)),
      ("unix_socket_directories", socketFolder), ("unix_socket_permissions", "0700"), ("cluster_name", "okapi"),
      ("fsync", "on"), ("full_page_writes", "on"), ("synchronous_commit", "on"), ("shared_buffers", "256MB"),
      ("max_wal_size", "4GB"), ("checkpoint_timeout", "15min"), ("wal_compression", "lz4"),
      ("password_encryption", "scram-sha-256"), ("timezone", "UTC"), ("log_timezone", "UTC"),
      // Our statements are long and read few rows each: compiling them costs seconds and saves nothing.
      ("jit", "off"), ("datestyle", "ISO, YMD"), ("lc_messages", "C"), ("logging_collector", "off"),
      ("log_destination", "stderr"),
      ("log_line_prefix", "%m [%p] "),
      // Values of rows have no place in a log.
      ("log_min_error_statement", "panic"), ("log_error_verbosity", "terse"),
      ("log_parameter_max_length_on_error", "0"),
    ]
    settings += extraSettings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let lines = settings.map { name, value in
      "\(name) = '\(value.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "'", with: "''"))'"
    }
    return "# Written by okapi at every start; changes here are lost.\n" + lines.joined(separator: "\n") + "\n"
  }

  /// A postmaster whose parent never asked after it keeps its number; PostgreSQL would take it for alive.
  private func buryZombie() throws(PlatformError) {
    guard try Postmaster.condition(files) == .stale(isZombie: true),
      let text = try? String(contentsOfFile: files.pidFile, encoding: .utf8)
    else { return }
    // The other lines stay: with them PostgreSQL finds out whether the dead server's children still run.
    let rest = text.drop { $0 != "\n" }
    try ClusterFiles.replace(files.pidFile, with: String(pid_t.max) + rest, mode: 0o600, owner: user)
  }

  private func launch() throws(PlatformError) {
    try checkCharacters()
    if logBytes > Self.longestLogBytes { rename(files.logFile, files.logFile + ".old") }
    let deadline = ContinuousClock.now + .seconds(30)
    while true {
      let before = logBytes
      let outcome = try user.run(
        installation.binaries + "/pg_ctl",
        [
          "start", "--wait", "--silent", "--timeout=\(Self.startSeconds)", "--pgdata=" + files.dataDirectory,
          "--log=" + files.logFile,
        ],
        timeout: .seconds(Self.startSeconds + 60))
      if outcome.status == 0 { return }
      let log = logText(after: before)
      // After a kill -9 the server's children take a moment to notice that they are orphans.
      let isHaunted = log.contains("pre-existing shared memory block")
      guard isHaunted, ContinuousClock.now < deadline else { throw launchFailure(outcome, log, isHaunted) }
      usleep(200_000)
    }
  }

  private var logBytes: Int {
    (try? FileManager.default.attributesOfItem(atPath: files.logFile)[.size] as? Int) ?? 0
  }

  private func logText(after offset: Int) -> String {
    guard let file = FileHandle(forReadingAtPath: files.logFile) else { return "" }
    defer { try? file.close() }
    try? file.seek(toOffset: UInt64(offset))
    return String(decoding: (try? file.read(upToCount: 64 << 10)) ?? Data(), as: UTF8.self)
  }

  private func launchFailure(_ outcome: ChildProcess.Outcome, _ log: String, _ isHaunted: Bool) -> PlatformError {
    let telling = log.split(whereSeparator: \.isNewline).filter { line in
      ["FATAL:", "PANIC:", "ERROR:", "HINT:", "DETAIL:", "could not", "errors near"].contains { line.contains($0) }
    }
    .map { line in line.replacing(#/^[-0-9]+ [:.0-9]+ \w+ \[\d+\] /#, with: "") }
    let words = telling.isEmpty ? outcome.errorText : telling.suffix(4).joined(separator: "\n")
    var error = PlatformError(
      .unavailable, "the private PostgreSQL did not start",
      cause: words.trimmingCharacters(in: .whitespacesAndNewlines),
      context: ["folder": files.dataDirectory, "log": files.logFile],
      nextStep: "mend what the cause names, then: okapi db start")
    if isHaunted {
      error.message = "processes of a killed PostgreSQL still run in the data folder"
      error.nextStep = "end them (ps -u \(user.name) | grep postgres), then run again"
      error.isRetryable = true
    } else if log.contains("No space left on device") {
      error.status = .inputOutput
      error.nextStep = "make room on the disk, then: okapi db start"
    } else if log.contains("Address already in use") {
      error.nextStep = "choose another port: okapi db start --port N; okapi db stop forgets the port"
    } else if log.contains("shared memory") {
      error.nextStep = "free memory on this machine (the server asks for 256 MB), then: okapi db start"
    }
    return error
  }
}
