import CommandLineKit
import PlatformCore
import Workspace

/// `okapi config show`: every setting with its origin, secrets masked.
struct ConfigShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Prints every setting with its origin, secrets masked.",
    discussion: """
      Flags come before the environment, that before .env.dev or .env.prod, and those before the defaults.

      EXAMPLES:
        okapi config show
        ENV=PROD okapi config show --json
      """)

  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    // Shown first, checked afterwards: a wrong value is easier to find when one sees where it comes from.
    try await global.withRuntime("config show", announcing: .none, checkingSettings: false) { runtime in
      let problem = runtime.settings.problem
      try runtime.report(ConfigReport(runtime.settings, problem), text: ConfigReport.table(runtime.settings))
      guard let problem else { return .done }
      if runtime.wantsJSON { return problem.status }
      throw problem
    }
  }
}

/// What `config show --json` prints.
struct ConfigReport: Encodable {
  struct Entry: Encodable {
    let key: String
    let value: String?
    let origin: String
    let help: String
  }
  struct Unknown: Encodable {
    let key: String
    let file: String
    let line: Int
  }

  let settings: [Entry]
  let unknown: [Unknown]
  let problem: ErrorDocument.Body?

  init(_ settings: Settings, _ problem: PlatformError?) {
    self.settings = settings.all.map {
      Entry(key: $0.name, value: $0.shown, origin: $0.origin.description, help: $0.key.help)
    }
    self.unknown = settings.unknownKeys.map { Unknown(key: $0.key, file: $0.file, line: $0.line) }
    self.problem = problem.map { ErrorDocument($0).error }
  }

  static func table(_ settings: Settings) -> String {
    var table = TextTable(["setting", "value", "origin", "what it decides"])
    for setting in settings.all {
      let origin = setting.value == nil ? "not set" : setting.origin.description
      table.add(.text(setting.name), .text(setting.shown), .text(origin), .text(setting.key.help))
    }
    let unknown = settings.unknownKeys.map { "\n\($0.file) line \($0.line): \($0.key) is not a setting of Okapi" }
    return table.rendered + (unknown.isEmpty ? "" : "\n") + unknown.joined()
  }
}

extension Settings {
  /// What `check` says against the values; nil when they are fine.
  var problem: PlatformError? {
    do throws(PlatformError) {
      try check()
      return nil
    } catch {
      return error
    }
  }
}
