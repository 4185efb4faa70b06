import BronzeStore
import CommandLineKit
import Foundation
import PlatformCore
import SandboxServer
import Webhooks
import Workspace

/// `okapi stop`: nothing that okapi started runs any more.
struct StopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stops every server that okapi started in this workspace.",
    discussion: """
      Its PostgreSQL, and sandboxes in the background. What runs in a terminal (okapi sync --watch,
      okapi webhooks serve) ends by control-C or SIGTERM.

      EXAMPLES:
        okapi stop
      """)

  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("stop", announcing: .none) { runtime in
      try await runtime.stopServers(withSandboxes: true)
      return .done
    }
  }
}

/// `okapi clean`: the workspace is gone.
struct CleanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean", abstract: "Stops the servers and deletes the workspace with its databases. DEV only.",
    discussion: """
      A database behind DATABASE_URL is not touched. While okapi webhooks serve runs in the workspace nothing is (75).

      EXAMPLES:
        okapi clean
        okapi clean --yes
      """)

  @Flag(help: "Do not ask.") var yes: Bool
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("clean", announcing: .none) { runtime in
      try runtime.settings.requireNotProduction(action: "delete the workspace")
      let home = runtime.settings.home
      let cluster = DatabaseAccess(runtime).cluster
      // Held until all is gone: a receiver answers for what it stores there.
      var logs: [LakeLock] = []
      for log in try EventLog.folders(in: home) { logs.append(try await EventLog.lock(log, for: runtime.context)) }
      defer { withExtendedLifetime(logs) {} }
      try Confirmation.ask("Delete \(home.path) with the databases in it?", isGiven: yes)
      let registry = runtime.settings.sandboxRegistry
      _ = try await blocking { try RunningSandbox.stopAll(listedIn: registry) }
      _ = try await cluster.stop()
      try await cluster.delete()
      try Self.remove(home)
      try runtime.report(["deleted": home.path], text: "deleted \(home.path)")
      return .done
    }
  }

  private static func remove(_ folder: URL) throws(PlatformError) {
    guard FileManager.default.fileExists(atPath: folder.path) else { return }
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      throw PlatformError(
        .inputOutput, "the workspace cannot be deleted", cause: error.systemReason,
        context: ["folder": folder.path])
    }
  }
}
