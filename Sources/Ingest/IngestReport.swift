package import PlatformCore

/// What a load did, resource by resource; its JSON form is documented in docs/json-output.md.
package struct IngestReport: Sendable, Codable {
  /// The figures of one table.
  package struct Resource: Sendable, Codable, Equatable {
    /// The table.
    package var resource: String
    /// Files, or parts of bronze, read for it.
    package var files = 0
    /// Records read: elements of its files and children in lists of others; rejected ones too.
    package var read = 0
    /// Rows that were not there, or only as placeholders.
    package var inserted = 0
    /// Rows replaced by a newer observation.
    package var updated = 0
    /// Records stored already as they are.
    package var unchanged = 0
    /// Records older than what is stored, left alone.
    package var olderThanStore = 0
    /// Rows marked deleted, by a stub or because a complete list no longer holds them.
    package var deleted = 0
    /// Rows written from objects found expanded inside others.
    package var fromSightings = 0
    /// Placeholders of this table that stand after the run.
    package var placeholders = 0
    /// Who refers to them: `charges.customer_id` and how many.
    package var placeholdersReferredBy: [String: Int] = [:]
    /// Lists that were cut short: the files' own, and child lists of these records.
    package var incomplete = 0
    /// Records not loaded, now in the reject file.
    package var rejected = 0
    /// Seconds spent on its files.
    package var seconds = 0.0
    /// Records read per second; 0 where it has no file of its own.
    package var objectsPerSecond = 0.0

    /// Zero of everything.
    package init(resource: String) { self.resource = resource }

    enum CodingKeys: String, CodingKey {
      case resource, files, read, inserted, updated, unchanged, deleted, placeholders, incomplete, rejected, seconds
      case olderThanStore = "older_than_store"
      case fromSightings = "from_sightings"
      case placeholdersReferredBy = "placeholders_referred_by"
      case objectsPerSecond = "objects_per_second"
    }
  }

  /// What was read of bronze.
  package struct Bronze: Sendable, Codable, Equatable {
    /// Parts of which something was new.
    package var parts = 0
    /// Their lines, from the positions on.
    package var lines = 0
    /// The bytes of these.
    package var bytes = 0
    /// Entities that belong to no resource, not read.
    package var unclaimedEntities: [String] = []

    enum CodingKeys: String, CodingKey {
      case parts, lines, bytes
      case unclaimedEntities = "unclaimed_entities"
    }
  }

  /// A list that was cut short.
  package struct Incomplete: Sendable, Codable, Equatable {
    /// The table of the parent, or of the file.
    package var resource: String
    /// The parent's id; nil for a file's own list.
    package var id: String?
    /// The file.
    package var file: String
    /// The child list, such as `lines`; nil for a file's own list.
    package var list: String?
    /// How many elements were there.
    package var have: Int
    /// How many there should be, where the envelope says so.
    package var expected: Int?
  }

  /// A reject, as reported; the record itself is in the reject file.
  package struct Reject: Sendable, Codable, Equatable {
    /// The table.
    package var resource: String
    /// The file.
    package var file: String
    /// The line the record starts on.
    package var line: Int
    /// Its id, where one could be read.
    package var id: String?
    /// The field.
    package var field: String
    /// What is expected.
    package var expectation: String
    /// What was found.
    package var reason: String
  }

  /// How many single incomplete lists and rejects a report names; all are counted.
  package static let namedLimit = 20

  /// The run.
  package var runID: String
  /// What was read of bronze; nil where exports were loaded.
  package var bronze: Bronze?
  /// Where the moments of the files come from, file by file.
  package var observedAt: [String: String] = [:]
  /// What each moment rests on: `option`, `manifest`, `first_seen`.
  package var observedAtOrigin: [String: String] = [:]
  /// The tables that were touched, in writing order.
  package var resources: [Resource] = []
  /// The first incomplete lists.
  package var incomplete: [Incomplete] = []
  /// The first rejects.
  package var rejects: [Reject] = []
  /// The reject files.
  package var rejectFiles: [String] = []
  /// JSON files in the folder that belong to no resource.
  package var unclaimedFiles: [String] = []
  /// Files that could not be read to their end, with the reason.
  package var failedFiles: [String: String] = [:]
  /// What kinds of failure those are; the exit status follows from it.
  package var failures: Set<ExitStatus> = []
  /// How often a transaction was tried again after a conflict with another writer.
  package var retries = 0
  /// Seconds in all.
  package var seconds = 0.0

  /// An empty report.
  package init(runID: String) { self.runID = runID }

  /// 65 where something was rejected or incomplete, that of its failure where a file could not be read, else 0.
  package var exitStatus: ExitStatus { .strongest(of: statuses) }

  /// Every status that applies, by number; empty where all went well.
  package var statuses: [ExitStatus] {
    let isClean = resources.allSatisfy { $0.rejected == 0 && $0.incomplete == 0 } && failedFiles.isEmpty
    return failures.union(isClean ? [] : [.data]).subtracting([.done]).sorted { $0.rawValue < $1.rawValue }
  }

  /// Rows changed in any table.
  package var changedRows: Int {
    resources.reduce(0) { $0 + $1.inserted + $1.updated + $1.deleted + $1.fromSightings }
  }

  enum CodingKeys: String, CodingKey {
    case resources, incomplete, rejects, retries, seconds, bronze
    case runID = "run_id"
    case observedAt = "observed_at"
    case observedAtOrigin = "observed_at_origin"
    case rejectFiles = "reject_files"
    case unclaimedFiles = "unclaimed_files"
    case failedFiles = "failed_files"
  }

  private enum DerivedKeys: String, CodingKey {
    case statuses
    case changedRows = "changed_rows"
  }

  /// The stored parts, and what follows from them, so that a program need not reckon again.
  package func encode(to encoder: any Encoder) throws {
    var stored = encoder.container(keyedBy: CodingKeys.self)
    try stored.encode(runID, forKey: .runID)
    try stored.encodeIfPresent(bronze, forKey: .bronze)
    try stored.encode(observedAt, forKey: .observedAt)
    try stored.encode(observedAtOrigin, forKey: .observedAtOrigin)
    try stored.encode(resources, forKey: .resources)
    try stored.encode(incomplete, forKey: .incomplete)
    try stored.encode(rejects, forKey: .rejects)
    try stored.encode(rejectFiles, forKey: .rejectFiles)
    try stored.encode(unclaimedFiles, forKey: .unclaimedFiles)
    try stored.encode(failedFiles, forKey: .failedFiles)
    try stored.encode(retries, forKey: .retries)
    try stored.encode(seconds, forKey: .seconds)
    var derived = encoder.container(keyedBy: DerivedKeys.self)
    try derived.encode(statuses.map(\.rawValue), forKey: .statuses)
    try derived.encode(changedRows, forKey: .changedRows)
  }
}
