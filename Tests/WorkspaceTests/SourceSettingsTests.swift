import Foundation
import PlatformCore
import Testing

@testable import Workspace

/// Several accounts: `SOURCES`, and the settings that each has for itself.
@Suite("Settings of sources") struct SourceSettingsTests {
  private func load(
    _ environment: [String: String], flags: [SettingKey: String] = [:], files: [String: String] = [:]
  ) throws -> Settings {
    let folder = try Folder(files)
    return try Settings.load(flags: flags, environment: environment, directory: folder.url)
  }

  private func refusal(_ environment: [String: String], files: [String: String] = [:]) throws -> PlatformError {
    try #require(throws: PlatformError.self) { try load(environment, files: files) }
  }

  private static let three = [
    "SOURCES": "eu, us,shop_a", "STRIPE_API_KEY": "sk_test_platform", "STRIPE_ACCOUNT": "acct_general",
    "STRIPE_API_KEY_EU": "sk_test_eu", "STRIPE_API_KEY_US": "sk_test_us", "STRIPE_API_BASE_US": "http://127.0.0.1:1",
    "STRIPE_ACCOUNT_SHOP_A": "acct_a", "OKAPI_RATE": "5", "OKAPI_RATE_EU": "7",
  ]

  @Test("what is said for one source takes the place of what is said for all")
  func own() throws {
    let settings = try load(
      Self.three, files: [".env.dev": "STRIPE_API_KEY_EU=sk_test_file\nSTRIPE_API_VERSION_EU=v\n"])
    #expect(settings.sources == ["eu", "us", "shop_a"] && settings.unknownKeys.isEmpty)
    let chosen = try settings.chosen(nil)
    #expect(chosen.isDeclared && chosen.each.map(\.sourceName) == ["eu", "us", "shop_a"])
    #expect(chosen.each.map { $0.value(.stripeAPIKey) } == ["sk_test_eu", "sk_test_us", "sk_test_platform"])
    #expect(chosen.each.map { $0.value(.stripeAPIBase) } == [nil, "http://127.0.0.1:1", nil])
    // An account belongs to its platform's key: that for all is no source's.
    #expect(chosen.each.map { $0.value(.stripeAccount) } == [nil, nil, "acct_a"])
    #expect(chosen.each.map(\.rate) == [7, 5, 5])
    #expect(chosen.each[0][.stripeAPIKey].name == "STRIPE_API_KEY_EU")
    #expect(chosen.each[0][.stripeAPIVersion].origin == .file(".env.dev"))
    #expect(chosen.each[0].of(source: "eu").value(.stripeAPIKey) == "sk_test_eu")
    #expect(try load(Self.three, flags: [.rate: "9"]).chosen("eu").each[0].rate == 9)
    #expect(settings.all.first { $0.name == "STRIPE_API_KEY_EU" }?.shown == "sk_test_…")
  }

  @Test("a command works on those named, else on the one of SOURCE_NAME, else on all")
  func choice() throws {
    let settings = try load(Self.three)
    #expect(try settings.chosen("all").each.count == 3)
    #expect(try settings.chosen("us,eu").each.map(\.sourceName) == ["us", "eu"])
    let one = try load(Self.three.merging(["SOURCE_NAME": "us"]) { $1 })
    #expect(try !one.chosen(nil).isDeclared && one.chosen(nil).each[0].value(.stripeAPIKey) == "sk_test_us")
    #expect(try one.one().sourceName == "us")
    let unknown = try #require(throws: PlatformError.self) { try settings.chosen("eu,uk") }
    #expect(unknown.message == "There is no source 'uk'; known sources: eu, us, shop_a")
    #expect(unknown.status == .configuration)
    for text in ["eu,eu", ",", ""] { #expect(throws: PlatformError.self) { try settings.chosen(text) } }
    #expect(throws: PlatformError.self) { try settings.one() }
    let other = try load(["SOURCES": "eu", "SOURCE_NAME": "uk"])
    let undeclared = try #require(throws: PlatformError.self) { try other.chosen(nil) }
    #expect(undeclared.message == "SOURCE_NAME 'uk' is not in SOURCES (eu)")
    // What is in the tables under another name, as the demo is, can be looked at.
    #expect(try other.one().sourceName == "uk")
    let alone = try load(["SOURCE_NAME": "mine"])
    #expect(try !alone.chosen(nil).isDeclared && alone.chosen(nil).each[0].sourceName == "mine")
    #expect(try alone.one().sourceName == "mine")
    #expect(throws: PlatformError.self) { try alone.chosen("all") }
    #expect(try load(["SOURCES": "eu"]).one().sourceName == "eu")
  }

  @Test(
    "mistakes are refused",
    arguments: [
      (["SOURCES": "eu,EU"], "SOURCES: 'EU' cannot be a schema's name"),
      (["SOURCES": "eu,eu_live"], "SOURCES: 'eu_live' cannot be a schema's name"),
      (["SOURCES": "eu,us,eu", "STRIPE_API_KEY_EU": "sk_test_a"], "SOURCES names 'eu' twice"),
      (
        ["SOURCES": "eu,us", "STRIPE_API_KEY": "sk_test_a"],
        "The sources eu and us are the same account: same key, same address, same account id"
      ),
      (["SOURCES": "eu", "STRIPE_API_KEY_EU": "rk_live_a"], "A live key is refused outside ENV=PROD"),
      (
        ["SOURCES": "eu", "ENV": "PROD", "STRIPE_API_KEY_EU": "sk_live_a", "STRIPE_API_BASE": "http://127.0.0.1:1"],
        "A live key goes to https only"
      ),
      (["SOURCES": "eu", "OKAPI_RATE_EU": "fast"], "OKAPI_RATE_EU is not a number above 0"),
      (["SOURCES": "eu", "STRIPE_API_BASE_EU": "x"], "STRIPE_API_BASE_EU is not an http or https address"),
    ] as [([String: String], String)])
  func mistakes(_ environment: [String: String], _ message: String) throws {
    let error = try refusal(environment)
    #expect(error.message == message && error.status == .configuration && error.nextStep != nil)
  }

  @Test("a setting of a source that is not declared is a slip in the file, and only noted where none is declared")
  func stray() throws {
    let file = [".env.dev": "LOG_LEVEL=info\nSTRIPE_API_KEY_UE=sk_test_a\n"]
    let error = try refusal(["SOURCES": "eu"], files: file)
    #expect(error.message == "STRIPE_API_KEY_UE belongs to no source of SOURCES (eu)")
    #expect(error.context.map(\.value) == [".env.dev", "2"])
    #expect(try load([:], files: file).unknownKeys.map(\.key) == ["STRIPE_API_KEY_UE"])
  }
}
