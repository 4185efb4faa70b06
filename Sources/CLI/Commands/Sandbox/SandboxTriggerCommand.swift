import CommandLineKit
import Foundation
import PlatformCore
import SandboxServer
import Workspace

/// `okapi sandbox trigger`: an event happens for real.
struct SandboxTriggerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trigger", abstract: "Makes what an event tells of really happen, and waits for the event.",
    discussion: """
      The objects are made by ordinary calls, so that the event comes with all that belongs to it. It acts through the
      sandbox that runs on the store; without one it opens the store itself for as long as it takes.

      EXAMPLES:
        okapi sandbox trigger invoice.payment_failed
        okapi sandbox trigger charge.dispute.created --json
        okapi sandbox trigger --list
      """)

  @Argument(help: "The event's type, such as invoice.paid.") var event: String?
  @Flag(help: "Only list the events that can be triggered.") var list: Bool
  @Option(help: ArgumentHelp("A running sandbox, wherever it keeps its data.", valueName: "url")) var url: String?
  @OptionGroup(title: "Store") var store: SandboxStoreOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func validate() throws {
    if !list, event == nil { throw ValidationError("which event? 'okapi sandbox trigger --list' names them") }
    if url != nil, store.data != nil { throw ValidationError("--url and --data name two sandboxes: leave one out") }
  }

  func run() async throws {
    try await global.withRuntime("sandbox trigger", announcing: .none) { runtime in
      guard !list, let event else {
        try runtime.report(["events": Trigger.events], text: Trigger.events.joined(separator: "\n"))
        return .done
      }
      let folder = store.folder(runtime.settings)
      let running = url ?? RunningSandbox.find(inFolder: folder.url)?.url
      if running == nil {
        runtime.context.log(
          .warning, "sandbox_opened",
          ["data": .string(folder.url.path), "reason": "none runs there: no webhook is sent"])
      }
      let outcome = try await blocking {
        if let running { return try Trigger.run(event, url: running) }
        var options = SandboxServiceOptions()
        options.port = 0
        options.folder = folder
        let service = try SandboxService(options)
        defer { service.stop() }
        return try Trigger.run(event, url: service.url)
      }
      let object = outcome.object.map { "  \($0)" } ?? ""
      try runtime.report(outcome, text: "\(outcome.type)  \(outcome.event)\(object)")
      return .done
    }
  }
}
