import Foundation
import JSONReader
package import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel

/// Loads JSON exports into the store: streamed, idempotent, restartable.
package struct Ingestion: Sendable {
  private let options: IngestOptions
  private let context: RunContext
  private let plans: ResourcePlans

  /// Prepares a load.
  package init(_ options: IngestOptions, context: RunContext) { self.init(options, context: context, plans: .declared) }

  init(_ options: IngestOptions, context: RunContext, plans: ResourcePlans) {
    self.options = options
    self.context = context
    self.plans = plans
  }

  /// Runs it to the end; what could not be loaded is in the report and in the reject files.
  ///
  /// - Throws: `inputMissing` where there is nothing to read, `unavailable` where the database is gone,
  ///   `configuration` where the data's mode is not the database's.
  package func run() async throws -> IngestReport {
    let started = context.clock.now
    let work = try files()
    let control = try await options.connect()
    let records = SourceRecords(connection: control, names: options.names)
    try await records.begin(run: context.runID, command: context.command)
    var tally = IngestTally(
      runID: context.runID, rejects: RejectFile(folder: options.rejectFolder, runID: context.runID))
    var writers: [ChunkWriter] = []
    do {
      let observations = try await ExportObservation.note(
        files: work.files.flatMap(\.1), exportedAt: options.exportedAt, records: records, runID: context.runID,
        now: started)
      writers = try await openWriters()
      let mode = ModeGuard(records: records, schema: options.names.schema)
      for (resource, files) in work.files {
        for file in files {
          try await load(file, of: resource, observations[file], mode, writers, &tally)
        }
      }
      try await settle(&tally, ResourceStore(connection: control, names: options.names))
      for writer in writers { await writer.close() }
    } catch {
      for writer in writers { await writer.close() }
      try? await records.finish(run: context.runID, command: context.command, status: "failed", report: "null")
      await control.close()
      throw error
    }
    var report = tally.finished()
    report.unclaimedFiles = work.unclaimed
    report.seconds = context.clock.now.timeIntervalSince(started)
    let json = String(decoding: (try? JSONEncoder().encode(report)) ?? Data("null".utf8), as: UTF8.self)
    try await records.finish(
      run: context.runID, command: context.command, status: report.exitStatus == .done ? "done" : "incomplete",
      report: json)
    await control.close()
    return report
  }

  /// As the tables are declared, but charges before payment intents. These refer to each other, so that what comes
  /// second fills placeholders, which costs twice as much as inserting; charges are the larger ones.
  private static let order: [ResourceName] = {
    var order = ResourceName.allCases.filter { $0 != .charge }
    if let place = order.firstIndex(of: .paymentIntent) { order.insert(.charge, at: place) }
    return order
  }()

  private func files() throws -> (files: [(ResourceName, [String])], unclaimed: [String]) {
    switch options.source {
    case .file(let path, let resource):
      return ([(resource, [path])], [])
    case .folder(let path):
      let folder = try ExportFolder(path: path)
      let wanted =
        options.resources.isEmpty ? Self.order : Self.order.filter(options.resources.contains)
      let found = wanted.map { ($0, folder.files(for: $0.definition.table, singular: $0.rawValue)) }
      for resource in options.resources where found.first(where: { $0.0 == resource })?.1.isEmpty != false {
        throw PlatformError(
          .inputMissing, "there is no file of \(resource.definition.table) in the folder",
          context: ["folder": path, "resource": resource.definition.table],
          nextStep: "add \(path)/\(resource.definition.table).json, or name a file with --file")
      }
      guard found.contains(where: { !$0.1.isEmpty }) else {
        throw PlatformError(
          .inputMissing, "the folder holds no export that belongs to a known resource", context: ["folder": path],
          nextStep: "files are named after their tables: customers.json, charges.jsonl.gz …")
      }
      let tables = ResourceName.allCases.map { (table: $0.definition.table, singular: $0.rawValue) }
      return (found.filter { !$0.1.isEmpty }, folder.unclaimed(by: tables))
    }
  }

  private func manifest() throws -> ExportManifest? {
    switch options.source {
    case .folder(let path): try ExportManifest.find(in: URL(fileURLWithPath: path))
    case .file(let path, _): try ExportManifest.find(in: URL(fileURLWithPath: path).deletingLastPathComponent())
    }
  }

  private func openWriters() async throws -> [ChunkWriter] {
    var writers: [ChunkWriter] = []
    let apiVersion = try options.apiVersion ?? manifest()?.apiVersion
    for _ in 0..<max(1, options.connections) {
      writers.append(
        try ChunkWriter(
          store: ResourceStore(connection: try await options.connect(), names: options.names),
          apiVersion: apiVersion, runID: context.runID, bypassesHashes: options.repair != nil,
          limits: options.limits, plans: plans, log: context.log))
    }
    return writers
  }

  /// Loads one file. A file that cannot be read to its end fails alone where others are to come.
  private func load(
    _ file: String, of resource: ResourceName, _ observation: ExportObservation?, _ mode: ModeGuard,
    _ writers: [ChunkWriter], _ tally: inout IngestTally
  ) async throws {
    let started = context.clock.now
    var reader: ChunkReader?
    do {
      guard let observation else {
        // It could not be hashed; opening it says why.
        _ = try JSONElementReader(path: file, limits: options.limits)
        throw PlatformError(.inputOutput, "the file cannot be read", context: ["file": file])
      }
      tally.opened(file, of: resource, observation)
      let made = try ChunkReader(file: file, limits: options.limits)
      reader = made
      let source = ChunkSource(
        resource: resource, file: file, observedAt: observation.time,
        only: options.repair.map { $0[resource] ?? [] })
      try await pump(made, source, mode, writers, &tally)
      tally.ended(file, of: resource, hasMore: await made.hasMore)
    } catch let error as PlatformError where isFileFault(error) {
      guard case .folder = options.source else { throw error }
      tally.failed(file, of: resource, error)
      context.log(
        .error, "file_failed",
        ["file": .string(file), "cause": .string([error.message, error.cause ?? ""].joined(separator: ": "))])
    }
    let seconds = context.clock.now.timeIntervalSince(started)
    tally.spent(seconds, on: resource)
    context.log(
      .info, "file_loaded",
      [
        "resource": .string(resource.definition.table), "file": .string(file),
        "bytes": .integer(await reader?.bytesRead ?? 0), "duration_ms": .integer(Int(seconds * 1000)),
      ])
  }

  private func isFileFault(_ error: PlatformError) -> Bool {
    [.data, .inputMissing, .inputOutput].contains(error.status) && error.context.contains { $0.name == "file" }
  }

  /// Keeps every writer busy with batches while the next one is read.
  private func pump(
    _ reader: ChunkReader, _ source: ChunkSource, _ mode: ModeGuard, _ writers: [ChunkWriter],
    _ tally: inout IngestTally
  ) async throws {
    var free = writers
    try await withThrowingTaskGroup(of: ([ChunkWriter.Outcome], ChunkWriter).self) { group in
      while let batch = try await reader.next() {
        try Task.checkCancellation()
        if free.isEmpty, let (outcomes, writer) = try await group.next() {
          for outcome in outcomes { try tally.add(outcome) }
          free.append(writer)
          options.onProgress(
            IngestProgress(
              resource: source.resource, file: source.file, objects: tally.read(source.resource),
              bytesRead: await reader.bytesRead, bytesTotal: await reader.bytesTotal))
        }
        let writer = free.removeLast()
        group.addTask { (try await writer.write(batch, of: source, mode: mode), writer) }
      }
      while let (outcomes, _) = try await group.next() {
        for outcome in outcomes { try tally.add(outcome) }
      }
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
    for resource in ResourceName.allCases {
      let placeholders = try await store.placeholders(of: resource)
      tally.placeholders(of: resource, placeholders.total, placeholders.referredBy)
    }
  }
}
