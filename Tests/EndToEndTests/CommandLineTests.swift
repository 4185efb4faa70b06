import Foundation
import TestSupport
import Testing

/// What the program says before it touches anything.
@Suite("Command line", .serialized) struct CommandLineTests {
  @Test("the version names every library and where it was loaded from")
  func version() async throws {
    let run = try await TestBinary.run(["--version"])
    #expect(run.status == 0 && run.stderr.isEmpty)
    #expect(run.stdout.hasPrefix("okapi "))
    for library in ["libpq", "libcrypto", "zlib", "simdjson", "sqlite", "libmicrohttpd", "libcurl"] {
      let line = run.stdout.split(separator: "\n").first { $0.lowercased().hasPrefix(library) }
      #expect(line?.contains(#/[0-9]+\.[0-9]+.*\(.*\/.*\)/#) == true, "\(library) in: \(run.stdout)")
    }
  }

  @Test(
    "help is a result",
    arguments: [["--help"], ["help"], [], ["db"], ["db", "migrate", "--help"], ["help", "ingest"]])
  func help(_ arguments: [String]) async throws {
    let run = try await TestBinary.run(arguments)
    #expect(run.status == 0 && run.stderr.isEmpty)
    #expect(run.stdout.hasPrefix("OVERVIEW: ") && run.stdout.contains("USAGE: okapi"))
  }

  @Test(
    "a slip of the pen is answered with what was meant, and 64",
    arguments: [
      (["dbb"], "Unknown subcommand 'dbb'. Did you mean 'db'?"),
      (["db", "statsu"], "Unknown subcommand 'statsu'. Did you mean 'status'?"),
      (["ingest", "--sorce", "json"], "Unknown option '--sorce'. Did you mean '--source'?"),
      (["ingest", "--source", "jsn"], "Known values: json, bronze, api. Did you mean 'json'?"),
      (["ingest"], "Missing expected argument '--source <source>'"),
      (["db", "start", "--port", "0"], "--port must lie between 1 and 65535"),
      (["ingest", "--source", "json", "--exported-at", "noon"], "--exported-at 'noon' is no time"),
      (["ingest", "--source", "json", "--file", "f"], "--file needs exactly one resource before it"),
    ] as [([String], String)])
  func slips(_ arguments: [String], _ words: String) async throws {
    let run = try await TestBinary.run(arguments)
    #expect(run.status == 64 && run.stdout.isEmpty)
    #expect(run.stderr.contains(words) && run.stderr.contains("\nnext:  okapi"))
  }

  @Test("an error is one JSON document with --json, and words on stderr all the same")
  func errorDocument() async throws {
    let place = try TemporaryDirectory()
    let environment = ["OKAPI_HOME": place.path + "/home"]
    let cases: [([String], Int64)] = [
      (["ingest", "custmers", "--source", "json", "--json"], 64), (["ingest", "--json"], 64), (["dbb", "--json"], 64),
      (["ingest", "--source", "json", "--json-dir", place.path + "/none", "--json"], 66),
      (["db", "reset", "--json"], 64), (["db", "url", "--env", "TEST", "--json"], 78),
    ]
    for (arguments, status) in cases {
      let run = try await TestBinary.run(arguments, environment: environment)
      #expect(Int64(run.status) == status, "\(arguments)")
      #expect(try run.document()["error"]?["status"]?.integer == status, "\(arguments)")
      #expect(run.stderr.contains("error: "), "\(arguments)")
    }
    #expect(!FileManager.default.fileExists(atPath: place.path + "/home"), "an error made the workspace")
  }

  /// Waits until nobody reads any more, and then runs a program.
  private static let intoNobody = """
    { trap '' PIPE; while echo 2>/dev/null; do sleep 0.01; done; trap - PIPE
      "$1" --help; echo "status $?" >&2; } | true
    """

  @Test("a reader that goes away is no fault worth words")
  func closedOutput() async throws {
    let program = try TestBinary.path()
    // Stdout is closed before the program writes; the shell reports its status on stderr.
    let run = try await RunningBinary(
      "/bin/bash", ["-c", Self.intoNobody, "bash", program]
    ).outcome()
    #expect(run.stderr == "status 141\n")
  }

  @Test("a full disk is an error")
  func fullOutput() async throws {
    let program = try TestBinary.path()
    let run = try await RunningBinary("/bin/bash", ["-c", "\"$1\" --help >/dev/full", "bash", program]).outcome()
    #expect(run.status == 74)
    #expect(run.stderr.contains("error: The output cannot be written"))
  }
}

/// `okapi config show` and what settings forbid.
@Suite("Settings of the program") struct SettingsEndToEndTests {
  private func show(_ folder: URL, _ more: [String], _ environment: [String: String]) async throws -> [String: JSONAny]
  {
    let run = try await TestBinary.run(
      ["config", "show", "--json"] + more, environment: environment, directory: folder)
    #expect(run.status == 0, "\(run.stderr)")
    var entries: [String: JSONAny] = [:]
    for entry in try run.document()["settings"]?.array ?? [] {
      if let key = entry["key"]?.string { entries[key] = entry }
    }
    return entries
  }

  @Test("each setting names its origin: flag before environment before file before default")
  func origins() async throws {
    let place = try TemporaryDirectory()
    _ = try place.write(".env.dev", "LOG_LEVEL=debug\nSOURCE_NAME=filed\nJSON_DIR=from/file\nOKAPI_HOME=filed\n")
    _ = try place.write(".env.prod", "SOURCE_NAME=productive\n")
    let dev = try await show(
      place.url, ["--home", "flagged"], ["SOURCE_NAME": "environed", "OKAPI_HOME": "environed"])
    let expected = [
      "OKAPI_HOME": ("flagged", "flag"), "SOURCE_NAME": ("environed", "environment"),
      "JSON_DIR": ("from/file", ".env.dev"),
      "LOG_LEVEL": ("debug", ".env.dev"), "LOG_FORMAT": ("auto", "default"), "ENV": ("DEV", "default"),
    ]
    for (key, (value, origin)) in expected {
      #expect(dev[key]?["value"]?.string == value, "\(key)")
      #expect(dev[key]?["origin"]?.string == origin, "\(key)")
    }
    let prod = try await show(place.url, [], ["ENV": "PROD"])
    #expect(prod["SOURCE_NAME"]?["origin"]?.string == ".env.prod")
    #expect(prod["LOG_LEVEL"]?["origin"]?.string == "default")
    let text = try await TestBinary.run(["config", "show"], directory: place.url)
    #expect(text.stdout.contains(#/\nLOG_LEVEL +debug +\.env\.dev /#))
  }

  @Test("no secret is shown, whichever way it came")
  func secrets() async throws {
    let place = try TemporaryDirectory()
    _ = try place.write(".env.dev", "DATABASE_URL=postgresql://me:tellnobody@db.example/x?sslpassword=hiddentoo\n")
    let environment = [
      "STRIPE_API_KEY": "sk_test_abcdefghijklmnop", "TEST_DATABASE_URL": "host=h password=tellnobody dbname=d",
    ]
    for arguments in [["config", "show"], ["config", "show", "--json"]] {
      let run = try await TestBinary.run(arguments, environment: environment, directory: place.url)
      #expect(run.status == 0)
      for secret in ["tellnobody", "hiddentoo", "abcdefgh"] {
        #expect(!run.stdout.contains(secret) && !run.stderr.contains(secret))
      }
      #expect(run.stdout.contains("postgresql://me:***@db.example/x") && run.stdout.contains("sk_test_…mnop"))
    }
  }

  @Test(
    "ENV=PROD refuses what destroys or populates before any connection",
    arguments: [["db", "reset", "--yes"], ["clean", "--yes"], ["demo"], ["db", "query", "--write", "select 1"]])
  func production(_ arguments: [String]) async throws {
    let place = try TemporaryDirectory()
    let home = place.path + "/home"
    // A private PostgreSQL would leave its folder behind.
    let unaided = try await TestBinary.run(
      arguments, environment: ["ENV": "PROD", "OKAPI_HOME": home], directory: place.url)
    #expect(unaided.status == 78)
    #expect(!FileManager.default.fileExists(atPath: home))
    // Whoever tries to connect to a closed port would end with 69.
    let closed = "postgresql://u@127.0.0.1:\(try FreePort.find())/x"
    let given = try await TestBinary.run(
      arguments, environment: ["ENV": "PROD", "OKAPI_HOME": home, "DATABASE_URL": closed], directory: place.url)
    #expect(given.status == 78)
    #expect(given.stderr.contains("error: ENV=PROD: refused to "))
    let control = try await TestBinary.run(
      ["db", "query", "select 1"], environment: ["DATABASE_URL": closed], directory: place.url)
    #expect(control.status == 69)
  }

  @Test("a live key is refused outside PROD, by every command that works with settings")
  func liveKey() async throws {
    let place = try TemporaryDirectory()
    let key = "sk_live_abcdefghijklmnop"
    for arguments in [["db", "status"], ["config", "show"], ["ingest", "--source", "json"]] {
      let run = try await TestBinary.run(arguments, environment: ["STRIPE_API_KEY": key], directory: place.url)
      #expect(run.status == 78)
      #expect(run.stderr.contains("A live key is refused outside ENV=PROD"))
      #expect(!(run.stdout + run.stderr).contains("abcdefgh"))
    }
    let allowed = try await TestBinary.run(
      ["config", "show"], environment: ["STRIPE_API_KEY": key, "ENV": "PROD"], directory: place.url)
    #expect(allowed.status == 0)
    let plain = try await TestBinary.run(
      ["config", "show"], environment: ["STRIPE_API_KEY": key, "ENV": "PROD", "STRIPE_API_BASE": "http://localhost:1"],
      directory: place.url)
    #expect(plain.status == 78)
  }
}
