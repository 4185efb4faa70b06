import Foundation
package import PlatformCore

extension Settings {
  /// What a command works on.
  package struct Choice: Sendable {
    /// The settings of each source, in order.
    package let each: [Settings]
    /// Whether they are sources of `SOURCES`, so that the report names each; else it is the one account there is.
    package let isDeclared: Bool
  }

  /// The sources of `SOURCES`; none where there is one account only.
  package var sources: [String] { Self.names(in: value(.sources)) }

  /// The names in `a, b,c`.
  static func names(in text: String?) -> [String] {
    (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// The settings of one source: what is said for it alone takes the place of what is said for all.
  ///
  /// `STRIPE_ACCOUNT` for all is no source's: without one of its own it is the account of its key.
  package func of(source name: String) -> Settings {
    let chosen = SettingKey.allCases.map { key -> Setting in
      let general = self[key]
      if key == .sourceName { return Setting(key: key, value: name, origin: self[.sources].origin) }
      guard SettingKey.ofOneSource.contains(key), general.origin != .flag else { return general }
      if let own = all.first(where: { $0.key == key && $0.source == name }) { return own }
      return key == .stripeAccount ? Setting(key: key, value: nil, origin: .default) : general
    }
    return Settings(all: chosen, environment: environment, unknownKeys: unknownKeys, directory: directory)
  }

  /// Whether `SOURCE_NAME` was set, so that it is the one source to work on.
  private var namesOneSource: Bool { self[.sourceName].origin != .default }

  /// The sources that a command works on: those named, else the one of `SOURCE_NAME`, else all of `SOURCES`.
  ///
  /// - Parameter text: `all`, or names joined by commas; nil when nothing was said.
  /// - Throws: `configuration` for a name that is not in `SOURCES`, or stands there twice.
  package func chosen(_ text: String?) throws(PlatformError) -> Choice {
    let declared = sources
    guard let text else {
      guard !declared.isEmpty, !namesOneSource else {
        guard declared.isEmpty || declared.contains(sourceName) else {
          throw refused(
            .sourceName, "SOURCE_NAME '\(sourceName)' is not in SOURCES (\(declared.joined(separator: ", ")))",
            "name one of them, or add it to SOURCES")
        }
        return Choice(each: [try one()], isDeclared: false)
      }
      return Choice(each: declared.map(of), isDeclared: true)
    }
    guard !declared.isEmpty else {
      throw PlatformError(
        .configuration, "--sources is given, and there are no named sources", context: ["setting": "SOURCES"],
        nextStep: "declare them, such as SOURCES=eu,us, with STRIPE_API_KEY_EU and STRIPE_API_KEY_US")
    }
    let names = text == "all" ? declared : Self.names(in: text)
    if let unknown = names.first(where: { !declared.contains($0) }) {
      throw PlatformError(
        .configuration, "There is no source '\(unknown)'; known sources: \(declared.joined(separator: ", "))",
        context: ["setting": "SOURCES", "from": self[.sources].origin.description],
        nextStep: "name one of them, or add it to SOURCES")
    }
    guard !names.isEmpty, Set(names).count == names.count else {
      throw PlatformError(
        .configuration, names.isEmpty ? "--sources names none" : "--sources names a source twice",
        nextStep: "give --sources all, or names joined by commas: \(declared.joined(separator: ","))")
    }
    return Choice(each: names.map(of), isDeclared: true)
  }

  /// The settings of the one source that a command works on.
  ///
  /// - Throws: `configuration` where `SOURCES` names several and nothing says which.
  package func one() throws(PlatformError) -> Settings {
    let declared = sources
    if declared.isEmpty { return self }
    if namesOneSource { return of(source: sourceName) }
    guard declared.count == 1 else {
      throw PlatformError(
        .configuration, "This command works on one source, and SOURCES names \(declared.joined(separator: ", "))",
        context: ["setting": "SOURCES", "from": self[.sources].origin.description],
        nextStep: "say which: SOURCE_NAME=\(declared[0]) okapi …")
    }
    return of(source: declared[0])
  }

  /// Checks what `SOURCES` says, and the settings of each of its sources.
  func checkSources() throws(PlatformError) {
    let declared = sources
    guard !declared.isEmpty else { return }
    let list = declared.joined(separator: ", ")
    for name in declared where !Self.canBeSchema(name) {
      throw refused(.sources, "SOURCES: '\(name)' cannot be a schema's name", Self.schemaNames)
    }
    if let twice = declared.first(where: { name in declared.count { $0 == name } > 1 }) {
      throw refused(.sources, "SOURCES names '\(twice)' twice", "each account has a name of its own")
    }
    let heads = SettingKey.ofOneSource.map { $0.rawValue + "_" }
    if let stray = unknownKeys.first(where: { unknown in heads.contains { unknown.key.hasPrefix($0) } }) {
      throw PlatformError(
        .configuration, "\(stray.key) belongs to no source of SOURCES (\(list))",
        context: ["file": stray.file, "line": String(stray.line)],
        nextStep: "correct its name, or add the source to SOURCES")
    }
    for name in declared { try of(source: name).checkAPI() }
    try checkAccountsDiffer(declared)
  }

  private func checkAccountsDiffer(_ declared: [String]) throws(PlatformError) {
    var seen: [[String?]: String] = [:]
    for name in declared {
      let own = of(source: name)
      let account = [SettingKey.stripeAPIKey, .stripeAPIBase, .stripeAccount].map { own.value($0) }
      if let other = seen.updateValue(name, forKey: account) {
        throw refused(
          .sources, "The sources \(other) and \(name) are the same account: same key, same address, same account id",
          "give each a key (STRIPE_API_KEY_\(name.uppercased())) or a connected account "
            + "(STRIPE_ACCOUNT_\(name.uppercased()))")
      }
    }
  }
}
