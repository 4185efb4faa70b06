package import BronzeStore
package import PlatformCore
package import StripeClient

/// What a fetch did, resource by resource; its JSON form is documented in docs/json-output.md.
package struct FetchReport: Sendable, Encodable {
  /// What became of a resource.
  package enum Outcome: String, Sendable, Encodable {
    /// Everything the API lists was read.
    case read
    /// The key may not read it.
    case forbidden
    /// It could not be read to its end.
    case failed
    /// The API does not know it: a sandbox serves fewer resources than Stripe.
    case unserved
  }

  /// The figures of one resource.
  package struct Resource: Sendable, Encodable, Equatable {
    /// The table.
    package var resource: String
    /// What became of it.
    package var outcome = Outcome.read
    /// The objects written to bronze by this run.
    package var objects = 0
    /// The pages read, those of nested lists included.
    package var pages = 0
    /// The windows over `created` it was cut into.
    package var windows = 0
    /// Nested lists that were cut and followed to their end.
    package var completedLists = 0
    /// Whether an unfinished fetch was gone on with.
    package var isResumed = false
    /// Whether an unfinished fetch had read all of it.
    package var wasDone = false
    /// Seconds from its first request to its last.
    package var seconds = 0.0
    /// Why it was not read, or what of it is missing, in one line.
    package var reason: String?
    /// The exit status that follows; nil when all is well.
    package var status: Int32?

    /// Zero of everything.
    package init(resource: String) { self.resource = resource }

    enum CodingKeys: String, CodingKey {
      case resource, outcome, objects, pages, windows, seconds, reason, status
      case completedLists = "completed_lists"
      case isResumed = "is_resumed"
      case wasDone = "was_done"
    }
  }

  /// A list file that was written beside bronze.
  package struct ExportFile: Sendable, Encodable, Equatable {
    /// Its path.
    package var path: String
    /// The resource in it.
    package var resource: String
    /// The objects in it.
    package var objects: Int
    /// Its size.
    package var bytes: Int
  }

  /// The run.
  package var runID: String
  /// Stripe's id of the account; nil where the key may not ask for it.
  package var account: String?
  /// The API version asked for.
  package var apiVersion: String
  /// The resources, in writing order.
  package var resources: [Resource] = []
  /// Why the position in the event feed could not be noted; nil when it was.
  package var feedReason: String?
  /// The list files.
  package var files: [ExportFile] = []
  /// The parts written.
  package var written: [BronzeWriter.Written] = []
  /// What the client did.
  package var api = StripeStatistics()
  /// Seconds in all.
  package var seconds = 0.0
  /// The status that the feed's forbidden or failed position brings.
  package var feedStatus: Int32?

  /// An empty report.
  package init(runID: String, apiVersion: String) {
    self.runID = runID
    self.apiVersion = apiVersion
  }

  /// The one status the run ends with.
  package var exitStatus: ExitStatus { .strongest(of: statuses.compactMap { ExitStatus(rawValue: $0) }) }

  /// Every status that applies, by number; empty where all went well.
  package var statuses: [Int32] { Set(resources.compactMap(\.status) + [feedStatus].compactMap { $0 }).sorted() }

  /// The objects of all resources.
  package var objects: Int { resources.reduce(0) { $0 + $1.objects } }

  enum CodingKeys: String, CodingKey {
    case account, resources, files, api, seconds, statuses, objects
    case runID = "run_id"
    case apiVersion = "api_version"
    case feedReason = "feed_reason"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(runID, forKey: .runID)
    try container.encodeIfPresent(account, forKey: .account)
    try container.encode(apiVersion, forKey: .apiVersion)
    try container.encode(resources, forKey: .resources)
    try container.encode(objects, forKey: .objects)
    try container.encode(files, forKey: .files)
    try container.encode(api, forKey: .api)
    try container.encodeIfPresent(feedReason, forKey: .feedReason)
    try container.encode(statuses, forKey: .statuses)
    try container.encode(seconds, forKey: .seconds)
  }
}
