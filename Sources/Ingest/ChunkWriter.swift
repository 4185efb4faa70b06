import JSONReader
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel

/// Brings batches into the store over one connection: prepare, look up, extract what differs, write, commit.
actor ChunkWriter {
  /// What became of a chunk.
  struct Outcome: Sendable {
    let chunk: PreparedChunk
    /// What was asked of the store, by table and state, for rows of their own (true) and sightings (false).
    var states: [ResourceName: [RowState: Int]] = [:]
    var sightingsWritten: [ResourceName: Int] = [:]
    /// Deletion stubs of their own that mark a row that is there; `states` does not hold these.
    var stubs: [ResourceName: Int] = [:]
    var written = WriteOutcome()
  }

  private let executor = BlockingExecutor(label: "okapi.ingest.write")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let store: ResourceStore
  private let runID: String
  /// Repair: rows are replaced whatever their hashes say, unless the store is newer.
  private let bypassesHashes: Bool
  private let document: JSONDocument
  private let hasher: ObjectHasher
  private let preparer: ChunkPreparer
  private let walk: ObjectWalk
  private let extractor: RowExtractor
  private let log: Log

  init(
    store: ResourceStore, runID: String, bypassesHashes: Bool, limits: JSONLimits,
    plans: ResourcePlans, log: Log
  ) throws {
    self.store = store
    self.runID = runID
    self.bypassesHashes = bypassesHashes
    document = JSONDocument(limits: limits)
    hasher = try ObjectHasher()
    preparer = try ChunkPreparer(limits: limits, plans: plans)
    walk = ObjectWalk(plans: plans)
    extractor = RowExtractor(walk: walk, limits: limits)
    self.log = log
  }

  /// Closes the connection.
  func close() async { await store.connection.close() }

  /// Prepares and writes a batch, when its mode is the database's and it has its turn.
  func write(_ chunk: Chunk, mode: ModeGuard, turn: ChunkOrder.Turn?) async throws -> [Outcome] {
    let prepared = preparer.prepare(chunk.batch, of: chunk.source)
    try await mode.check(prepared.livemodes, in: chunk.source.file)
    if let turn {
      try await turn.wait(ids: Set(prepared.seen[prepared.resource].map { Array($0.positions.keys) } ?? []))
    }
    return try await write(prepared)
  }

  /// Writes a chunk. Where PostgreSQL refuses what a record holds, its halves are written apart, down to it.
  private func write(_ prepared: PreparedChunk) async throws -> [Outcome] {
    if let cut = prepared.cut { return try await write(prepared, cutAt: cut) }
    do {
      return [try await writeWhole(prepared)]
    } catch let error as PlatformError where error.isRefusalOfContent {
      let elements = prepared.batch.elements
      guard elements.count > 1 else {
        let rejects = elements.map { element in
          RejectedRecord(
            RecordFault.refused(error), element, prepared.batch, prepared.resource, prepared.file, document)
        }
        let rest = preparer.prepare(
          prepared.batch, of: prepared.source, excluding: prepared.rejects + rejects)
        return [Outcome(chunk: rest)]
      }
      return try await write(prepared, cutAt: elements.count / 2)
    }
  }

  /// Writes the elements before one, then the others.
  private func write(_ prepared: PreparedChunk, cutAt cut: Int) async throws -> [Outcome] {
    let elements = prepared.batch.elements
    var outcomes: [Outcome] = []
    for part in [elements[..<cut], elements[cut...]] {
      let batch = JSONBatch(
        bytes: prepared.batch.bytes, elements: Array(part), damaged: outcomes.isEmpty ? prepared.batch.damaged : [])
      outcomes += try await write(preparer.prepare(batch, of: prepared.source))
    }
    return outcomes
  }

  /// Writes a chunk in one transaction; conflicts with other writers are resolved by looking up again.
  private func writeWhole(_ prepared: PreparedChunk) async throws -> Outcome {
    var chunk = prepared
    var retries = 0
    let policy = RetryPolicy.conflict
    return try await policy.run(
      shouldRetry: { error in
        let failure = error as? PlatformError
        return failure?.isRetryable == true && failure?.status != .unavailable || failure?.code == "23505"
      },
      onRetry: { error, attempt in
        retries = attempt
        log(
          .debug, "chunk_retried",
          ["attempt": .integer(attempt), "code": .string((error as? PlatformError)?.code ?? "")])
      }
    ) { _ in
      while true {
        var outcome = Outcome(chunk: chunk)
        let states = try await followingLists(try await look(up: chunk), of: chunk)
        let wanted = try await wanted(chunk, states, &outcome)
        let extracted = extractor.extract(wanted, of: chunk)
        guard extracted.rejects.isEmpty else {
          // A record was rejected late: what it shares with others of the chunk must come from these instead.
          var known = Set(chunk.rejects.map(\.index))
          let new = extracted.rejects.filter { known.insert($0.index).inserted }
          chunk = preparer.prepare(chunk.batch, of: chunk.source, excluding: chunk.rejects + new)
          continue
        }
        outcome.sightingsWritten = wanted.sightings
        outcome.written = try await store.write(extracted.set)
        outcome.written.retries = retries
        return outcome
      }
    }
  }

  private func look(up chunk: PreparedChunk) async throws -> [ResourceName: [Int: RowState]] {
    var states: [ResourceName: [Int: RowState]] = [:]
    for (resource, seen) in chunk.seen.sorted(by: { $0.key < $1.key }) {
      states[resource] = try await store.states(of: seen.observations, in: resource)
    }
    return states
  }

  /// A parent that is as it was, but for the elements of a list, changes too: the list stands in its raw
  /// (decision 0009).
  private func followingLists(
    _ looked: [ResourceName: [Int: RowState]], of chunk: PreparedChunk
  ) async throws -> [ResourceName: [Int: RowState]] {
    var states = looked
    var suspects: [WriteSet.ListKey: [(id: String, expected: Int)]] = [:]
    for list in chunk.lists {
      guard let seen = chunk.seen[list.parent], let position = seen.positions[list.parentID],
        seen.observations[position].version == list.version, states[list.parent]?[position] == .confirmed
      else { continue }
      let children = chunk.seen[list.list.resource]?.positions ?? [:]
      let hasChanged = list.childIDs.contains { id in
        let state = children[id].flatMap { looked[list.list.resource]?[$0] }
        return state.map { [.missing, .placeholder, .changed].contains($0) } ?? false
      }
      if hasChanged {
        states[list.parent]?[position] = .changed
      } else if list.isComplete {
        // All that it holds is there as it was; whether there is more tells the count.
        let key = WriteSet.ListKey(parent: list.parent, list: list.list)
        suspects[key, default: []].append((list.parentID, list.childIDs.count))
      }
    }
    for (key, parents) in suspects {
      let same = try await store.completed(parents, of: key.list)
      for (id, _) in parents where !same.contains(id) {
        if let position = chunk.seen[key.parent]?.positions[id] { states[key.parent]?[position] = .changed }
      }
    }
    return states
  }

  private func wanted(
    _ chunk: PreparedChunk, _ states: [ResourceName: [Int: RowState]], _ outcome: inout Outcome
  ) async throws -> WantedRows {
    var wanted = WantedRows(set: WriteSet(runID: runID))
    for (resource, seen) in chunk.seen {
      var states = states[resource] ?? [:]
      if bypassesHashes { Self.force(&states, seen) }
      try await settleTies(&states, resource, seen, chunk, &wanted)
      for (position, state) in states {
        let observation = seen.observations[position]
        let isOwn = observation.isOwn
        let isMark = observation.isDeleted && [.placeholder, .changed].contains(state)
        if isOwn, isMark {
          outcome.stubs[resource, default: 0] += 1
        } else if isOwn {
          outcome.states[resource, default: [:]][state, default: 0] += 1
        }
        switch state {
        case .newer, .tied: continue
        case .confirmed: wanted.set.tables[resource, default: .init()].confirmed.append(observation)
        case .missing, .placeholder, .changed:
          if isMark {
            wanted.set.tables[resource, default: .init()].stubs.append(observation)
          } else {
            if !isOwn { wanted.sightings[resource, default: 0] += 1 }
            wanted.rows[seen.elements[position], default: [:]][resource, default: [:]][observation.id] =
              WantedRows.Row(observation: observation, state: state)
          }
        }
      }
    }
    return wanted
  }

  /// In a repair every row of its own is replaced; a newer one stays.
  private static func force(_ states: inout [Int: RowState], _ seen: PreparedChunk.Seen) {
    for (position, observation) in seen.observations.enumerated() where observation.isOwn {
      switch states[position] {
      case nil, .confirmed, .tied: states[position] = .changed
      default: continue
      }
    }
  }

  /// A row of the very same version with another hash: the same content under older hash rules is replaced, and so is
  /// every content by a later line of bronze; in an export really different content rejects the record. A sighting that
  /// differs gives way.
  private func settleTies(
    _ states: inout [Int: RowState], _ resource: ResourceName, _ seen: PreparedChunk.Seen, _ chunk: PreparedChunk,
    _ wanted: inout WantedRows
  ) async throws {
    let tied = states.filter { $0.value == .tied && seen.observations[$0.key].isOwn }.keys.sorted()
    guard !tied.isEmpty else { return }
    guard chunk.source.origins.refusesTies else {
      for position in tied { states[position] = .changed }
      return
    }
    let raws = try await store.raws(of: tied.map { seen.observations[$0].id }, in: resource)
    for position in tied {
      let observation = seen.observations[position]
      if let raw = raws[observation.id], hash(raw, as: resource) == observation.contentHash {
        states[position] = .changed
        continue
      }
      let element = chunk.batch.elements[seen.elements[position]]
      wanted.rejects.append(
        RejectedRecord(
          RecordFault.tie(resource, observation.id), element, chunk.batch, chunk.resource, chunk.file, document))
    }
  }

  private func hash(_ raw: String, as resource: ResourceName) -> Int64? {
    let batch = JSONBatch(element: Array(raw.utf8))
    guard let element = batch.elements.first, let value = try? document.parse(batch, element) else { return nil }
    var hash: Int64?
    try? walk.walk(
      record: value, as: resource,
      onObject: { visit in
        if hash == nil { hash = hasher.observation(of: visit, at: ObservationTime(milliseconds: 0)).contentHash }
      }, onList: { _ in })
    return hash
  }
}

extension PlatformError {
  /// Whether PostgreSQL refuses a value or a row: data exceptions, broken checks, limits of an index entry.
  fileprivate var isRefusalOfContent: Bool {
    guard let code else { return false }
    return code.hasPrefix("22") || code.hasPrefix("54") || code == "23514" || code == "23502"
  }
}

extension RecordFault {
  /// What our own checks let pass and PostgreSQL does not.
  fileprivate static func refused(_ error: PlatformError) -> RecordFault {
    RecordFault(
      field: "", expectation: "values that PostgreSQL can hold",
      reason: "PostgreSQL refuses it: \(error.cause ?? error.message) [\(error.code ?? "")]")
  }
}
