import CommandLineKit
import Foundation
import PlatformCore
import SandboxServer
import StripeClient
import Workspace

/// How fast a command may ask Stripe.
struct APIOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Requests a second, all together. (env: OKAPI_RATE; default: 20 with a test key, 80 with a live one)",
      valueName: "n"))
  var rate: Double?
  @Option(help: ArgumentHelp("Requests a second to each endpoint. (default: 20)", valueName: "n"))
  var ratePerEndpoint: Double?

  func validate() throws {
    for (name, value) in [("--rate", rate), ("--rate-per-endpoint", ratePerEndpoint)] {
      if let value, !(value.isFinite && value > 0) { throw ValidationError("\(name) must be a number above 0") }
    }
  }

  /// For `withRuntime(flags:)`.
  var flags: [SettingKey: String] { rate.map { [.rate: String($0)] } ?? [:] }
}

/// How a command reaches Stripe's API: the address and key of the settings, else the local sandbox.
struct APIAccess: Sendable {
  /// The address.
  let base: String
  /// Whether it is a sandbox of this machine, which has no limits of its own.
  let isLocalSandbox: Bool

  private let key: String
  private let settings: Settings

  /// The key that a sandbox is spoken to with: it takes every test key.
  static let sandboxKey = "sk_test_sandbox"
  /// Requests a second to a sandbox that nobody wants slowed down.
  private static let sandboxRate = 2_000.0

  /// Decides whom to speak to; nothing is sent.
  ///
  /// - Throws: `.configuration` without a key where one is needed, `.unavailable` when no sandbox runs.
  init(_ settings: Settings) throws(PlatformError) {
    let given = (key: settings.value(.stripeAPIKey), base: settings.value(.stripeAPIBase))
    if let key = given.key {
      self.init(settings, given.base ?? StripeClientOptions.stripe, key, isLocalSandbox: false)
      return
    }
    let isNear = given.base.flatMap { URL(string: $0)?.host() }.map { ["localhost", "127.0.0.1", "::1"].contains($0) }
    guard settings.environment == .development, isNear ?? true else {
      throw PlatformError(
        .configuration, "There is no key for Stripe's API", context: ["ENV": settings.environment.rawValue],
        nextStep: "set STRIPE_API_KEY in the environment or in \(settings.environment.fileName)")
    }
    if let base = given.base {
      self.init(settings, base, Self.sandboxKey, isLocalSandbox: true)
      return
    }
    let folder = settings.sandboxHome.appending(path: "store")
    guard let running = RunningSandbox.find(inFolder: folder) else {
      throw PlatformError(
        .unavailable, "Neither a key for Stripe's API is set nor does a sandbox run", context: ["sandbox": folder.path],
        nextStep: "okapi sandbox serve --background, or set STRIPE_API_KEY")
    }
    self.init(settings, running.url, Self.sandboxKey, isLocalSandbox: true)
  }

  /// A sandbox of this workspace, whatever the settings name.
  init(sandbox: String, _ settings: Settings) {
    self.init(settings, sandbox, Self.sandboxKey, isLocalSandbox: true)
  }

  private init(_ settings: Settings, _ base: String, _ key: String, isLocalSandbox: Bool) {
    self.settings = settings
    self.base = base
    self.key = key
    self.isLocalSandbox = isLocalSandbox
  }

  /// Whom a command speaks to, for people: no key, no password.
  var description: String {
    if isLocalSandbox { return "sandbox at \(base)" }
    let mode = StripeClientOptions.isLive(key: key) ? "live" : "test"
    let place = base == StripeClientOptions.stripe ? "Stripe" : Secrecy.connection.masked(base)
    return "\(place), \(mode) mode" + (settings.value(.stripeAccount).map { ", account \($0)" } ?? "")
  }

  /// A client for the run.
  func client(
    _ runtime: CommandRuntime, _ limits: APIOptions, _ change: (inout StripeClientOptions) -> Void = { _ in }
  ) -> StripeClient {
    var options = StripeClientOptions(
      base: base, key: key, apiVersion: settings.value(.stripeAPIVersion) ?? "",
      account: settings.value(.stripeAccount))
    if isLocalSandbox { (options.ratePerSecond, options.ratePerEndpoint) = (Self.sandboxRate, Self.sandboxRate) }
    if let rate = settings.rate { options.ratePerSecond = rate }
    if let rate = limits.ratePerEndpoint { options.ratePerEndpoint = rate }
    // Enough to use the rate up when an answer takes half a second.
    options.concurrency = min(64, max(16, Int(options.ratePerSecond / 2)))
    change(&options)
    return StripeClient(options, log: runtime.context.log)
  }
}

extension APIAccess {
  /// As `init`; but where neither a key nor an address is set and no sandbox runs, it starts one in the background.
  static func startingSandbox(_ runtime: CommandRuntime) async throws -> APIAccess {
    let settings = runtime.settings
    let isGiven = settings.value(.stripeAPIKey) != nil || settings.value(.stripeAPIBase) != nil
    if settings.environment == .development, !isGiven {
      let folder = SandboxFolder(settings.sandboxHome.appending(path: "store"))
      let sandbox = BackgroundSandbox(folder: folder, settings: settings)
      // Its log would otherwise have a line for each request.
      _ = try await blocking { try sandbox.startAnywhere(["--log-level", "warning"]) }
    }
    return try APIAccess(settings)
  }
}
