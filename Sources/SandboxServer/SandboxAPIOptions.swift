package import HTTPServer
package import PlatformCore
package import Sandbox
import Synchronization

/// How the API answers, besides what its store holds.
package struct SandboxAPIOptions: Sendable {
  /// The account whose objects these are; another one in `Stripe-Account` is refused.
  package var account = AccountSettings()
  /// The objects that restricted keys (`rk_test_…`) may not touch, by Stripe's word or by the collection's name.
  package var forbiddenResources: Set<String> = []
  /// The world's time: real time, unless a test or a seeded world says otherwise.
  package var clock = WallClock.system
  /// Where failures that are ours are reported.
  package var log = Log.silent
  /// Called once for each request, after it was answered.
  package var requestLog: (@Sendable (RequestLogEntry) -> Void)?
  /// Exact paths outside `/v1` and who answers them: `/_okapi/faults`, `/_okapi/ledger`.
  package var pages: [String: @Sendable (HTTPRequest) -> HTTPResponse] = [:]
  /// Stands around every call under `/v1`: faults are injected here. It calls the second argument to have it answered.
  package var around: (@Sendable (HTTPRequest, (HTTPRequest) -> HTTPResponse) -> HTTPResponse)?
  /// Makes the ids of requests.
  package var makeRequestID: @Sendable () -> String = { "req_" + requestIDs.withLock { $0.text(14) } }

  private static let requestIDs = Mutex(IDGenerator())

  /// The options above.
  package init() {}
}

/// What is logged of a request; neither keys nor parameters.
package struct RequestLogEntry: Sendable {
  /// `GET`, `POST`, `DELETE` …
  package let method: String
  /// The path without the query.
  package let path: String
  /// The status it was answered with.
  package let status: Int
  /// How long the answer took to make.
  package let duration: Duration
  /// The id it was given.
  package let requestID: String
}
