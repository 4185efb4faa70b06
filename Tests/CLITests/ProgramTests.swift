import CommandLineKit
import Foundation
import PlatformCore
import Synchronization
import Testing
import Workspace

@testable import CLI

@Suite("Program")
struct ProgramTests {
  struct Failing: AsyncParsableCommand {
    enum Kind: String, CaseIterable, ExpressibleByArgument { case platform, status, unknown, cancelled, none }
    struct Unforeseen: Error {}
    @Argument() var kind: Kind

    func run() async throws {
      switch kind {
      case .platform: throw PlatformError(.permission, "Refused")
      case .status: throw ExitCode(65)
      case .unknown: throw Unforeseen()
      case .cancelled: throw CancellationError()
      case .none: break
      }
    }
  }

  @Test(
    "every end has its status",
    arguments: [
      (["platform"], 77), (["status"], 65), (["unknown"], 70), (["cancelled"], 130), (["none"], 0), ([], 64),
      (["other"], 64), (["--nothing"], 64),
    ] as [([String], Int32)])
  func statuses(_ arguments: [String], _ status: Int32) async {
    #expect(await Program.run(arguments, root: Failing.self, environment: [:]) == status)
  }

  @Test("a usage error has the four-line form and leads to the help")
  func usage() throws {
    let error = #expect(throws: CommandFailure.self) {
      _ = try OkapiCommand.parseAsRoot(["config", "sow"])
    }
    let shown = Program.platformError(try #require(error))
    #expect(shown.rendered == "error: Unknown subcommand 'sow'. Did you mean 'show'?\nnext:  okapi config --help")
    #expect(shown.status == .usage)
  }

  @Test("what nobody foresaw keeps its own words")
  func unforeseen() {
    let shown = Program.platformError(Failing.Unforeseen())
    #expect(shown.status == .bug)
    #expect(shown.cause?.contains("Unforeseen") == true)
  }

  @Test("every command has an abstract, and its help shows the common options")
  func helps() {
    for path in OkapiCommand.allPaths() {
      guard let command = path.last else { continue }
      #expect(!command.configuration.abstract.isEmpty)
      let help = OkapiCommand.helpMessage(for: command)
      #expect(help.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(help)")
      if command.configuration.subcommands.isEmpty { #expect(help.contains("COMMON OPTIONS:\n  --json")) }
    }
  }

  @Test("the demo tells people of a checkout to type what they have")
  func programName() {
    #expect(DemoResult.programName(".build/release/okapi") == "./okapi")
    #expect(DemoResult.programName("/usr/local/bin/okapi") == "okapi")
  }

  @Test("a password on the command line is refused")
  func password() {
    for url in ["postgres://u:pw@h/d", "host=h password=pw"] {
      let error = #expect(throws: CommandFailure.self) {
        _ = try OkapiCommand.parseAsRoot(["config", "show", "--database-url", url])
      }
      #expect(error?.message.hasPrefix("--database-url must not carry a password") == true)
      #expect(error?.message.contains("pw") == false)
    }
    #expect(throws: Never.self) {
      _ = try OkapiCommand.parseAsRoot(["config", "show", "--database-url", "postgres://u@h/d"])
    }
  }

  @Test("common options become settings' flags")
  func flags() throws {
    let line = "config show --env PROD --home h --log-level debug --log-format json --run-id r1 --database-url d"
    let command = try OkapiCommand.parseAsRoot(line.split(separator: " ").map(String.init))
    let flags = try #require(command as? ConfigShowCommand).global.flags
    #expect(
      flags == [
        .environment: "PROD", .home: "h", .logLevel: "debug", .logFormat: "json", .runID: "r1", .databaseURL: "d",
      ])
    #expect(throws: CommandFailure.self) { _ = try OkapiCommand.parseAsRoot(["config", "show", "--run-id", "a/b"]) }
  }
}

@Suite("JSON results")
struct JSONOutputTests {
  @Test("names are snake_case and sorted, times RFC 3339, slashes plain")
  func document() throws {
    struct Result: Encodable {
      let rowsRead = 3
      let at = Date(timeIntervalSince1970: 0)
      let file = "a/b"
      let big = Int64.max
    }
    let expected = """
      {
        "at" : "1970-01-01T00:00:00.000Z",
        "big" : 9223372036854775807,
        "file" : "a/b",
        "rows_read" : 3
      }
      """
    #expect(try JSONOutput.text(Result()) == expected)
  }

  @Test("a number that JSON cannot hold is our bug")
  func infinite() {
    let error = #expect(throws: PlatformError.self) { try JSONOutput.text(["rate": Double.infinity]) }
    #expect(error?.status == .bug)
  }

  @Test("an error is a document, too")
  func error() throws {
    let error = PlatformError(
      .data, "2 records were rejected", cause: "not a number", code: "22P02", context: ["file": "f"], nextStep: "see it"
    )
    let expected = """
      {
        "error" : {
          "category" : "data",
          "cause" : "not a number",
          "code" : "22P02",
          "context" : {
            "file" : "f"
          },
          "is_retryable" : false,
          "message" : "2 records were rejected",
          "next_step" : "see it",
          "status" : 65
        }
      }
      """
    #expect(try JSONOutput.text(ErrorDocument(error)) == expected)
  }

  @Test("config show masks and lists in the order of the keys")
  func config() throws {
    let settings = try Settings.resolve(
      environment: ["STRIPE_API_KEY": "sk_live_abcdefghijkl", "DATABASE_URL": "postgres://u:pw@h/d"],
      directory: FileManager.default.temporaryDirectory.appending(path: UUID().uuidString))
    let report = ConfigReport(settings, settings.problem)
    #expect(report.settings.map(\.key) == SettingKey.allCases.map(\.rawValue))
    #expect(report.problem?.message == "A live key is refused outside ENV=PROD")
    let table = ConfigReport.table(settings)
    #expect(table.contains("postgres://u:***@h/d"))
    #expect(table.contains("sk_live_…ijkl"))
    #expect(!table.contains("abcdefgh") && !table.contains("pw@"))
  }

  @Test("a version is read from a library's file name")
  func versions() {
    #expect(LibraryVersions.version(inName: "libz.so.1.2.13") == "1.2.13")
    #expect(LibraryVersions.version(inName: "libz.dylib") == nil)
    #expect(LibraryVersions.rendered.split(separator: "\n").count == LibraryVersions.list.count)
  }
}

@Suite("Runtime and signals", .serialized)
struct RuntimeTests {
  @Test("the runtime has the run id, the settings and the body's status")
  func runtime() async throws {
    let options = try GlobalOptionsHolder.parse(["--json", "--log-level", "error"]).global
    let seen = Mutex<String?>(nil)
    await #expect(throws: ExitCode(65)) {
      try await options.withRuntime("test", environment: ["RUN_ID": "run-7", "SOURCE_NAME": "mine"]) { runtime in
        seen.withLock { $0 = "\(runtime.context.runID) \(runtime.settings.sourceName) \(runtime.wantsJSON)" }
        return .data
      }
    }
    #expect(seen.withLock { $0 } == "run-7 mine true")
    let error = await #expect(throws: PlatformError.self) {
      try await options.withRuntime("test", environment: ["RUN_ID": "a/b"]) { _ in .done }
    }
    #expect(error?.status == .configuration)
  }

  struct GlobalOptionsHolder: ParsableCommand {
    @OptionGroup() var global: GlobalOptions
  }

  @Test(
    "a signal cancels the work and decides the status",
    arguments: [(SIGINT, PlatformCore.ExitStatus.interrupted), (SIGTERM, .terminated)])
  func cancels(_ number: Int32, _ status: PlatformCore.ExitStatus) async {
    let error = await #expect(throws: PlatformError.self) {
      try await SignalWatch.run {
        kill(getpid(), number)
        try await Task.sleep(for: .seconds(60))  // the signal ends it
      }
    }
    #expect(error?.status == status)
  }

  @Test("work that ends well in spite of a signal keeps its result")
  func finishes() async throws {
    let result = try await SignalWatch.run {
      kill(getpid(), SIGTERM)
      try? await Task.sleep(for: .seconds(60))  // the signal ends it
      #expect(Task.isCancelled)
      return 7
    }
    #expect(result == 7)
  }

  @Test("without a signal, result and error pass through")
  func passes() async throws {
    #expect(try await SignalWatch.run { 3 } == 3)
    await #expect(throws: PlatformError(.data, "bad")) {
      try await SignalWatch.run { throw PlatformError(.data, "bad") }
    }
  }
}
