package import Foundation
package import PlatformCore

extension Settings {
  /// The workspace folder, absolute.
  package var home: URL { path(.home) ?? directory }

  /// Where sockets go, absolute; nil leaves the choice to the cluster.
  package var runtimeDirectory: URL? { path(.runtimeDirectory) }

  /// Where JSON exports lie, absolute.
  package var jsonDirectory: URL { path(.jsonDirectory) ?? directory }

  /// Where the lake is: a folder as written, or the workspace's own.
  package var lakeLocation: String { value(.lakeURL) ?? home.appending(path: "lake").path }

  /// What DuckDB may hold in memory for the lake, in bytes.
  package var lakeMemoryBytes: Int { (value(.lakeMemory).flatMap { Int($0) } ?? 1000) * 1_000_000 }

  /// The source's name, which is the schema's.
  package var sourceName: String { value(.sourceName) ?? "stripe" }

  /// The PostgreSQL to use; nil means the private cluster.
  package var databaseURL: String? { value(.databaseURL) }

  /// The PostgreSQL of the tests; nil means the private cluster's test database.
  package var testDatabaseURL: String? { value(.testDatabaseURL) }

  /// Requests a second to Stripe; nil leaves it to the key.
  package var rate: Double? { value(.rate).flatMap(Double.init) }

  /// The least grave event to log.
  package var logLevel: Log.Level { value(.logLevel).flatMap(Log.Level.init) ?? .info }

  /// The shape of log lines; nil means text on a terminal and JSON elsewhere.
  package var logFormat: Log.Format? { value(.logFormat).flatMap(Log.Format.init) }

  /// Where the tables are, for people: the masked URL or the private cluster's folder.
  package var databaseDescription: String {
    self[.databaseURL].shown ?? "private PostgreSQL in \(value(.home) ?? ".okapi")"
  }

  private func path(_ key: SettingKey) -> URL? {
    guard let value = value(key) else { return nil }
    let expanded = value == "~" || value.hasPrefix("~/") ? NSString(string: value).expandingTildeInPath : value
    return URL(filePath: expanded, relativeTo: directory).absoluteURL.standardizedFileURL
  }
}

extension Settings {
  /// Refuses what destroys or populates when the environment is PROD; call it before any connection is made.
  ///
  /// - Parameter action: what is refused, as the end of a sentence: `reset the database`.
  /// - Throws: `configuration` in PROD.
  package func requireNotProduction(action: String) throws(PlatformError) {
    guard environment == .production else { return }
    throw PlatformError(
      .configuration, "ENV=PROD: refused to \(action)",
      cause: "in PROD nothing is destroyed or populated", context: ["ENV from": self[.environment].origin.description],
      nextStep: "use ENV=DEV and a development database")
  }

  /// Checks every value; `load` has done so already.
  ///
  /// - Throws: `configuration`.
  package func check() throws(PlatformError) {
    try oneOf(.logLevel, Log.Level.allCases.map(\.rawValue))
    try oneOf(.logFormat, ["auto"] + Log.Format.allCases.map(\.rawValue))
    if let runID = value(.runID), !RunContext.isValidRunID(runID) {
      throw refused(.runID, "RUN_ID is not usable as a name", "use letters, digits, '-', '_' and '.', at most 100")
    }
    guard let memory = value(.lakeMemory).flatMap({ Int($0) }), (100...1_000_000).contains(memory) else {
      throw refused(
        .lakeMemory, "LAKE_MEMORY_MB is no number of megabytes", "give a whole number from 100 on, such as 4000")
    }
    guard Self.canBeSchema(sourceName) else {
      throw refused(.sourceName, "SOURCE_NAME '\(sourceName)' cannot be a schema's name", Self.schemaNames)
    }
    try checkAPI()
    try checkSources()
  }

  static func canBeSchema(_ name: String) -> Bool {
    name.wholeMatch(of: #/[a-z][a-z0-9_]{0,49}/#) != nil && !name.hasPrefix("pg_") && !name.hasSuffix("_live")
      && !["public", "information_schema"].contains(name)
  }

  static let schemaNames =
    "use a lower-case letter, then lower-case letters, digits and '_', at most 50; "
    + "not public, information_schema, pg_… or …_live"

  /// Whether a key moves real money: secret, restricted or of an organisation (`sk_org_live_…`).
  private static func isLive(_ key: String) -> Bool { key.contains("_live_") }

  /// Checks what is said of Stripe's API, for all sources or for the one whose settings these are.
  func checkAPI() throws(PlatformError) {
    if value(.rate) != nil, !(rate.map { $0.isFinite && $0 > 0 } ?? false) {
      throw refused(.rate, "\(self[.rate].name) is not a number above 0", "give it as requests a second, such as 20")
    }
    let base = value(.stripeAPIBase)
    let scheme = base.flatMap { URL(string: $0) }.flatMap { $0.host() == nil ? nil : $0.scheme?.lowercased() }
    if base != nil, scheme != "http", scheme != "https" {
      throw refused(
        .stripeAPIBase, "\(self[.stripeAPIBase].name) is not an http or https address",
        "use https://host or http://host:port")
    }
    guard let key = value(.stripeAPIKey), Self.isLive(key) else { return }
    guard environment == .production else {
      throw refused(
        .stripeAPIKey, "A live key is refused outside ENV=PROD", "use a test key (sk_test_…), or set ENV=PROD")
    }
    guard base == nil || scheme == "https" else {
      throw refused(
        .stripeAPIBase, "A live key goes to https only", "use an https address, or a test key")
    }
  }

  private func oneOf(_ key: SettingKey, _ known: [String]) throws(PlatformError) {
    guard let value = value(key), !known.contains(value) else { return }
    throw refused(
      key, "\(key.rawValue) is '\(value)'; known values: \(known.joined(separator: ", "))",
      "set \(key.rawValue) to one of them, or leave it out")
  }

  func refused(_ key: SettingKey, _ message: String, _ nextStep: String) -> PlatformError {
    PlatformError(
      .configuration, message, context: ["setting": self[key].name, "from": self[key].origin.description],
      nextStep: nextStep)
  }
}
