import HTTPServer
import PlatformCore
import SandboxServer
import Synchronization

@testable import StripeClient

/// A sandbox in memory on a port of its own, and clients that do not wait long.
final class ClientLab: Sendable {
  let service: SandboxService
  private let requests: RequestRecord

  init(_ change: (inout SandboxServiceOptions) -> Void = { _ in }) throws {
    let requests = RequestRecord()
    var options = SandboxServiceOptions()
    options.port = 0
    options.log = Log(runID: "test", command: "sandbox", write: { requests.add($0) })
    change(&options)
    self.requests = requests
    service = try SandboxService(options)
  }

  deinit { service.stop() }

  /// Requests below `/v1` that the sandbox answered, however the answer fared.
  var answered: Int { requests.lines.count { $0.contains(#""request_answered""#) && $0.contains(#""/v1/"#) } }

  func client(_ change: (inout StripeClientOptions) -> Void = { _ in }) -> StripeClient {
    Self.client(service.url, change)
  }

  static func client(_ base: String, _ change: (inout StripeClientOptions) -> Void = { _ in }) -> StripeClient {
    var options = StripeClientOptions(base: base, key: "sk_test_lab_123456789", apiVersion: "2026-10-28.endive")
    options.ratePerSecond = 1_000
    options.ratePerEndpoint = 1_000
    options.firstWait = .milliseconds(1)
    options.longestWait = .milliseconds(5)
    change(&options)
    return StripeClient(options)
  }

  static func fault(_ kind: Fault.Kind, count: Int? = nil, path: String? = nil) -> Fault {
    var fault = Fault(kind)
    fault.count = count
    fault.path = path
    return fault
  }
}

/// Lines of a log.
final class RequestRecord: Sendable {
  private let all = Mutex<[String]>([])
  var lines: [String] { all.withLock { $0 } }
  func add(_ line: String) { all.withLock { $0.append(line) } }
}

/// A server that answers what a test says, and remembers what it was asked below `/v1`.
final class ScriptedServer: Sendable {
  let requests: @Sendable () -> [HTTPRequest]
  private let server: HTTPServer

  var url: String { "http://\(server.address)" }

  /// `answer` is told how many requests came before.
  init(_ answer: @escaping @Sendable (HTTPRequest, Int) -> HTTPResponse) throws {
    let record = Record()
    requests = { record.all.withLock { $0 } }
    server = try HTTPServer(port: 0) { request in
      guard request.path.hasPrefix("/v1") else { return HTTPResponse(status: 404) }
      let before = record.all.withLock { all in
        all.append(request)
        return all.count - 1
      }
      return answer(request, before)
    }
  }

  deinit { server.stop() }

  private final class Record: Sendable { let all = Mutex<[HTTPRequest]>([]) }

  static func json(_ text: String, status: Int = 200, _ headers: [String: String] = [:]) -> HTTPResponse {
    HTTPResponse(status: status, headers: headers.map { ($0.key, $0.value) }, body: .bytes(Array(text.utf8)))
  }
}

/// The error that a call ends with.
func failure(_ body: () async throws -> Void) async throws -> PlatformError {
  do {
    try await body()
  } catch let error as PlatformError {
    return error
  }
  throw PlatformError(.bug, "the call did not fail")
}

extension PlatformError {
  func place(_ name: String) -> String? { context.first { $0.name == name }?.value }
}
