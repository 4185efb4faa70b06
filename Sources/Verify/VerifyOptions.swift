package import Foundation
package import PostgresClient
package import StripeModel

/// What to compare with what, and how much to tell.
package struct VerifyOptions: Sendable {
  /// Opens a connection to the migrated database that holds the store.
  package var connect: @Sendable () async throws -> PostgresConnection
  /// The schema of the source, such as `stripe`.
  package var schema: String
  /// The folder with the JSON export.
  package var directory: String
  /// The resources to compare; nil for all that the folder has files of.
  package var resources: [ResourceName]?
  /// The API version the export was rendered in, if known; rows of another known one are not comparable.
  package var apiVersion: String?
  /// When a file of the export was read from Stripe; nil where that is unknown.
  package var observation: ObservationLookup
  /// The number of findings listed for each resource; all are counted.
  package var findingLimit = 100
  /// The most records held against the store in one statement.
  package var chunkRecords = 5000
  /// The most bytes of source held in memory for one statement, but for a single larger record.
  package var chunkBytes = 8 << 20
  /// What corrects differences; nil to report only.
  package var repairer: (any Repairer)?
  /// Told after each chunk.
  package var progress: @Sendable (VerifyProgress) -> Void = { _ in }

  /// Names both sides; everything else has a default.
  package init(
    schema: String, directory: String, resources: [ResourceName]? = nil,
    observation: @escaping ObservationLookup = { _ in nil },
    connect: @escaping @Sendable () async throws -> PostgresConnection
  ) {
    self.connect = connect
    self.schema = schema
    self.directory = directory
    self.resources = resources
    self.observation = observation
  }
}

/// Answers when a file was read from Stripe, by the file's path; nil means unknown.
package typealias ObservationLookup = @Sendable (_ file: String) async throws -> Date?

/// Corrects stored rows from the source; implemented where the loader is known.
package protocol Repairer: Sendable {
  /// Reads these records of the export again and writes them whatever the stored hashes say; never replaces a newer
  /// observation by an older one.
  ///
  /// - Parameter ids: top-level ids; the children inside them are corrected along.
  func repair(_ resource: ResourceName, ids: [String], directory: String) async throws

  /// Whether the source goes on living and can be asked again. Then it is also handed the ids of rows that the source
  /// lacks or that are newer, and of what differs only since the last round.
  var isAlive: Bool { get }

  /// Told when all resources of a round were handed over, before everything is compared again.
  func finishRound(directory: String) async throws
}

extension Repairer {
  /// An export says nothing of what it lacks.
  package var isAlive: Bool { false }

  /// Nothing is left to do.
  package func finishRound(directory: String) async throws {}
}

/// How far a verification has come within one resource.
package struct VerifyProgress: Sendable {
  /// The resource's table.
  package let table: String
  /// Source records compared so far.
  package let records: Int
  /// Bytes read of the resource's files, as stored.
  package let bytesRead: Int
  /// Bytes of the resource's files together.
  package let bytesTotal: Int
  /// 1 for the first comparison, 2 and more for those after a repair.
  package let pass: Int
}
