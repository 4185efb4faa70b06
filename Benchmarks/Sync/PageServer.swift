import CommandLineKit
import Foundation
import HTTPServer
import PlatformCore
import Synchronization

/// `okapi-bench serve-pages`: an account of Stripe's that is nothing but bytes.
struct ServePagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-pages", abstract: "Serves an export as Stripe's API would, from bytes in memory.",
    shouldDisplay: false)

  @Option(help: "The folder of the export.") var export: String
  @Option(help: "The port on 127.0.0.1.") var port: Int

  func run() throws {
    let account = ServedAccount(try PageStore(folder: export))
    let server = try HTTPServer(port: UInt16(port)) { account.answer($0) }
    let parent = getppid()
    while getppid() == parent { sleep(1) }  // until the benchmark ends, however it ends
    server.stop()
  }
}

/// Answers requests, and tells the benchmark when they came.
final class ServedAccount: Sendable {
  private struct State {
    var starts: [Double] = []
    var lastSecond: Int64 = 0
    var delayMilliseconds = 0
  }

  private let store: PageStore
  private let state = Mutex(State())
  private let begun = ContinuousClock.now

  init(_ store: PageStore) { self.store = store }

  func answer(_ request: HTTPRequest) -> HTTPResponse {
    if request.path.hasPrefix("/_bench/") { return control(request) }
    // What asks for the time only is no request of the API.
    guard request.path.hasPrefix("/v1/") else { return HTTPResponse(body: .bytes(Array("{}".utf8))) }
    let delay = state.withLock { state in
      state.starts.append((ContinuousClock.now - begun) / .seconds(1))
      state.lastSecond = Int64(Date().timeIntervalSince1970)
      return state.delayMilliseconds
    }
    if delay > 0 { usleep(UInt32(delay) * 1000) }
    var headers = [(name: "Content-Type", value: "application/json"), (name: "Request-Id", value: "req_bench")]
    if let version = request.header("Stripe-Version") { headers.append(("Stripe-Version", version)) }
    guard let body = store.answer(request.path, request.query[...]) else {
      let words = #"{"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "none"}}"#
      return HTTPResponse(status: 404, headers: headers, body: .bytes(Array(words.utf8)))
    }
    return HTTPResponse(headers: headers, body: .bytes(body))
  }

  /// `starts` tells when requests came since it was last asked, in seconds; `change` changes objects; `delay` makes
  /// every answer wait.
  private func control(_ request: HTTPRequest) -> HTTPResponse {
    let words = request.path.split(separator: "/").dropFirst().map(String.init)
    var answer: [Double] = []
    switch (words.first, words.dropFirst().first.flatMap { Int($0) }) {
    case ("starts", _):
      answer = state.withLock { state in
        defer { state.starts = [] }
        return state.starts
      }
    case ("delay", let milliseconds?): state.withLock { $0.delayMilliseconds = milliseconds }
    case ("change", let count?):
      let since = state.withLock { $0.lastSecond }
      do {
        try store.change(
          count, version: words.last ?? "", since: since, now: Int64(Date().timeIntervalSince1970))
      } catch {
        return HTTPResponse(status: 500, body: .bytes(Array("\(error)".utf8)))
      }
    default: return HTTPResponse(status: 404)
    }
    return HTTPResponse(body: .bytes(Array("\(answer)".utf8)))
  }
}
