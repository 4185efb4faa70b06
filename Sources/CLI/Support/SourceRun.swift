import BronzeStore
import CommandLineKit
import Fetch
import Foundation
import PlatformCore
import StripeClient
import Workspace

/// Which of several accounts a command works on.
struct SourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which accounts of SOURCES: all, or names joined by commas. (default: all, or the one of SOURCE_NAME)",
      valueName: "names"))
  var sources: String?
}

extension CommandRuntime {
  /// A runtime for each source that is asked for.
  func sources(_ selection: SourceOptions) throws -> [CommandRuntime] {
    let choice = try settings.chosen(selection.sources)
    return choice.isDeclared ? choice.each.map(of) : [with(choice.each[0])]
  }
}

/// What a command did with one source.
struct SourceResult<Report: Encodable & Sendable>: Sendable {
  let report: Report
  let text: String
  let status: ExitStatus
}

extension GlobalOptions {
  /// As `withRuntime`, for each source that is asked for: side by side, and none stops the others.
  ///
  /// Where `SOURCES` declares accounts, the report names each; else it is that of the one account there is.
  ///
  /// - Parameter atOnce: how many sources are worked on side by side.
  func withSources<Report: Encodable & Sendable>(
    _ command: String, _ selection: SourceOptions, announcing announcement: Announcement = .database,
    flags: [SettingKey: String] = [:], atOnce: Int = 4,
    _ body: @escaping @Sendable (CommandRuntime) async throws -> SourceResult<Report>
  ) async throws {
    try await withRuntime(command, announcing: .none, flags: flags) { runtime in
      let choice = try runtime.settings.chosen(selection.sources)
      guard choice.isDeclared else {
        let runtime = runtime.with(choice.each[0])
        try announce(announcement, runtime)
        let result = try await body(runtime)
        try runtime.report(result.report, text: result.text)
        return result.status
      }
      let runtimes = choice.each.map(runtime.of)
      // All of them first: a mistake in the settings of one is refused before anything is touched.
      for (index, runtime) in runtimes.enumerated() {
        do {
          try announce(announcement, runtime, warns: index == 0)
        } catch let error as PlatformError {
          throw error.adding("source", runtime.settings.sourceName)
        }
      }
      if announcement.isOfAPI { try await SourceAccounts.requireDistinct(runtimes) }
      let document = await SourcesDocument.made(of: runtimes, atOnce: atOnce, body)
      try runtime.report(document, text: document.text)
      return document.exitStatus
    }
  }
}

/// What `--json` prints for several sources.
struct SourcesDocument<Report: Encodable & Sendable>: Encodable, Sendable {
  /// One source.
  struct Part: Encodable, Sendable {
    let source: String
    let status: Int32
    let report: Report?
    let error: ErrorDocument.Body?
    let text: String

    enum CodingKeys: CodingKey { case source, status, report, error }
  }

  /// In the order of `SOURCES`, or in which they were named.
  let sources: [Part]

  enum CodingKeys: CodingKey { case sources, statuses }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sources, forKey: .sources)
    try container.encode(Set(sources.map(\.status)).subtracting([0]).sorted(), forKey: .statuses)
  }

  var exitStatus: ExitStatus { .strongest(of: sources.compactMap { ExitStatus(rawValue: $0.status) }) }

  var text: String {
    let parts = sources.map { "source \($0.source)\n\($0.text)" }
    let states = sources.map { one in
      one.status == 0
        ? "\(one.source) done" : "\(one.source) \(one.report == nil ? "failed" : "not all well") (\(one.status))"
    }
    let summary = sources.count == 1 ? [] : ["\(sources.count) sources: \(states.joined(separator: ", "))"]
    return (parts + summary).joined(separator: "\n\n")
  }

  /// Works on each source; what ends one is told at once, and the others go on. A signal breaks off those that are not
  /// done; what the others did is reported all the same.
  static func made(
    of runtimes: [CommandRuntime], atOnce: Int,
    _ body: @escaping @Sendable (CommandRuntime) async throws -> SourceResult<Report>
  ) async -> SourcesDocument {
    var parts: [Int: Part] = [:]
    await withTaskGroup(of: (Int, Part).self) { group in
      for (index, runtime) in runtimes.enumerated() {
        if index >= max(1, atOnce), let (done, part) = await group.next() { parts[done] = part }
        group.addTask { (index, await part(of: runtime, body)) }
      }
      for await (done, part) in group { parts[done] = part }
    }
    return SourcesDocument(sources: parts.sorted { $0.key < $1.key }.map(\.value))
  }

  private static func part(
    of runtime: CommandRuntime, _ body: (CommandRuntime) async throws -> SourceResult<Report>
  ) async -> Part {
    let name = runtime.settings.sourceName
    do {
      let result = try await body(runtime)
      return Part(
        source: name, status: result.status.rawValue, report: result.report, error: nil, text: result.text)
    } catch {
      let signal = Task.isCancelled && error is CancellationError ? SignalWatch.interruption() : nil
      let shown = (signal ?? Program.platformError(error)).adding("source", name)
      runtime.terminal.line(shown.rendered)
      return Part(
        source: name, status: shown.status.rawValue, report: nil, error: ErrorDocument(shown).error,
        text: "failed: \(shown.message)")
    }
  }
}

/// What Stripe says of whose accounts the sources are.
enum SourceAccounts {
  /// Refuses two sources that turn out to be one account. Only those are asked of which the lake does not know it.
  ///
  /// One that does not answer is let pass: its own part of the run says why.
  static func requireDistinct(_ runtimes: [CommandRuntime]) async throws {
    var seen: [String: String] = [:]
    for runtime in runtimes {
      let name = runtime.settings.sourceName
      guard let account = try await account(of: runtime), let id = account.id else { continue }
      if let other = seen.updateValue(name, forKey: account.description) {
        throw PlatformError(
          .configuration, "The sources \(other) and \(name) are the same account",
          cause: "both keys reach \(id) in \(account.livemode ? "live" : "test") mode", context: ["setting": "SOURCES"],
          nextStep: "give each a key of its own (STRIPE_API_KEY_\(name.uppercased())), or name one of them only")
      }
    }
  }

  private static func account(of runtime: CommandRuntime) async throws -> SourceAccount? {
    let settings = runtime.settings
    let lake = try LakeFolder(settings)
    if let known = try BronzeState(lake: lake, source: settings.sourceName).account() { return known }
    let client = try APIAccess(settings).client(runtime, APIOptions()) {
      $0.attempts = 2
      $0.timeout = .seconds(20)
    }
    defer { client.close() }
    do {
      return try await AccountGuard.asked(client, runtime.context)
    } catch is PlatformError {
      return nil
    }
  }
}
