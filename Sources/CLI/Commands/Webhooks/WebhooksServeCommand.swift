import BronzeStore
import CommandLineKit
import Foundation
import HTTPServer
import Lake
import PlatformCore
import Sync
import Synchronization
import Webhooks
import Workspace

/// `okapi webhooks serve`: deliveries are checked, stored and answered until a signal comes.
struct WebhooksServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Receives webhooks: checked, on disk, answered; then into the lake's bronze.",
    discussion: """
      Deliveries go to POST /webhooks/stripe. What was answered 200 is on this machine's disk, each event once; sealed
      segments of it become entity=webhook_events in the lake. GET /health, /ready and /metrics are for who watches it.
      Stripe needs https: put a proxy before it (docs/webhooks.md).

      With --apply what the events tell is brought into PostgreSQL at once, also while okapi sync runs: from the log,
      behind the answer. What cannot be applied is set aside (okapi webhooks retry).

      EXAMPLES:
        STRIPE_WEBHOOK_SECRET=whsec_… okapi webhooks serve
        okapi webhooks serve --secret-file /run/secrets/webhook --host 0.0.0.0
        okapi webhooks serve --apply
        stripe listen --forward-to localhost:8001/webhooks/stripe
      """)

  @Option(help: ArgumentHelp("The port; 0 for any that is free.", valueName: "port"))
  var port: Int = Int(WebhookService.defaultPort)

  @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
  var host: String = "127.0.0.1"

  @Option(
    help: ArgumentHelp(
      "A file with the secrets, a line each. (default: STRIPE_WEBHOOK_SECRET, joined by commas)", valueName: "file"))
  var secretFile: String?

  @Option(help: ArgumentHelp("How old a signature may be, in seconds.", valueName: "seconds"))
  var tolerance: Int = 300

  @Option(help: ArgumentHelp("The longest body, in megabytes.", valueName: "mb"))
  var maxBodyMb: Int = 4

  @Flag(help: "Believe every delivery, whoever sends it; refused with ENV=PROD.")
  var insecureSkipVerification: Bool

  @Flag(help: "Bring what the events tell into the tables at once.") var apply = false
  @OptionGroup(title: "Stripe's API, with --apply") var api: APIOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if !apply, api.rate != nil || api.ratePerEndpoint != nil {
      throw ValidationError("--rate and --rate-per-endpoint belong to --apply")
    }
    guard (0...65_535).contains(port) else { throw ValidationError("--port must lie between 0 and 65535") }
    guard (1...86_400).contains(tolerance) else {
      throw ValidationError(
        "--tolerance must lie between 1 and 86400 seconds; it cannot be switched off, "
          + "or an old delivery could be sent again by anybody")
    }
    guard (1...64).contains(maxBodyMb) else { throw ValidationError("--max-body-mb must lie between 1 and 64") }
    if insecureSkipVerification, secretFile != nil {
      throw ValidationError("--insecure-skip-verification needs no --secret-file: leave one of them out")
    }
  }

  func run() async throws {
    try await global.withRuntime(
      "webhooks serve", announcing: apply ? .apiAndDatabase : .none, flags: api.flags, ofOneSource: true
    ) { runtime in
      var options = WebhookService.Options(check: try check(runtime.settings))
      options.host = host
      options.port = UInt16(port)
      options.limits.bodyBytes = maxBodyMb << 20
      let context = runtime.serving
      var log = try logOptions(runtime.settings)
      let look = LakeLook(log.lake)
      try await look.wait(.seconds(2))
      try Task.checkCancellation()
      let session = apply ? try ApplySession(runtime, api, looksAtLake: false) : nil
      let applying = Applying()
      if let session {
        try await session.requireStore(context)
        log.isNeeded = { session.isNeeded($0) }
        options.furtherMetrics = { applying.metrics }
      }
      let lock = try await EventLog.lock(log.folder, for: context)
      let service = try await blocking { [options, log] in try WebhookService(options, log, lock, context: context) }
      do {
        let document = WebhooksDocument(
          service, log, isVerifying: options.check != nil,
          isOpenToOthers: !["127.0.0.1", "::1", "localhost"].contains(host))
        try runtime.report(document, text: document.text)
        context.log(.info, "webhooks_started", ["url": .string(service.url)])
        if options.check == nil {
          context.log(
            .warning, "webhooks_not_verified", ["reason": "--insecure-skip-verification: anybody is believed"])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
          // A lake that answers later may still turn out to be one of the past.
          group.addTask { try await look.wait(.seconds(3_600)) }
          group.addTask {
            if let session {
              // By the log's own reader, which sees what is on the disk and nothing else.
              let applier = session.applier(context, reader: service.reader)
              applying.begin(applier)
              await session.serve(applier)
            }
            // Until a signal cancels it.
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
          }
          for try await _ in group {}
        }
      } catch {
        // What came meanwhile is for another lake.
        _ = try await blocking { service.stop(isShipping: !look.hasRefused) }
        throw error
      }
      if try await !blocking({ service.stop() }) {
        context.log(
          .warning, "webhook_shipping_left",
          ["seconds": .integer(options.shippingSeconds), "reason": "it is shipped after the next start"])
      }
      context.log(.info, "webhooks_stopped")
      return .done
    }
  }

  private func logOptions(_ settings: Settings) throws -> EventLogOptions {
    var options = EventLogOptions(
      folder: EventLog.folder(of: settings.sourceName, in: settings.home), source: settings.sourceName,
      lake: try LakeFolder(settings), scratch: settings.home.appending(path: "scratch"))
    options.lakeRefusal = { lake in
      do throws(PlatformError) {
        try LakePast.refuse(lake)
        return nil
      } catch {
        return error
      }
    }
    return options
  }

  /// What checks deliveries; nil only where that was asked for.
  private func check(_ settings: Settings) throws -> SignatureCheck? {
    if insecureSkipVerification {
      guard settings.environment != .production else {
        throw PlatformError(
          .configuration, "ENV=PROD: --insecure-skip-verification is refused",
          cause: "whoever reaches the port could make up events",
          context: ["ENV from": settings[.environment].origin.description],
          nextStep: "set STRIPE_WEBHOOK_SECRET, and leave the flag out")
      }
      return nil
    }
    let name = settings[.webhookSecret].name
    let secrets = SignatureCheck.secrets(in: try secretText() ?? settings.value(.webhookSecret) ?? "")
    guard !secrets.isEmpty else {
      throw PlatformError(
        .configuration,
        secretFile == nil ? "\(name) is not set: deliveries could not be checked" : "the secret file is empty",
        context: secretFile.map { ["file": $0] } ?? ["setting": name],
        nextStep: "set \(name)=whsec_… (Stripe's dashboard: Developers, Webhooks; or what `stripe listen` prints), "
          + "or name a file with --secret-file")
    }
    return SignatureCheck(secrets: secrets, toleranceSeconds: Int64(tolerance))
  }

  private func secretText() throws -> String? {
    guard let secretFile else { return nil }
    do {
      return try String(contentsOfFile: secretFile, encoding: .utf8)
    } catch {
      throw PlatformError(
        .inputMissing, "the secret file cannot be read", cause: error.localizedDescription,
        context: ["file": secretFile],
        nextStep: "name a readable file with a secret a line, or set STRIPE_WEBHOOK_SECRET")
    }
  }
}

/// Refuses a lake that holds a past moment, as soon as it says so. One that does not answer keeps nobody from
/// receiving.
private final class LakeLook: Sendable {
  private let refusal = Mutex<Result<Void, any Error>?>(nil)

  init(_ lake: LakeFolder) {
    DispatchQueue(label: "okapi lake look").async { [self] in
      let found = Result {
        do {
          try LakePast.refuse(lake)
        } catch let error as PlatformError where error.status != .usage {
        }
      }
      refusal.withLock { $0 = found }
    }
  }

  var hasRefused: Bool { refusal.withLock { if case .failure = $0 { true } else { false } } }

  /// Waits for what the lake says, at most so long, and until the task is cancelled.
  ///
  /// - Throws: `usage` where it holds a past moment.
  func wait(_ limit: Duration) async throws {
    let deadline = ContinuousClock.now + limit
    while !Task.isCancelled, .now < deadline {
      if let found = refusal.withLock({ $0 }) { return try found.get() }
      try? await Task.sleep(for: .milliseconds(10))
    }
  }
}

/// What applies events, once there is a log to apply them from.
private final class Applying: Sendable {
  private let applier = Mutex<EventApplier?>(nil)

  func begin(_ applier: EventApplier) { self.applier.withLock { $0 = applier } }

  var metrics: String { applier.withLock { $0 }.map { ApplySession.metrics($0.status) } ?? "" }
}

extension CommandRuntime {
  /// The run of a server: who does not read its log holds nobody up.
  fileprivate var serving: RunContext {
    let log = context.log
    let output = LossyOutput(STDERR_FILENO) { log.rendered(.warning, "log_lines_lost", ["lines": .integer($0)]) }
    return RunContext(
      runID: context.runID, command: context.command, log: log.writing { output.line($0) }, clock: context.clock)
  }
}

/// What a started receiver says of itself.
struct WebhooksDocument: Encodable {
  let url: String
  let port: Int
  let pid: Int32
  let source: String
  /// The folder of the log.
  let log: String
  let lake: String
  /// Whether signatures are checked.
  let isVerifying: Bool
  /// Whether other machines may reach it.
  let isOpenToOthers: Bool

  init(_ service: WebhookService, _ options: EventLogOptions, isVerifying: Bool, isOpenToOthers: Bool) {
    url = service.url
    port = Int(service.port)
    pid = getpid()
    source = options.source
    log = options.folder.path
    lake = options.lake.location
    self.isVerifying = isVerifying
    self.isOpenToOthers = isOpenToOthers
  }

  var text: String {
    var lines = ["webhooks: \(url)", "source:   \(source)", "log:      \(log)", "lake:     \(lake)"]
    if !isVerifying { lines.append("warning:  signatures are not checked: whoever reaches it is believed") }
    if isOpenToOthers { lines.append("open:     to other machines; let a proxy pass on \(WebhookReceiver.path) alone") }
    return lines.joined(separator: "\n")
  }
}
