import CommandLineKit
import Foundation
import HTTPServer
import PlatformCore
import Webhooks

/// `okapi-bench serve-checked`: the receiver without its log. Deliveries are checked and read, and answered.
struct ServeCheckedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-checked", abstract: "Answers deliveries that are signed, and stores nothing.")

  @Option(help: ArgumentHelp("The port.", valueName: "port")) var port: Int
  @Option(help: ArgumentHelp("The secret.", valueName: "secret")) var secret: String

  func run() throws {
    let options = WebhookService.Options(check: SignatureCheck(secrets: [secret]))
    let server = try HTTPServer(
      port: UInt16(port), sharedThreads: WebhookService.threads, limits: options.limits
    ) { request, reply in
      guard request.method == "POST" else { return reply(HTTPResponse()) }
      do {
        try options.check?.require(
          header: request.header("Stripe-Signature"), body: request.body, now: Int64(Date().timeIntervalSince1970))
        _ = try CapturedEvent(request.body)
      } catch {
        return reply(HTTPResponse(status: 400))
      }
      reply(
        HTTPResponse(
          headers: [("Content-Type", "application/json")], body: .bytes(Array("{\"received\": true}\n".utf8))))
    }
    let parent = getppid()
    while getppid() == parent { sleep(1) }  // until the benchmark ends, however it ends
    server.stop()
  }
}
