import Foundation
import HTTPServer
import Synchronization

/// A server of S3 that answers when the test says so, and what points to it.
final class SilentS3: Sendable {
  private let calls = Calls()
  private let server: HTTPServer

  private final class Calls: Sendable {
    private let state = Mutex<(answer: (@Sendable (String) -> HTTPResponse)?, owed: [(String, HTTPServer.Reply)])>(
      (nil, []))
    var count: Int { state.withLock { $0.owed.count } }

    func take(_ path: String, _ reply: @escaping HTTPServer.Reply) {
      let answer = state.withLock { state in
        if state.answer == nil { state.owed.append((path, reply)) }
        return state.answer
      }
      if let answer { reply(answer(path)) }
    }

    func answer(_ answer: @escaping @Sendable (String) -> HTTPResponse) {
      let owed = state.withLock { state in
        state.answer = answer
        return state.owed
      }
      for (path, reply) in owed { reply(answer(path)) }
    }
  }

  init() throws {
    server = try HTTPServer(port: 0, sharedThreads: 1) { [calls] request, reply in calls.take(request.path, reply) }
  }

  var owed: Int { calls.count }
  var variables: [String: String] {
    [
      "LAKE_URL": "s3://bucket/lake", "AWS_ENDPOINT_URL_S3": "http://\(server.address)", "AWS_ACCESS_KEY_ID": "a",
      "AWS_SECRET_ACCESS_KEY": "b",
    ]
  }

  /// From now on each call is answered; by default there is no object.
  func answer(_ answer: @escaping @Sendable (String) -> HTTPResponse = { _ in HTTPResponse(status: 404) }) {
    calls.answer(answer)
  }

  func stop() {
    answer()
    server.stop()
  }
}
