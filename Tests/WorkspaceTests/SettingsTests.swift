import Foundation
import PlatformCore
import Testing

@testable import Workspace

/// A folder of its own for each test, removed at its end.
final class Folder: Sendable {
  let url: URL

  init(_ files: [String: String] = [:]) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "okapi-settings-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: url.appending(path: name)) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}

@Suite("Settings")
struct SettingsTests {
  private func load(
    flags: [SettingKey: String] = [:], _ environment: [String: String] = [:], files: [String: String] = [:]
  ) throws -> Settings {
    let folder = try Folder(files)
    return try Settings.load(flags: flags, environment: environment, directory: folder.url)
  }

  private func refusal(_ environment: [String: String], files: [String: String] = [:]) throws -> PlatformError {
    try #require(throws: PlatformError.self) { try load(environment, files: files) }
  }

  @Test("without anything there are the defaults")
  func defaults() throws {
    let settings = try load()
    #expect(settings.environment == .development)
    #expect(settings.all.map(\.key) == SettingKey.allCases)
    #expect(settings.all.allSatisfy { $0.origin == .default && $0.value == $0.key.defaultValue })
    #expect(settings.home == settings.directory.appending(path: ".okapi"))
    #expect(settings.jsonDirectory.path.hasSuffix("/data/imported_stripe_data"))
    #expect(settings.sourceName == "stripe")
    #expect(settings.databaseURL == nil)
    #expect(settings.logFormat == nil)
    #expect(settings.databaseDescription == "private PostgreSQL in .okapi")
  }

  @Test("flags come before environment, that before the file, that before the default")
  func order() throws {
    let files = [".env.dev": "SOURCE_NAME=file\nLOG_LEVEL=debug\nJSON_DIR=exports\n"]
    let variables = ["SOURCE_NAME": "variable", "LOG_LEVEL": "warning"]
    let settings = try load(flags: [.sourceName: "flag"], variables, files: files)
    #expect(settings[.sourceName] == Setting(key: .sourceName, value: "flag", origin: .flag))
    #expect(settings[.logLevel] == Setting(key: .logLevel, value: "warning", origin: .environment))
    #expect(settings[.jsonDirectory] == Setting(key: .jsonDirectory, value: "exports", origin: .file(".env.dev")))
    #expect(settings[.logFormat].origin == .default)
    #expect(settings.logLevel == .warning)
  }

  @Test("an empty value counts as none")
  func empty() throws {
    let settings = try load(
      flags: [.sourceName: "", .logLevel: ""], ["SOURCE_NAME": " ", "DATABASE_URL": ""],
      files: [".env.dev": "SOURCE_NAME=\nLOG_LEVEL=debug"])
    #expect(settings[.sourceName].origin == .default)
    #expect(settings[.logLevel].origin == .file(".env.dev"))
    #expect(settings.databaseURL == nil)
  }

  @Test("ENV selects the file")
  func files() throws {
    let files = [".env.dev": "SOURCE_NAME=dev", ".env.prod": "SOURCE_NAME=prod\nENV=PROD"]
    #expect(try load(files: files).sourceName == "dev")
    #expect(try load(["ENV": "DEV"], files: files).sourceName == "dev")
    let production = try load(["ENV": "prod"], files: files)
    #expect(production.sourceName == "prod")
    #expect(production[.environment] == Setting(key: .environment, value: "PROD", origin: .environment))
    #expect(try load(flags: [.environment: "PROD"], ["ENV": "DEV"], files: files).environment == .production)
  }

  @Test("ENV in the other environment's file is contradictory")
  func contradiction() throws {
    let error = try refusal([:], files: [".env.dev": "# mine\nENV=PROD"])
    #expect(error.status == .configuration)
    #expect(
      error.rendered == """
        error: .env.dev sets ENV=PROD, but ENV selects the file
        where: file .env.dev, line 2
        next:  remove the line, and set ENV in the environment or with --env
        """)
  }

  @Test("an unknown ENV is refused, never taken for DEV", arguments: ["production", "TEST", "PROD DEV", "P"])
  func unknownEnvironment(_ value: String) throws {
    let error = try refusal(["ENV": value])
    #expect(error.status == .configuration)
    #expect(error.message == "ENV is '\(value)'; known values: DEV, PROD")
  }

  @Test("a live key is refused outside PROD, whatever sets it", arguments: ["sk_live_", "rk_live_", "sk_org_live_"])
  func liveKey(_ prefix: String) throws {
    let key = prefix + "abcdefghijklmnop"
    for error in [
      try refusal(["STRIPE_API_KEY": key]), try refusal(["STRIPE_API_KEY": "  \(key)\n"]),
      try refusal([:], files: [".env.dev": "STRIPE_API_KEY='\(key)'"]),
    ] {
      #expect(error.status == .configuration)
      #expect(error.message == "A live key is refused outside ENV=PROD")
      #expect(!error.rendered.contains("abcdefgh"))
    }
    #expect(try load(["ENV": "PROD", "STRIPE_API_KEY": key]).value(.stripeAPIKey) == key)
  }

  @Test("a live key goes to https only")
  func liveBase() throws {
    let key = "sk_live_abcdefghijklmnop"
    let error = try refusal(["ENV": "PROD", "STRIPE_API_KEY": key, "STRIPE_API_BASE": "http://localhost:12111"])
    #expect(error.message == "A live key goes to https only")
    #expect(error.status == .configuration)
    let settings = try load(["ENV": "PROD", "STRIPE_API_KEY": key, "STRIPE_API_BASE": "https://api.stripe.com"])
    #expect(settings.value(.stripeAPIBase) == "https://api.stripe.com")
    #expect(
      try load(["STRIPE_API_KEY": "sk_test_a", "STRIPE_API_BASE": "http://localhost:1"]).value(.stripeAPIBase) != nil)
  }

  @Test(
    "a value outside its set is refused with its key and origin",
    arguments: [
      ("LOG_LEVEL", "loud", "LOG_LEVEL is 'loud'; known values: debug, info, warning, error"),
      ("LOG_FORMAT", "xml", "LOG_FORMAT is 'xml'; known values: auto, json, text"),
      ("RUN_ID", "../up", "RUN_ID is not usable as a name"), ("RUN_ID", "a b", "RUN_ID is not usable as a name"),
      ("SOURCE_NAME", "Stripe", "SOURCE_NAME 'Stripe' cannot be a schema's name"),
      ("SOURCE_NAME", "public", "SOURCE_NAME 'public' cannot be a schema's name"),
      ("SOURCE_NAME", "pg_mine", "SOURCE_NAME 'pg_mine' cannot be a schema's name"),
      ("SOURCE_NAME", "stripe_live", "SOURCE_NAME 'stripe_live' cannot be a schema's name"),
      ("SOURCE_NAME", "a\"; drop", "SOURCE_NAME 'a\"; drop' cannot be a schema's name"),
      ("STRIPE_API_BASE", "localhost:12111", "STRIPE_API_BASE is not an http or https address"),
      ("STRIPE_API_BASE", "ftp://host", "STRIPE_API_BASE is not an http or https address"),
      ("LAKE_MEMORY_MB", "1 GB", "LAKE_MEMORY_MB is no number of megabytes"),
      ("LAKE_MEMORY_MB", "99", "LAKE_MEMORY_MB is no number of megabytes"),
      ("OKAPI_RATE", "0", "OKAPI_RATE is not a number above 0"),
      ("OKAPI_RATE", "-5", "OKAPI_RATE is not a number above 0"),
      ("OKAPI_RATE", "inf", "OKAPI_RATE is not a number above 0"),
      ("OKAPI_RATE", "fast", "OKAPI_RATE is not a number above 0"),
    ])
  func values(_ key: String, _ value: String, _ message: String) throws {
    let error = try refusal([key: value])
    #expect(error.message == message)
    #expect(error.status == .configuration)
    #expect(error.context.map(\.value) == [key, "environment"])
    #expect(error.nextStep != nil)
  }

  @Test("resolving shows what checking refuses")
  func resolve() throws {
    let folder = try Folder()
    let settings = try Settings.resolve(environment: ["LOG_LEVEL": "loud"], directory: folder.url)
    #expect(settings.value(.logLevel) == "loud")
    #expect(throws: PlatformError.self) { try settings.check() }
  }

  @Test("secrets are masked when shown")
  func shown() throws {
    let settings = try load([
      "STRIPE_API_KEY": "sk_test_abcdefghijkl", "DATABASE_URL": "postgres://u:pw@h/d",
    ])
    #expect(settings[.stripeAPIKey].shown == "sk_test_…ijkl")
    #expect(settings.databaseDescription == "postgres://u:***@h/d")
    #expect(settings[.stripeAccount].shown == nil)
  }

  @Test("names that mean nothing to Okapi are kept with their place")
  func unknown() throws {
    let settings = try load(files: [".env.dev": "\nDATABSE_URL=x\nSOURCE_NAME=ok"])
    #expect(settings.unknownKeys == [.init(key: "DATABSE_URL", file: ".env.dev", line: 2)])
  }

  @Test("relative folders start at the directory, absolute and home ones stay")
  func paths() throws {
    #expect(try load(["OKAPI_HOME": "/srv/okapi"]).home.path == "/srv/okapi")
    #expect(try load(["JSON_DIR": "~/exports"]).jsonDirectory.path.hasSuffix("/exports"))
    #expect(try !load(["JSON_DIR": "~/exports"]).jsonDirectory.path.contains("~"))
    let settings = try load(["OKAPI_HOME": "a/../b"])
    #expect(settings.home == settings.directory.appending(path: "b"))
  }

  @Test("a settings file that is a folder, or no text, is an error")
  func unreadable() throws {
    let folder = try Folder()
    let file = folder.url.appending(path: ".env.dev")
    try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
    let error = #expect(throws: PlatformError.self) { try Settings.load(environment: [:], directory: folder.url) }
    #expect(error?.status == .inputOutput)
    try FileManager.default.removeItem(at: file)
    try Data([0x41, 0x3D, 0xFF, 0xFE]).write(to: file)
    let binary = #expect(throws: PlatformError.self) { try Settings.load(environment: [:], directory: folder.url) }
    #expect(binary?.message == "The settings file is not UTF-8 text")
  }

  @Test("PROD refuses what destroys or populates")
  func production() throws {
    try load().requireNotProduction(action: "reset the database")
    let settings = try load(["ENV": "PROD"])
    let error = #expect(throws: PlatformError.self) {
      try settings.requireNotProduction(action: "reset the database")
    }
    #expect(
      error?.rendered == """
        error: ENV=PROD: refused to reset the database
        cause: in PROD nothing is destroyed or populated
        where: ENV from environment
        next:  use ENV=DEV and a development database
        """)
    #expect(error?.status.rawValue == 78)
  }
}
