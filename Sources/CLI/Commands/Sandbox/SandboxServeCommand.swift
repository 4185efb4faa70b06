import CommandLineKit
import Foundation
import PlatformCore
import Sandbox
import SandboxServer
import Workspace

/// `okapi sandbox serve`: Stripe answers on this machine until a signal comes.
struct SandboxServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves Stripe's API from this machine, with events and signed webhooks.",
    discussion: """
      Any test key is accepted (sk_test_…). What was answered is on disk, unless --ephemeral. A request, a webhook or
      a connection goes wrong on purpose with --fault, or while it runs with POST /_okapi/faults. Kinds: rate_limit,
      lock_timeout, key_in_use, server_error, unavailable, latency, cut_before, cut_during, cut_after, truncate,
      shift_page, reorder_keys, forbidden, webhook_duplicate, webhook_delay, webhook_reorder.

      EXAMPLES:
        okapi sandbox serve
        okapi sandbox serve --ephemeral --port 0 --json
        okapi sandbox serve --background
        okapi sandbox serve --webhook http://localhost:4242/webhook --webhook-retry-scale 0.01
        okapi sandbox serve --fault kind=rate_limit,path=/v1/charges,rate=0.1 --rate-limit 25
      """)

  @Option(help: ArgumentHelp("The port; 0 for any that is free.", valueName: "port"))
  var port: Int = Int(SandboxServiceOptions.defaultPort)

  @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
  var host: String = "127.0.0.1"

  @OptionGroup(title: "Store") var store: SandboxStoreOptions

  @Flag(help: "Keep everything in memory, for as long as it runs.")
  var ephemeral: Bool

  @Flag(help: "Return once it answers; okapi stop ends it. Its log is sandbox/serve.log in the workspace.")
  var background: Bool

  @Option(help: ArgumentHelp("Send all events there; may be repeated.", valueName: "url"))
  var webhook: [String] = []

  @Option(help: ArgumentHelp("What the waits between delivery attempts are multiplied by.", valueName: "factor"))
  var webhookRetryScale: Double = 1

  @Option(help: ArgumentHelp("kind=…[,path=…][,rate=…][,count=…][,seed=…][,delay_ms=…]; may be repeated."))
  var fault: [String] = []

  @Option(help: ArgumentHelp("Answer 429 to more requests a second than these.", valueName: "n"))
  var rateLimit: Int?

  @Option(
    help: ArgumentHelp("Answer 403 to restricted keys (rk_test_…) for it; may be repeated.", valueName: "resource"))
  var forbid: [String] = []

  @Option(help: ArgumentHelp("The id of the account it is; others in Stripe-Account are refused.", valueName: "acct_…"))
  var account: String = AccountSettings().id

  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port must lie between 0 and 65535") }
    if ephemeral, store.data != nil { throw ValidationError("--ephemeral keeps nothing: leave out --data") }
    if ephemeral, background { throw ValidationError("--background needs a store: leave out --ephemeral") }
    for url in webhook where !World.isWebhookURL(url) {
      throw ValidationError("--webhook '\(url)' is no address: write http://localhost:8001/webhooks/stripe")
    }
    guard webhookRetryScale >= 0, webhookRetryScale <= 1_000 else {
      throw ValidationError("--webhook-retry-scale must lie between 0 and 1000")
    }
    guard account.wholeMatch(of: #/acct_[A-Za-z0-9_]+/#) != nil else {
      throw ValidationError("--account must look like acct_1Abc")
    }
    if let rateLimit, rateLimit < 1 { throw ValidationError("--rate-limit must be at least 1") }
    _ = try faults()
  }

  func run() async throws {
    try await global.withRuntime("sandbox serve", announcing: .none) { runtime in
      let options = try self.options(runtime)
      if background {
        let document = try await startInBackground(runtime, isOpenToOthers: options.isOpenToOthers)
        try runtime.report(document, text: document.text)
        return .done
      }
      let service = try await blocking { try SandboxService(options) }
      do {
        let document = SandboxDocument(service, options)
        try runtime.report(document, text: document.text)
        options.log(.info, "sandbox_started", ["url": .string(service.url)])
        // Until a signal cancels it.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
      } catch {
        try await blocking { service.stop() }
        throw error
      }
      try await blocking { service.stop() }
      options.log(.info, "sandbox_stopped")
      return .done
    }
  }

  private func startInBackground(
    _ runtime: CommandRuntime, isOpenToOthers: Bool
  ) async throws -> SandboxDocument {
    let sandbox = BackgroundSandbox(folder: store.folder(runtime.settings), settings: runtime.settings)
    var arguments = ["--port", String(port), "--host", host, "--webhook-retry-scale", String(webhookRetryScale)]
    arguments += webhook.flatMap { ["--webhook", $0] } + fault.flatMap { ["--fault", $0] }
    arguments += forbid.flatMap { ["--forbid", $0] } + (rateLimit.map { ["--rate-limit", String($0)] } ?? [])
    let all = arguments + ["--account", account]
    return SandboxDocument(try await blocking { try sandbox.start(all) }, isOpenToOthers: isOpenToOthers)
  }

  private func faults() throws -> [Fault] {
    try fault.map { flag in
      do throws(StripeError) {
        return try Fault(flag: flag)
      } catch {
        throw ValidationError("--fault \(flag): \(error.message)")
      }
    }
  }

  private func options(_ runtime: CommandRuntime) throws -> SandboxServiceOptions {
    var options = SandboxServiceOptions()
    options.host = host
    options.port = UInt16(port)
    options.folder = ephemeral ? nil : store.folder(runtime.settings)
    options.registry = runtime.settings.sandboxRegistry
    options.webhookURLs = webhook
    options.webhooks.retryScale = webhookRetryScale
    options.faults = try faults()
    options.rateLimit = rateLimit
    options.forbiddenResources = Set(forbid)
    options.account = account
    let log = runtime.context.log
    let output = LossyOutput(STDERR_FILENO) { log.rendered(.warning, "log_lines_lost", ["lines": .integer($0)]) }
    options.log = log.writing { output.line($0) }  // serving never waits for who reads the log
    // A person at a terminal sees what matters; a machine gets every request.
    options.requestLevel = runtime.terminal.isInteractive ? .debug : .info
    return options
  }
}

/// What a started sandbox says of itself.
struct SandboxDocument: Encodable {
  struct Endpoint: Encodable {
    let url: String
    let id: String
    /// Only when it was made now.
    let secret: String?
  }

  let url: String
  let port: Int
  let pid: Int32
  let data: String?
  /// Whether other machines may reach it.
  let isOpenToOthers: Bool
  let webhooks: [Endpoint]

  init(_ service: SandboxService, _ options: SandboxServiceOptions) {
    url = service.url
    port = Int(service.port)
    pid = getpid()
    data = options.folder?.url.path
    isOpenToOthers = options.isOpenToOthers
    webhooks = service.endpoints.map { Endpoint(url: $0.url, id: $0.id, secret: $0.isNew ? $0.secret : nil) }
  }

  /// One in a process of its own; the secrets of its endpoints stand in its log.
  init(_ running: RunningSandbox, isOpenToOthers isOpen: Bool) {
    url = running.url
    port = URL(string: running.url)?.port ?? 0
    pid = running.pid
    data = running.data
    isOpenToOthers = isOpen
    webhooks = []
  }

  var text: String {
    var lines = [
      "sandbox: \(url)  (reference: \(url)/docs)",
      "data:    " + (data ?? "in memory, gone when it stops"),
      "python:  stripe.api_base = \"\(url)\"",
      "         stripe.api_key = \"sk_test_sandbox\"",
    ]
    if isOpenToOthers { lines.append("open:    any machine that reaches it may use it, with any test key") }
    for endpoint in webhooks {
      lines.append("webhook: \(endpoint.url) (\(endpoint.id))")
      lines.append("secret:  " + (endpoint.secret ?? "as shown when it was made"))
    }
    return lines.joined(separator: "\n")
  }
}
