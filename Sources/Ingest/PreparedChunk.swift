import JSONReader
import ResourceStore
import StripeModel

/// What one batch of records told: every object in it with its hashes, before the store is asked.
struct PreparedChunk: Sendable {
  /// The objects of one table, each id once.
  struct Seen: Sendable {
    var observations: [Observation] = []
    /// The element of the batch in which each observation stands.
    var elements: [Int] = []
    var positions: [String: Int] = [:]
  }

  /// A child list of a parent.
  struct ListSeen: Sendable {
    let element: Int
    let parent: ResourceName
    let parentID: String
    let version: ObservationVersion
    let list: ChildList
    var childIDs: [String]
    let totalCount: Int?
    let isComplete: Bool
  }

  let source: ChunkSource
  let batch: JSONBatch
  var seen: [ResourceName: Seen] = [:]
  var lists: [ListSeen] = []
  /// The records and children read, by table; the same id twice counts twice.
  var read: [ResourceName: Int] = [:]
  /// Of these, the ones of which the chunk holds a newer version with other content.
  var overtaken: [ResourceName: Int] = [:]
  /// The first element that marks a record of this chunk deleted: it is to be written after that record.
  var cut: Int?
  var rejects: [RejectedRecord] = []
  /// The modes the records name: at most one where all is well.
  var livemodes: Set<Bool> = []

  var resource: ResourceName { source.resource }
  var file: String { source.file }
}

/// A record that was not loaded, and why.
struct RejectedRecord: Sendable, Equatable {
  /// The table its file belongs to.
  let resource: ResourceName
  /// The file it stands in.
  let file: String
  /// The line it starts on, from 1.
  let line: Int
  /// Its position in the file's list, from 0.
  let index: Int
  /// Its id, where one could be read.
  let id: String?
  /// The field that breaks its declaration; empty for the record as a whole.
  let field: String
  /// What is expected there.
  let expectation: String
  /// What was found.
  let reason: String
  /// The record's own bytes, secrets masked, where they could be kept.
  let data: [UInt8]?
}
