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
      "A file with the secrets, a line each; # begins a note. (default: STRIPE_WEBHOOK_SECRET, joined by commas)",
      valueName: "file"))
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
      // Neither a lake nor a database that does not answer keeps events from being taken.
      let lakeLook = SideWork { [log] in
        // What else is wrong with it is told when something is brought there.
        let refusal = try await blocking { log.lakeRefusal(log.lake) }
        if let refusal, refusal.status == .usage { throw refusal }
      }
      try await lakeLook.wait(Self.patience)
      try Task.checkCancellation()
      if !lakeLook.hasEnded { options.lookSeconds = 0 }
      let session = apply ? try ApplySession(runtime, api, looksAtLake: false) : nil
      let storeLook = session.map { session in SideWork { try await session.requireStore(context) } }
      try await storeLook?.wait(Self.patience)
      try Task.checkCancellation()
      let applying = Applying()
      if let session {
        log.isNeeded = { session.isNeeded($0) }
        options.furtherMetrics = { applying.metrics ?? ApplySession.metrics(session.waiting(context)) }
      }
      let lock = try await EventLog.lock(log.folder, for: context)
      let service = try await blocking { [options, log] in try WebhookService(options, log, lock, context: context) }
      do {
        try tell(service, log, options, runtime, context)
        let isLate = storeLook?.hasEnded == false
        if isLate {
          context.log(.warning, "apply_interrupted", ["side": "database", "cause": "it has not answered yet"])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
          // A lake that answers later may still turn out to be one of the past, and a database to be another's.
          group.addTask { try await lakeLook.wait() }
          group.addTask {
            try await storeLook?.wait()
            guard let session, !Task.isCancelled else { return }
            if isLate { context.log(.info, "apply_resumed", ["side": "database"]) }
            // By the log's own reader, which sees what is on the disk and nothing else.
            applying.begin(session, context, service.reader)
          }
          // Until a signal cancels it.
          group.addTask { while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) } }
          for try await _ in group {}
        }
      } catch {
        // Where the lake is refused, what came meanwhile is for another one.
        await applying.end(service)
        _ = try await blocking { service.stop(isShipping: !lakeLook.hasFailed) }
        throw error
      }
      await applying.end(service)
      if try await !blocking({ service.stop() }) {
        context.log(
          .warning, "webhook_shipping_left",
          ["lake": .string(log.lake.location), "reason": "it has not taken all: that is shipped after the next start"])
      }
      context.log(.info, "webhooks_stopped")
      return .done
    }
  }

  /// How long the start waits for lake and database.
  private static let patience = Duration.seconds(2)

  private func tell(
    _ service: WebhookService, _ log: EventLogOptions, _ options: WebhookService.Options, _ runtime: CommandRuntime,
    _ context: RunContext
  ) throws {
    let document = WebhooksDocument(
      service, log, isVerifying: options.check != nil,
      isOpenToOthers: !["127.0.0.1", "::1", "localhost"].contains(host))
    try runtime.report(document, text: document.text)
    context.log(.info, "webhooks_started", ["url": .string(service.url)])
    guard options.check == nil else { return }
    context.log(.warning, "webhooks_not_verified", ["reason": "--insecure-skip-verification: anybody is believed"])
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
    // With several accounts each has its own.
    let name = SettingKey.webhookSecret.name(of: settings.sources.isEmpty ? nil : settings.sourceName)
    let secrets = SignatureCheck.secrets(in: try secretText() ?? settings.value(.webhookSecret) ?? "")
    guard !secrets.isEmpty else {
      throw PlatformError(
        .configuration,
        secretFile == nil ? "\(name) is not set: deliveries could not be checked" : "the secret file is empty",
        context: secretFile.map { ["file": $0] } ?? ["setting": name],
        nextStep: "set \(name)=whsec_… (Stripe's dashboard: Developers, Webhooks; or what `stripe listen` prints), "
          + "or name a file with --secret-file")
    }
    if let wrong = secrets.firstIndex(where: { !SignatureCheck.isSecret($0) }) {
      throw PlatformError(
        .configuration, "number \(wrong + 1) of \(secrets.count) is not the secret of an endpoint",
        cause: "such a secret is whsec_ and letters and digits behind it",
        context: secretFile.map { ["file": $0] } ?? ["setting": settings[.webhookSecret].name],
        nextStep: "copy it from Stripe's dashboard (Developers, Webhooks), or from what `stripe listen` prints")
    }
    return SignatureCheck(secrets: secrets, toleranceSeconds: Int64(tolerance))
  }

  private func secretText() throws -> String? {
    guard let secretFile else { return nil }
    do {
      return try String(contentsOfFile: secretFile, encoding: .utf8)
    } catch {
      throw PlatformError(
        .inputMissing, "the secret file cannot be read", cause: error.systemReason,
        context: ["file": secretFile],
        nextStep: "name a readable file with a secret a line, or set STRIPE_WEBHOOK_SECRET")
    }
  }
}

/// What applies events, once there is a log to apply them from.
private final class Applying: Sendable {
  private let work = Mutex<(applier: EventApplier, running: SideWork)?>(nil)

  func begin(_ session: ApplySession, _ context: RunContext, _ reader: EventLogReader) {
    let applier = session.applier(context, reader: reader)
    work.withLock { $0 = (applier, SideWork { await session.serve(applier) }) }
  }

  /// What is under way may come to its end, unless the API or the database is silent: nothing is lost by that.
  func end(_ service: WebhookService) async {
    service.beginStop()
    await work.withLock { $0?.running }?.end(within: .seconds(12))
  }

  /// Nil before it has begun.
  var metrics: String? { work.withLock { $0?.applier }.map { ApplySession.metrics($0.status) } }
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
