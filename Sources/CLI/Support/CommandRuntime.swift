import CommandLineKit
package import Foundation
package import PlatformCore
package import Workspace

/// What a command works with: its settings, its run, its terminal.
package struct CommandRuntime: Sendable {
  /// Every setting, checked.
  package let settings: Settings
  /// The run: id, command, log, clock.
  package let context: RunContext
  /// The streams.
  package let terminal: Terminal
  /// Whether the result is one JSON document.
  package let wantsJSON: Bool
  /// The shape of its log.
  package let logFormat: Log.Format
  /// Whether it is one source's part of a run over several.
  package var isPart = false

  /// The run as the work in it is told: people see a bar and a report, and in between only what neither says.
  var workContext: RunContext {
    guard logFormat == .text, settings[.logLevel].origin == .default else { return context }
    let log = context.log.raised(to: .warning).without("resource_fetched")
    return RunContext(runID: context.runID, command: context.command, log: log, clock: context.clock)
  }

  /// The same run with the settings of one source.
  func with(_ settings: Settings) -> CommandRuntime {
    CommandRuntime(
      settings: settings, context: context, terminal: terminal, wantsJSON: wantsJSON, logFormat: logFormat)
  }

  /// A source's part of the run, with a run id and log lines of its own: in tables, lake and logs it stands alone.
  func of(_ settings: Settings) -> CommandRuntime {
    let runID = "\(context.runID).\(settings.sourceName)"
    let own = RunContext(
      runID: runID, command: context.command, log: context.log.of(source: settings.sourceName, runID: runID),
      clock: context.clock)
    // Bars of several sources would overwrite each other: they tell their progress in the log.
    return CommandRuntime(
      settings: settings, context: own, terminal: terminal.withoutStatus, wantsJSON: wantsJSON, logFormat: logFormat,
      isPart: true)
  }

  /// A folder for list files: with several sources, each has one of its name in it.
  func folder(_ url: URL) -> URL { isPart ? url.appending(path: settings.sourceName) : url }

  /// A progress bar of this run; call `finish()` on it in a `defer`.
  package func progress(
    _ label: String, total: Int?, unit: ProgressBar.Unit, begunAt: Date? = nil
  ) -> ProgressBar {
    ProgressBar(label, total: total, unit: unit, terminal: terminal, context: context, begunAt: begunAt)
  }

  /// Prints the result: `document` with `--json`, `text` otherwise.
  ///
  /// - Throws: `inputOutput` when stdout is full or closed.
  package func report(_ document: some Encodable, text: @autoclosure () -> String) throws(PlatformError) {
    if wantsJSON {
      try JSONOutput.write(document)
    } else {
      try Terminal.printResult(text())
    }
  }
}

/// Which first line a command writes to stderr.
package enum Announcement: Sendable {
  /// None: the command touches neither.
  case none
  /// The environment and the database in use.
  case database
  /// The environment and the API in use.
  case api
  /// The environment, the API and the database.
  case apiAndDatabase

  /// Whether the command speaks to Stripe's API.
  var isOfAPI: Bool { self == .api || self == .apiAndDatabase }
}

extension GlobalOptions {
  /// Loads the settings, makes the run, says where it works, and runs `body` until it ends or a signal comes.
  ///
  /// The first SIGINT or SIGTERM cancels the body and is reported with status 130 or 143 once it has ended; a second
  /// one ends the process at once. A status other than `done` becomes the process's.
  ///
  /// - Parameters:
  ///   - command: the command as typed, without `okapi`: `db migrate`.
  ///   - ofOneSource: whether it works on one source, so that `SOURCE_NAME` must say which where there are several.
  /// - Throws: `configuration` for wrong settings, and what `APIAccess` says where the API is announced; what `body`
  ///   throws.
  package func withRuntime(
    _ command: String, announcing announcement: Announcement = .database,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    flags more: [SettingKey: String] = [:], checkingSettings: Bool = true, ofOneSource: Bool = false,
    _ body: @escaping @Sendable (CommandRuntime) async throws -> ExitStatus
  ) async throws {
    let terminal = Terminal.standard(environment: environment)
    let directory = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
    let flags = flags.merging(more) { $1 }
    var settings =
      checkingSettings
      ? try Settings.load(flags: flags, environment: environment, directory: directory)
      : try Settings.resolve(flags: flags, environment: environment, directory: directory)
    if ofOneSource { settings = try settings.one() }
    let format = settings.logFormat ?? (terminal.isInteractive ? .text : .json)
    let runID = settings.value(.runID) ?? RunContext.newRunID()
    let log = Log(runID: runID, command: command, minimumLevel: settings.logLevel, format: format) {
      terminal.line($0)
    }
    let context = RunContext(runID: runID, command: command, log: log)
    let runtime = CommandRuntime(
      settings: settings, context: context, terminal: terminal, wantsJSON: json, logFormat: format)
    try announce(announcement, runtime)
    let status = try await SignalWatch.run { try await body(runtime) }
    if status != .done { throw ExitCode(status.rawValue) }
  }

  /// Says where a command works: in the first line of its log.
  func announce(_ announcement: Announcement, _ runtime: CommandRuntime, warns: Bool = true) throws {
    let settings = runtime.settings
    let environment = settings.environment.rawValue
    let places: [(name: String, value: String)] =
      switch announcement {
      case .none: []
      case .database: [("database", settings.databaseDescription)]
      case .api: [("api", try APIAccess(settings).description)]
      case .apiAndDatabase:
        [("api", try APIAccess(settings).description), ("database", settings.databaseDescription)]
      }
    guard let first = places.first else { return }
    let head = [environment] + (runtime.isPart ? [settings.sourceName] : [])
    switch (runtime.logFormat, places.dropFirst().first) {
    case (.text, _): runtime.terminal.line((head + places.map(\.value)).joined(separator: " · "))
    case (.json, nil):
      runtime.context.log(.info, "run_started", ["env": .string(environment), first.name: .string(first.value)])
    case (.json, let second?):
      runtime.context.log(
        .info, "run_started",
        ["env": .string(environment), first.name: .string(first.value), second.name: .string(second.value)])
    }
    for unknown in warns ? settings.unknownKeys : [] {
      runtime.context.log(
        .warning, "setting_ignored",
        ["key": .string(unknown.key), "file": .string(unknown.file), "line": .integer(unknown.line)])
    }
  }
}
