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

  /// The demo's own store.
  private static func folder(_ settings: Settings) -> SandboxFolder {
    SandboxFolder(settings.sandboxHome.appending(path: "demo"))
  }

  /// Whether the company is there, whole.
  static func isSeeded(_ settings: Settings) async throws -> Bool {
    let folder = folder(settings)
    return try await blocking {
      if RunningSandbox.find(inFolder: folder.url) != nil { return true }
      guard FileManager.default.fileExists(atPath: folder.storeFile) else { return false }
      return try folder.withStore(creating: false) { store in
        if case .finished = try WorldSeeder(store).state() { true } else { false }
      }
    }
  }

  /// Makes the company unless it is there, and starts its server unless it runs.
  static func start(_ settings: Settings) async throws -> RunningSandbox {
    let isSeeded = try await isSeeded(settings)
    let folder = folder(settings)
    let sandbox = BackgroundSandbox(folder: folder, settings: settings)
    return try await blocking {
      if !isSeeded { try seed(folder) }
      return try sandbox.startAnywhere(arguments)
    }
  }

  /// What the running sandbox has by now.
  static func counted(_ running: RunningSandbox, _ settings: Settings) async throws -> DemoSandbox {
    try await blocking { try DemoSandbox(running, folder(settings)) }
  }

  private init(_ running: RunningSandbox, _ folder: SandboxFolder) throws {
    let counts = try running.get("/_okapi/ledger")["counts"]
    func count(_ name: String) -> Int64 { counts[name].integer ?? 0 }
    url = running.url
    data = folder.url.path
    customers = count("customers")
    subscriptions = count("subscriptions")
    invoices = count("invoices")
    charges = count("charges")
  }

  private static func seed(_ folder: SandboxFolder) throws {
    try folder.erase()  // what a killed demo left
    let now = Int64(Date().timeIntervalSince1970)
    let plan = SeedPlan(customers: customers, months: months, seed: 42, until: now - now % 86_400)
    try folder.withStore(creating: true) { try WorldSeeder($0).seed(plan) }
  }
}
