import JSONReader
import PlatformCore
import ResourceStore
import StripeModel

/// What is read: a file or a part of one resource.
struct ChunkSource: Sendable {
  let resource: ResourceName
  let file: String
  let origins: RecordOrigins
  /// Only these ids of the resource are taken, where given (repair).
  let only: Set<String>?
}

/// Turns batches of JSON records into chunks: parses, walks and hashes. Keeps buffers, so one per thread.
final class ChunkPreparer {
  private let hasher: ObjectHasher
  private let document: JSONDocument
  private let walk: ObjectWalk

  init(limits: JSONLimits, plans: ResourcePlans = .declared) throws {
    document = JSONDocument(limits: limits)
    walk = ObjectWalk(plans: plans)
    hasher = try ObjectHasher()
  }

  /// A batch as a chunk, without some of its elements.
  func prepare(_ batch: JSONBatch, of source: ChunkSource, excluding rejected: [RejectedRecord] = []) -> PreparedChunk {
    var chunk = PreparedChunk(source: source, batch: batch)
    chunk.rejects = rejected
    let excluded = Set(rejected.map(\.index))
    for damage in batch.damaged where !excluded.contains(damage.index) {
      chunk.rejects.append(
        RejectedRecord(
          resource: source.resource, file: source.file, line: damage.line, index: damage.index, id: nil, field: "",
          expectation: "a complete JSON object", reason: damage.reason, data: nil))
    }
    for (position, element) in batch.elements.enumerated() where !excluded.contains(element.index) {
      do {
        try prepare(element, at: position, of: batch, into: &chunk)
      } catch {
        chunk.rejects.append(RejectedRecord(error, element, batch, source.resource, source.file, document))
      }
    }
    return chunk
  }

  private func prepare(
    _ element: JSONBatch.Element, at position: Int, of batch: JSONBatch, into chunk: inout PreparedChunk
  ) throws {
    let origin = try chunk.source.origins.origin(of: element)
    let value = try document.parse(batch, element)
    try Self.check(value, is: chunk.resource)
    if let only = chunk.source.only, let id = value["id"]?.stringValue, !only.contains(id) { return }
    var found: [(ResourceName, Observation)] = []
    var lists: [PreparedChunk.ListSeen] = []
    try walk.walk(
      record: value, as: chunk.resource, sequence: origin.version.sequence,
      onObject: { visit in
        let moment = origin.version.observedAt
        let observation = hasher.observation(of: visit, at: moment, apiVersion: origin.apiVersion)
        found.append((visit.plan.definition.name, observation))
      },
      onList: { list in
        lists.append(
          PreparedChunk.ListSeen(
            element: position, parent: list.parent.plan.definition.name, parentID: list.parent.id,
            version: ObservationVersion(observedAt: origin.version.observedAt, sequence: list.parent.sequence),
            list: list.list, childIDs: list.childIDs, totalCount: list.envelope.totalCount,
            isComplete: list.envelope.isComplete))
      })
    if chunk.source.origins.refusesTies { try Self.checkTies(found, in: chunk) }
    // Only now is the record known to be sound: until here nothing of it is in the chunk.
    for (resource, observation) in found {
      if chunk.cut == nil, position > 0, !chunk.source.origins.refusesTies, observation.isOwn, observation.isDeleted,
        chunk.seen[resource]?.holdsOlderLife(of: observation) == true
      {
        chunk.cut = position
      }
      if chunk.seen[resource, default: .init()].add(observation, at: position) {
        chunk.overtaken[resource, default: 0] += 1
      }
      if observation.isOwn { chunk.read[resource, default: 0] += 1 }
    }
    chunk.lists += lists
    if let livemode = value["livemode"]?.bool { chunk.livemodes.insert(livemode) }
  }

  /// A record must be an object of its file's kind, and hold nothing PostgreSQL cannot.
  private static func check(_ value: JSONValue, is resource: ResourceName) throws {
    guard value.kind == .object else {
      throw RecordFault(field: "", expectation: "a JSON object", reason: "it is \(value.kind.phrase)")
    }
    guard let object = value["object"]?.stringValue else {
      throw RecordFault(field: "object", expectation: resource.rawValue, reason: "it is missing or no text")
    }
    guard object == resource.rawValue else {
      throw RecordFault(field: "object", expectation: resource.rawValue, reason: "it is \(object.prefix(60))")
    }
    if let place = value.firstNUL() {
      throw RecordFault(
        field: place, expectation: "text without U+0000", reason: "it holds \\u0000, which PostgreSQL cannot store")
    }
  }

  /// The same id twice in one chunk, as records of their own, must be the same object.
  private static func checkTies(_ found: [(ResourceName, Observation)], in chunk: PreparedChunk) throws {
    for (resource, observation) in found where observation.isOwn {
      guard let seen = chunk.seen[resource], let position = seen.positions[observation.id] else { continue }
      let first = seen.observations[position]
      guard first.version == observation.version else { continue }
      if first.contentHash != observation.contentHash || first.isDeleted != observation.isDeleted {
        throw RecordFault.tie(resource, observation.id)
      }
    }
  }
}

extension PreparedChunk.Seen {
  /// Adds an observation: of two of one id the newer stays. Of two of one version it is the later, where both are
  /// records; of sightings, and where they are equal, it is the one that holds more, else the first.
  ///
  /// - Returns: whether two different records met, so that one of them is not written.
  fileprivate mutating func add(_ observation: Observation, at element: Int) -> Bool {
    guard let position = positions[observation.id] else {
      positions[observation.id] = observations.count
      observations.append(observation)
      elements.append(element)
      return false
    }
    let known = observations[position]
    let differs = known.contentHash != observation.contentHash || known.isDeleted != observation.isDeleted
    let replaces =
      known.version == observation.version && !(differs && observation.isOwn)
      ? known.expandedHash == nil && observation.expandedHash != nil : known.version <= observation.version
    if replaces {
      observations[position] = observation
      elements[position] = element
    }
    return differs && known.isOwn && observation.isOwn
  }

  /// Whether a living, older state of a deleted object is here: what is written first keeps its values.
  fileprivate func holdsOlderLife(of stub: Observation) -> Bool {
    guard let position = positions[stub.id] else { return false }
    return !observations[position].isDeleted && observations[position].version <= stub.version
  }
}

extension RecordFault {
  /// One id with two contents at one moment.
  static func tie(_ resource: ResourceName, _ id: String) -> RecordFault {
    RecordFault(
      field: "id", expectation: "one content per id at one observation time",
      reason: "\(resource.rawValue) \(id.prefix(80)) was loaded with other content for the same moment")
  }
}

extension RejectedRecord {
  /// Describes an element that failed to parse or broke its declaration.
  init(
    _ error: any Error, _ element: JSONBatch.Element, _ batch: JSONBatch, _ resource: ResourceName, _ file: String,
    _ document: JSONDocument
  ) {
    let bytes = Array(batch.bytes[element.offset..<element.offset + element.length])
    let parsed = try? document.parse(batch, element)
    let fault = error as? RecordFault
    self.init(
      resource: resource, file: file, line: element.line, index: element.index, id: parsed?["id"]?.stringValue,
      field: fault?.field ?? "", expectation: fault?.expectation ?? "a complete JSON object",
      reason: fault?.reason ?? (error as? JSONFault)?.reason ?? "\(error)",
      data: parsed != nil ? parsed.flatMap(SecretMask.masked) ?? bytes : UnparsedRecord.masked(bytes))
  }
}
