import CommandLineKit
import Foundation
import HTTPClient
import PlatformCore
import Sandbox
import SandboxServer
import Workspace

/// `okapi sandbox reset`: the sandbox is as new.
struct SandboxResetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Deletes everything in a sandbox, running or not.",
    discussion: """
      A running sandbox goes on, empty; its --webhook URLs keep their secrets.

      EXAMPLES:
        okapi sandbox reset
        okapi sandbox reset --yes
        okapi sandbox reset --dry-run
      """)

  @Flag(help: "Do not ask.") var yes: Bool
  @Flag(help: "Only say what would be deleted.") var dryRun: Bool
  @OptionGroup(title: "Store") var store: SandboxStoreOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  private struct Document: Encodable {
    let data: String
    let files: [String]
    let bytes: Int
    let isReset: Bool
    /// The sandbox that goes on, empty.
    let url: String?
  }

  func run() async throws {
    try await global.withRuntime("sandbox reset", announcing: .none) { runtime in
      let folder = store.folder(runtime.settings)
      let running = RunningSandbox.find(inFolder: folder.url)
      let files = folder.files
      let bytes = files.reduce(0) { $0 + $1.bytes }
      let size = "\(folder.url.path) (\(byteText(Double(bytes))))"
      if !dryRun {
        try Confirmation.ask("Delete everything in the sandbox \(size)?", isGiven: yes)
        try await blocking {
          if let running { try running.post("/_okapi/reset", [:]) } else { try folder.erase() }
        }
      }
      let document = Document(
        data: folder.url.path, files: files.map(\.path), bytes: bytes, isReset: !dryRun, url: running?.url)
      let going = running.map { "; \($0.url) goes on, empty" } ?? ""
      try runtime.report(document, text: dryRun ? "would delete \(size)" : "deleted \(size)\(going)")
      return .done
    }
  }
}

/// `okapi sandbox resend`: an event goes out once more.
struct SandboxResendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resend", abstract: "Delivers an event once more, through the running sandbox.",
    discussion: """
      EXAMPLES:
        okapi sandbox resend evt_1TVx2LAbCdEfGhIjKlMnOpQr
        okapi sandbox resend evt_1TVx2LAbCdEfGhIjKlMnOpQr --endpoint we_1TVx2LAbCdEfGhIjKlMnOpQr
      """)

  @Argument(help: "The event's id.") var event: String
  @Option(help: ArgumentHelp("Only to this webhook endpoint.", valueName: "id")) var endpoint: String?
  @OptionGroup(title: "Store") var store: SandboxStoreOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("sandbox resend", announcing: .none) { runtime in
      let folder = store.folder(runtime.settings)
      guard let running = RunningSandbox.find(inFolder: folder.url) else {
        throw PlatformError(
          .unavailable, "no sandbox runs on this store", context: ["folder": folder.url.path],
          nextStep: "okapi sandbox serve")
      }
      var body: JSONObject = ["event": .string(event)]
      if let endpoint { body["endpoint"] = .string(endpoint) }
      let asked = body
      let count = try await blocking { try running.post("/_okapi/resend", asked)["deliveries"].integer ?? 0 }
      try runtime.report(
        ["deliveries": count], text: count == 0 ? "no endpoint wants this event" : "queued \(count) deliveries")
      return .done
    }
  }
}

extension RunningSandbox {
  /// Asks the running sandbox for something that is not Stripe's business.
  ///
  /// - Throws: `.unavailable` without an answer; `.usage` with the sandbox's words when it refuses.
  @discardableResult
  func post(_ path: String, _ body: JSONObject) throws -> JSON { try ask("POST", path, JSONWriter.bytes(body)) }

  /// Asks the running sandbox for something to read that is not Stripe's.
  ///
  /// - Throws: as `post`.
  func get(_ path: String) throws -> JSON { try ask("GET", path, []) }

  private func ask(_ method: String, _ path: String, _ body: [UInt8]) throws -> JSON {
    let response: HTTPClient.Response
    do {
      response = try HTTPClient().send(
        .init(
          method, url + path, headers: [("Content-Type", "application/json")], body: body, timeout: .seconds(120)))
    } catch {
      throw PlatformError(
        .unavailable, "the running sandbox does not answer", cause: error.reason, context: ["url": url],
        nextStep: "okapi stop, then run the command again")
    }
    let answer = (try? JSONParser().parse(response.body)) ?? .null
    guard response.status == 200 else {
      throw PlatformError(
        .usage, "the sandbox refused: \(answer["error"]["message"].string ?? "status \(response.status)")",
        context: ["url": url + path])
    }
    return answer
  }
}
