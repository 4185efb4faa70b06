import Foundation
import PlatformCore
import PostgresClient
import TestSupport
import Testing
import Workspace

@Suite("Private cluster", .serialized)
struct PrivateClusterTests {
  private func ask(_ cluster: PrivateCluster, _ sql: String) async throws -> String? {
    let connection = try await PostgresConnection.connect(try await cluster.url(database: "postgres"))
    let answer = try await connection.query(sql)[0, 0]
    await connection.close()
    return answer
  }

  @Test("made, started once for all who ask at once, durable, stopped")
  func lifecycle() async throws {
    try await ClusterFixture.with("lifecycle") { fixture in
      let cluster = fixture.cluster()
      let before = try await cluster.status()
      #expect(!before.isRunning && !before.isInitialized)
      #expect(before.serverVersion?.contains(".") == true)
      #expect(try await cluster.stop() == false)

      // What an okapi leaves that was killed while initdb ran.
      let folder = fixture.home.appendingPathComponent("postgres")
      let leftover = folder.appendingPathComponent("data.new-dead/base")
      try FileManager.default.createDirectory(at: leftover, withIntermediateDirectories: true)
      try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: fixture.home.path)
      try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: folder.path)

      let (first, second) = (fixture.cluster(), fixture.cluster())
      async let one = first.ensureRunning()
      async let two = second.ensureRunning()
      let states = try await [one, two, cluster.ensureRunning()]
      #expect(Set(states.map(\.processID)).count == 1)
      #expect(states[0].isRunning && states[0].isInitialized)
      if !states[0].dataDirectory.hasPrefix("/var/lib/okapi/") {
        #expect(!FileManager.default.fileExists(atPath: leftover.path))
      }
      #expect(try await ask(cluster, "SHOW data_checksums") == "on")
      #expect(try await ask(cluster, "SHOW fsync") == "on")
      #expect(try await ask(cluster, "SHOW server_encoding") == "UTF8")
      #expect(try await ask(cluster, "SHOW listen_addresses") == "")
      #expect(try await ask(cluster, "SELECT datcollate FROM pg_database WHERE datname = 'postgres'") == "C")
      #expect(try await cluster.status().sizeBytes ?? 0 > 1_000_000)
      try await checkSeparation(states[0])

      #expect(try await cluster.stop() == true)
      #expect(try await cluster.stop() == false)
      #expect(try await cluster.status().isRunning == false)
      #expect(!FileManager.default.fileExists(atPath: states[0].socketDirectory))
    }
  }

  /// The server is in a session of its own and holds none of our files.
  private func checkSeparation(_ state: ClusterState) async throws {
    let pid = try #require(state.processID)
    #expect(getsid(pid) != getsid(0))
    #if os(Linux)
      let folder = "/proc/\(pid)/fd"
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + name)) ?? ""
        #expect(!target.hasSuffix("/postgres/lock"))
        if ["0", "1", "2"].contains(name) { #expect(!target.hasPrefix("pipe:"), "\(name) is \(target)") }
      }
    #endif
  }

  @Test("survives kill -9 of the server: the next use restarts it with its data, on the same port")
  func killed() async throws {
    try await ClusterFixture.with("killed") { fixture in
      let cluster = fixture.cluster()
      let port = try FreePort.find()
      let started = try await cluster.start(port: port)
      #expect(started.tcpPort == port)
      let open = try await PostgresConnection.connect(try await cluster.url(database: "postgres"))
      try await open.execute("CREATE TABLE t AS SELECT 7 AS n")
      kill(try #require(started.processID), SIGKILL)
      try await Wait.until("the killed server is gone") { try await !cluster.status().isRunning }
      let again = try await cluster.ensureRunning()
      #expect(again.processID != started.processID)
      #expect(again.tcpPort == port)
      #expect(try await ask(cluster, "SELECT n FROM t") == "7")

      // TCP asks for the password.
      let url = try await cluster.loopbackURL(database: "postgres")
      let connection = try await PostgresConnection.connect(url)
      #expect(connection.facts.host == "127.0.0.1" && connection.facts.port == port)
      await connection.close()
      let file = try #require(again.passwordFile)
      let password = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
      let refused = await #expect(throws: PlatformError.self) {
        try await PostgresConnection.connect(url.replacingOccurrences(of: password, with: "not-the-word"))
      }
      #expect(refused?.status == .permission && refused?.code == "28P01")
      #expect(refused?.rendered.contains("not-the-word") == false)
      let none = await #expect(throws: PlatformError.self) {
        try await PostgresConnection.connect(url.replacingOccurrences(of: ":" + password, with: ""))
      }
      #expect(none?.message.contains("asks for a password") == true)

      // An occupied port; the server that runs stays as it is.
      let listener = try SilentListener()
      let occupied = await #expect(throws: PlatformError.self) { try await cluster.start(port: listener.port) }
      #expect(occupied?.status == .unavailable)
      #expect(occupied?.message == "port \(listener.port) is in use by another process")
      #expect(occupied?.nextStep?.contains("--port") == true)
      #expect(try await cluster.ensureRunning().processID == again.processID)

      // Stopping forgets the port.
      try await cluster.stop()
      #expect(try await cluster.ensureRunning().tcpPort == nil)
      #expect(try await ask(cluster, "SELECT n FROM t") == "7")
    }
  }

  @Test("pid files: left behind, of a foreign process, damaged")
  func pidFiles() async throws {
    try await ClusterFixture.with("pid-files") { fixture in
      let cluster = fixture.cluster()
      let state = try await cluster.ensureRunning()
      let file = state.dataDirectory + "/postmaster.pid"
      let text = try String(contentsOfFile: file, encoding: .utf8)
      try await cluster.stop()
      func plant(_ content: String) throws {
        try content.write(toFile: file, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes(
          [.ownerAccountName: state.user, .posixPermissions: 0o600], ofItemAtPath: file)
      }

      try plant("\(getpid())" + text.drop { $0 != "\n" })
      for call in [{ try await cluster.ensureRunning() }, { try await cluster.status() }] {
        let foreign = await #expect(throws: PlatformError.self) { try await call() }
        #expect(foreign?.status == .inputOutput)
        #expect(foreign?.message.contains("process \(getpid()), which is not this PostgreSQL") == true)
        #expect(foreign?.context.first?.value == file)
        #expect(foreign?.nextStep?.contains("delete the file") == true)
      }

      try plant("garbage\n")
      let damaged = await #expect(throws: PlatformError.self) { try await cluster.ensureRunning() }
      #expect(damaged?.message == "the pid file of the private PostgreSQL is damaged")

      // The number of a process that has ended: nothing to ask the user about.
      try plant("\(pid_t.max)" + text.drop { $0 != "\n" })
      #expect(try await cluster.status().isRunning == false)
      #expect(try await cluster.ensureRunning().isRunning)
    }
  }

  @Test("a data folder of another major version")
  func otherVersion() async throws {
    try await ClusterFixture.with("other-version") { fixture in
      let data = fixture.home.appendingPathComponent("postgres/data")
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      try Data("9\n".utf8).write(to: data.appendingPathComponent("PG_VERSION"))
      let error = await #expect(throws: PlatformError.self) { try await fixture.cluster().ensureRunning() }
      #expect(error?.status == .configuration)
      #expect(error?.message.hasPrefix("the data folder was made by PostgreSQL 9, installed is ") == true)
      #expect(error?.context.first?.value == data.resolvingSymlinksInPath().path)
      #expect(error?.nextStep?.contains("install PostgreSQL 9") == true)

      try FileManager.default.removeItem(at: data.appendingPathComponent("PG_VERSION"))
      let stranger = await #expect(throws: PlatformError.self) { try await fixture.cluster().ensureRunning() }
      #expect(stranger?.status == .inputOutput)
      #expect(stranger?.nextStep?.contains("move the folder away") == true)
    }
  }

  @Test("a socket path over the system's limit is named before anything is made")
  func longSocket() async throws {
    try await ClusterFixture.with("long-socket") { fixture in
      let folder = try TemporaryDirectory()
      let long = folder.url.appendingPathComponent(String(repeating: "x", count: 90))
      let cluster = fixture.cluster(runtimeDirectory: long)
      let error = await #expect(throws: PlatformError.self) { try await cluster.ensureRunning() }
      #expect(error?.status == .configuration)
      #expect(error?.message == "the path of the PostgreSQL socket is too long")
      #expect(error?.cause?.contains("at most") == true)
      #expect(error?.nextStep?.contains("OKAPI_RUNTIME_DIR") == true)
      #expect(try await cluster.status().isInitialized == false)
    }
  }

  @Test("a runtime folder that others may enter is refused")
  func sharedRuntimeFolder() async throws {
    try await ClusterFixture.with("shared-runtime") { fixture in
      let folder = try TemporaryDirectory()
      let cluster = fixture.cluster(runtimeDirectory: folder.url)
      let socket = try await cluster.status().socketDirectory
      #expect(socket.hasPrefix(folder.path + "/"))
      try FileManager.default.createDirectory(
        atPath: socket, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
      let error = await #expect(throws: PlatformError.self) { try await cluster.ensureRunning() }
      #expect(error?.status == .permission)
      #expect(error?.context.first?.value == socket)
    }
  }

  @Test("no PostgreSQL installed")
  func notInstalled() async throws {
    try await ClusterFixture.with("not-installed") { fixture in
      let error = await #expect(throws: PlatformError.self) {
        try await fixture.cluster(installations: { [] }).ensureRunning()
      }
      #expect(error?.status == .configuration)
      #expect(error?.message.contains("PostgreSQL is not installed") == true)
      #expect(error?.nextStep?.contains("DATABASE_URL") == true)
    }
  }

  @Test("a workspace that cannot be written")
  func notWritable() async throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("file", "in the way")
    let cluster = PrivateCluster(home: file.appendingPathComponent("home"))
    let error = await #expect(throws: PlatformError.self) { try await cluster.ensureRunning() }
    #expect(error?.status == .output)
    #expect(error?.cause == "Not a directory")
    #expect(error?.nextStep?.contains("OKAPI_HOME") == true)
  }

  @Test("a port out of range is a matter of usage", arguments: [0, -1, 65536])
  func badPort(port: Int) async throws {
    let folder = try TemporaryDirectory()
    let error = await #expect(throws: PlatformError.self) {
      try await PrivateCluster(home: folder.url).start(port: port)
    }
    #expect(error?.status == .usage)
  }

  @Test("a workspace the server's user cannot enter: as root the data moves out, and the state says so")
  func closedWorkspace() async throws {
    let folder = try TemporaryDirectory()
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
    try await ClusterFixture.with("closed", below: folder.url) { fixture in
      let state = try await fixture.cluster().ensureRunning()
      #expect(state.isRunning)
      let isRoot = geteuid() == 0
      #expect(state.dataDirectory.hasPrefix("/var/lib/okapi/") == isRoot)
      #expect(state.notes.isEmpty != isRoot)
      #expect((state.user == "root") == false)
      #expect(try await fixture.cluster().ensureRunning().processID == state.processID)
    }
  }
}
