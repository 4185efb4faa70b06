import Foundation
import PlatformCore
import Sandbox
import SandboxServer
import Workspace

/// The demo's sandbox: a small seeded company, served in the background.
struct DemoSandbox: Encodable, Sendable {
  let url: String
  let data: String
  let customers: Int64
  let subscriptions: Int64
  let invoices: Int64
  let charges: Int64

  /// Sixty customers over six months: a second or two of seeding.
  private static let customers = 60
  private static let months = 6
  /// The log would otherwise have a line for each request.
  private static let arguments = ["--log-level", "warning"]

  /// Seeds the demo's own store unless that was done, and starts its server unless it runs.
  static func start(_ runtime: CommandRuntime) async throws -> DemoSandbox {
    let folder = SandboxFolder(runtime.settings.sandboxHome.appending(path: "demo"))
    let sandbox = BackgroundSandbox(folder: folder, settings: runtime.settings)
    return try await blocking {
      if RunningSandbox.find(inFolder: folder.url) == nil { try seed(folder) }
      let running = try sandbox.startAnywhere(arguments)
      let counts = try running.get("/_okapi/ledger")["counts"]
      func count(_ name: String) -> Int64 { counts[name].integer ?? 0 }
      return DemoSandbox(
        url: running.url, data: folder.url.path, customers: count("customers"),
        subscriptions: count("subscriptions"), invoices: count("invoices"), charges: count("charges"))
    }
  }

  private static func seed(_ folder: SandboxFolder) throws {
    let isThere =
      try FileManager.default.fileExists(atPath: folder.storeFile)
      && folder.withStore(creating: false) { store in
        if case .finished = try WorldSeeder(store).state() { true } else { false }
      }
    if isThere { return }
    try folder.erase()  // what a killed demo left
    let now = Int64(Date().timeIntervalSince1970)
    let plan = SeedPlan(customers: customers, months: months, seed: 42, until: now - now % 86_400)
    try folder.withStore(creating: true) { try WorldSeeder($0).seed(plan) }
  }
}
