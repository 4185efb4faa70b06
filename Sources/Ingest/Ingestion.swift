import Foundation
package import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel

/// Loads JSON exports or bronze into the store: streamed, idempotent, restartable.
package struct Ingestion: Sendable {
  let options: IngestOptions
  let context: RunContext
  private let plans: ResourcePlans

  /// Prepares a load.
  package init(_ options: IngestOptions, context: RunContext) { self.init(options, context: context, plans: .declared) }

  init(_ options: IngestOptions, context: RunContext, plans: ResourcePlans) {
    self.options = options
    self.context = context
    self.plans = plans
  }

  /// What a load needs on its way.
  struct Work {
    let connection: PostgresConnection
    let records: SourceRecords
    let mode: ModeGuard
    let writers: [ChunkWriter]
    let started: Date
  }

  /// Runs it to the end; what could not be loaded is in the report and in the reject files.
  ///
  /// - Throws: `inputMissing` where there is nothing to read, `unavailable` where the database is gone,
  ///   `configuration` where the data's mode is not the database's.
  package func run() async throws -> IngestReport {
    let started = context.clock.now
    let load = try plan()
    let control = try await options.connect()
    let records = SourceRecords(connection: control, names: options.names)
    try await records.begin(run: context.runID, command: context.command)
    var tally = IngestTally(
      runID: context.runID, rejects: RejectFile(folder: options.rejectFolder, runID: context.runID))
    var writers: [ChunkWriter] = []
    do {
      writers = try await openWriters()
      let work = Work(
        connection: control, records: records, mode: ModeGuard(records: records, schema: options.names.schema),
        writers: writers, started: started)
      try await load(work, &tally)
      try await settle(&tally, ResourceStore(connection: control, names: options.names))
      for writer in writers { await writer.close() }
    } catch {
      for writer in writers { await writer.close() }
      try? await records.finish(run: context.runID, command: context.command, status: "failed", report: "null")
      await control.close()
      options.onBrokenOff(tally.brokenOff())
      throw error
    }
    var report = tally.finished()
    report.seconds = context.clock.now.timeIntervalSince(started)
    let json = String(decoding: (try? JSONEncoder().encode(report)) ?? Data("null".utf8), as: UTF8.self)
    try await records.finish(
      run: context.runID, command: context.command, status: report.exitStatus == .done ? "done" : "incomplete",
      report: json)
    await control.close()
    return report
  }

  /// The resources asked for, in the order that leaves few placeholders.
  var wanted: [ResourceName] {
    ResourceName.inLoadingOrder.filter { options.resources.isEmpty || options.resources.contains($0) }
  }

  /// Finds what there is to load, before any database is touched.
  private func plan() throws -> (Work, inout IngestTally) async throws -> Void {
    switch options.source {
    case .folder, .file: return try exports()
    case .bronze(let lake, let source): return try bronze(in: lake, of: source)
    }
  }

  private func openWriters() async throws -> [ChunkWriter] {
    var writers: [ChunkWriter] = []
    for _ in 0..<max(1, options.connections) {
      writers.append(
        try ChunkWriter(
          store: ResourceStore(connection: try await options.connect(), names: options.names), runID: context.runID,
          bypassesHashes: options.repair != nil, limits: options.limits, plans: plans, log: context.log))
    }
    return writers
  }

  /// Keeps every writer busy with chunks while the next one is read.
  ///
  /// - Parameter onWritten: told how far parts of bronze are by what was written.
  func pump(
    _ chunks: some ChunkSequence, of resource: ResourceName, label: String, in order: ChunkOrder? = nil, _ work: Work,
    _ tally: inout IngestTally, onWritten: ([PartPosition]) async throws -> Void = { _ in }
  ) async throws {
    var free = work.writers
    var positions = PartPositions()
    try await withThrowingTaskGroup(of: (Int, [ChunkWriter.Outcome], ChunkWriter).self) { group in
      func settleOne() async throws -> ChunkWriter? {
        guard let (number, outcomes, writer) = try await group.next() else { return nil }
        // The rejects are in their file before a position passes them.
        for outcome in outcomes { try tally.add(outcome) }
        try await onWritten(positions.written(number))
        options.onProgress(
          IngestProgress(
            resource: resource, file: label, objects: tally.read(resource), bytesRead: await chunks.bytesRead,
            bytesTotal: await chunks.bytesTotal))
        return writer
      }
      while let chunk = try await chunks.next() {
        try Task.checkCancellation()
        if free.isEmpty, let writer = try await settleOne() { free.append(writer) }
        let writer = free.removeLast()
        let number = positions.begin(chunk.end)
        let turn = await order?.begin(number)
        group.addTask {
          do {
            let outcomes = try await writer.write(chunk, mode: work.mode, turn: turn)
            await turn?.end()
            return (number, outcomes, writer)
          } catch {
            await turn?.end(error)
            throw error
          }
        }
      }
      while try await settleOne() != nil {}
    }
  }

  /// What can only be said at the end: lists that other files completed, and the placeholders that stand.
  private func settle(_ tally: inout IngestTally, _ store: ResourceStore) async throws {
    for (key, pending) in tally.pendingLists {
      if tally.isWhole(key.list.resource) {
        // Nothing says how many there should be; the files of the children themselves are whole.
        tally.complete(Set(pending.filter { $0.expected == nil }.compactMap(\.id)), of: key)
      }
      let known = pending.filter { $0.expected != nil && $0.id != nil }
      guard !known.isEmpty else { continue }
      let complete = try await store.completed(known.map { ($0.id ?? "", $0.expected ?? 0) }, of: key.list)
      tally.complete(complete, of: key)
    }
    guard !options.isPartial else { return }
    let standing = try await store.placeholders()
    for resource in ResourceName.allCases {
      guard let count = standing[resource] else {
        tally.placeholders(of: resource, 0, [:])
        continue
      }
      tally.placeholders(of: resource, count, try await store.referred(toPlaceholdersOf: resource))
    }
  }
}
