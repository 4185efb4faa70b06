package import Foundation
package import PlatformCore

/// Every setting of a run: flags before environment before `.env.dev` or `.env.prod` before defaults.
package struct Settings: Sendable {
  /// A name in the settings file that Okapi does not know: perhaps a slip of the pen.
  package struct UnknownKey: Sendable, Equatable {
    /// The name as written.
    package let key: String
    /// The file's name.
    package let file: String
    /// The 1-based line.
    package let line: Int
  }

  /// All known settings, in the order of `SettingKey`; behind them those that are for one source of `SOURCES`.
  package let all: [Setting]
  /// The environment they belong to.
  package let environment: Environment
  /// Names in the settings file that mean nothing to Okapi.
  package let unknownKeys: [UnknownKey]
  /// The folder relative paths start from.
  package let directory: URL

  init(all: [Setting], environment: Environment, unknownKeys: [UnknownKey], directory: URL) {
    self.all = all
    self.environment = environment
    self.unknownKeys = unknownKeys
    self.directory = directory
  }

  /// Collects the settings and checks them.
  ///
  /// - Throws: `configuration` for an unknown `ENV`, an unreadable file, a value outside its set, or a live key where
  ///   it must not be.
  package static func load(
    flags: [SettingKey: String] = [:], environment: [String: String], directory: URL
  ) throws(PlatformError) -> Settings {
    let settings = try resolve(flags: flags, environment: environment, directory: directory)
    try settings.check()
    return settings
  }

  /// Collects the settings without checking their values: for showing what is wrong with them.
  ///
  /// - Throws: `configuration` for an unknown `ENV` or a line of the file that is no assignment; `inputOutput` when
  ///   the file cannot be read.
  package static func resolve(
    flags: [SettingKey: String] = [:], environment variables: [String: String], directory: URL
  ) throws(PlatformError) -> Settings {
    // An empty value counts as none, so that a Makefile may pass on what it was not given.
    let flags = flags.filter { !$0.value.isEmpty }
    let variables = variables.mapValues { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter {
      !$0.value.isEmpty
    }
    let environment = try environment(flags[.environment] ?? variables[SettingKey.environment.rawValue])
    let name = environment.fileName
    let entries = try entries(of: directory.appending(path: name), name: name)
    if let entry = entries.last(where: { $0.key == "ENV" }), try Self.environment(entry.value) != environment {
      throw PlatformError(
        .configuration, "\(name) sets ENV=\(entry.value), but ENV selects the file",
        context: ["file": name, "line": String(entry.line)],
        nextStep: "remove the line, and set ENV in the environment or with --env")
    }
    let values = Dictionary(entries.map { ($0.key, $0.value) }) { $1 }.filter { !$0.value.isEmpty && $0.key != "ENV" }
    func given(_ key: SettingKey, _ source: String? = nil) -> Setting? {
      let variable = key.name(of: source)
      if let value = variables[variable] {
        return Setting(key: key, value: value, origin: .environment, source: source)
      }
      return values[variable].map { Setting(key: key, value: $0, origin: .file(name), source: source) }
    }
    var all = SettingKey.allCases.map { key -> Setting in
      let setting =
        flags[key].map { Setting(key: key, value: $0, origin: .flag) } ?? given(key)
        ?? Setting(key: key, value: key.defaultValue, origin: .default)
      return key == .environment ? Setting(key: key, value: environment.rawValue, origin: setting.origin) : setting
    }
    let sources = names(in: all.first { $0.key == .sources }?.value)
    for source in sources { all += SettingKey.ofOneSource.compactMap { given($0, source) } }
    let known = Set(SettingKey.allCases.map(\.rawValue) + all.map(\.name))
    let unknown = entries.filter { !known.contains($0.key) }
    return Settings(
      all: all, environment: environment,
      unknownKeys: unknown.map { UnknownKey(key: $0.key, file: name, line: $0.line) },
      directory: URL(filePath: directory.path, directoryHint: .isDirectory))
  }

  private static func environment(_ text: String?) throws(PlatformError) -> Environment {
    guard let text else { return .development }
    guard let environment = Environment(rawValue: text.uppercased()) else {
      throw PlatformError(
        .configuration, "ENV is '\(text)'; known values: DEV, PROD",
        nextStep: "set ENV=DEV or ENV=PROD, or leave it out for DEV")
    }
    return environment
  }

  private static func entries(of file: URL, name: String) throws(PlatformError) -> [EnvironmentFile.Entry] {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch CocoaError.fileReadNoSuchFile {
      return []
    } catch {
      throw PlatformError(
        .inputOutput, "The settings file cannot be read", cause: error.systemReason, context: ["file": name],
        nextStep: "make \(name) a readable file, or remove it")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw PlatformError(
        .configuration, "The settings file is not UTF-8 text", context: ["file": name],
        nextStep: "save \(name) as UTF-8")
    }
    return try EnvironmentFile(text, name: name).entries
  }

  /// The setting of a key.
  package subscript(key: SettingKey) -> Setting {
    all.first { $0.key == key } ?? Setting(key: key, value: key.defaultValue, origin: .default)
  }

  /// The value of a key, unmasked.
  package func value(_ key: SettingKey) -> String? { self[key].value }
}
