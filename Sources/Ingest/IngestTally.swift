import Foundation
import PlatformCore
import ResourceStore
import StripeModel

/// Adds up what chunks did into a report.
struct IngestTally {
  private(set) var report: IngestReport
  /// Child lists that were cut short, until another file completes them; bounded by `pendingLimit`.
  private(set) var pendingLists: [WriteSet.ListKey: [IngestReport.Incomplete]] = [:]

  /// More incomplete lists than this are counted, but can no longer be completed by other files of the run.
  private static let pendingLimit = 200_000

  private var resources: [ResourceName: IngestReport.Resource] = [:]
  private var pendingCount = 0
  /// Files whose own list was cut short, by resource, and whether any file of it reached the end.
  private var cutFiles: [ResourceName: [IngestReport.Incomplete]] = [:]
  private var lastPages: Set<ResourceName> = []
  /// Resources of which some file was read to its end.
  private var finishedResources: Set<ResourceName> = []
  private var failedTables: Set<String> = []
  private let rejects: RejectFile

  init(runID: String, rejects: RejectFile) {
    report = IngestReport(runID: runID)
    self.rejects = rejects
  }

  mutating func opened(_ file: String, of resource: ResourceName, _ observation: ExportObservation) {
    self[resource].files += 1
    report.observedAt[file] = Date(timeIntervalSince1970: Double(observation.time.milliseconds) / 1000).rfc3339
    report.observedAtOrigin[file] = observation.origin.rawValue
  }

  /// Names files of the folder that belong to no resource.
  mutating func foundNoResource(for files: [String]) { report.unclaimedFiles = files }

  /// Notes what was read of an entity of bronze.
  mutating func opened(_ entity: IngestReport.Bronze, of resource: ResourceName) {
    self[resource].files += entity.parts
    report.bronze?.parts += entity.parts
    report.bronze?.lines += entity.lines
    report.bronze?.bytes += entity.bytes
  }

  /// Says that bronze is loaded, and what of it is not.
  mutating func begins(bronzeWithout unclaimed: [String]) {
    report.bronze = .init(unclaimedEntities: unclaimed)
  }

  mutating func ended(_ file: String, of resource: ResourceName, hasMore: Bool?) {
    finishedResources.insert(resource)
    if hasMore == true {
      cutFiles[resource, default: []].append(
        .init(
          resource: resource.definition.table, id: nil, file: file, list: nil, have: self[resource].read, expected: nil)
      )
    } else if hasMore == false {
      lastPages.insert(resource)
    }
  }

  mutating func failed(_ file: String, of resource: ResourceName, _ error: PlatformError) {
    _ = self[resource]
    report.failures.insert(error.status)
    failedTables.insert(resource.definition.table)
    report.failedFiles[file] = [error.message, error.cause].compactMap(\.self).joined(separator: ": ")
  }

  mutating func spent(_ seconds: Double, on resource: ResourceName) { self[resource].seconds += seconds }

  func read(_ resource: ResourceName) -> Int { resources[resource]?.read ?? 0 }

  /// Adds a written chunk; its rejects go to the reject file.
  mutating func add(_ outcome: ChunkWriter.Outcome) throws {
    let chunk = outcome.chunk
    for resource in chunk.seen.keys {
      let own = chunk.read[resource] ?? 0
      let states = outcome.states[resource] ?? [:]
      let sightings = outcome.sightingsWritten[resource] ?? 0
      let counts = outcome.written.tables[resource] ?? .init()
      guard own > 0 || sightings > 0 || counts.deleted > 0 else { continue }
      let changed =
        states.filter { $0.key != .confirmed }.values.reduce(0, +) + (outcome.stubs[resource] ?? 0)
      self[resource].read += own
      self[resource].inserted += (states[.missing] ?? 0) + (states[.placeholder] ?? 0)
      self[resource].updated += states[.changed] ?? 0
      let overtaken = chunk.overtaken[resource] ?? 0
      self[resource].unchanged += own - changed - overtaken
      self[resource].olderThanStore += (states[.newer] ?? 0) + counts.overtaken + overtaken
      self[resource].fromSightings += sightings
      self[resource].deleted += counts.deleted
    }
    for (resource, counts) in outcome.written.tables where counts.vanished > 0 {
      self[resource].deleted += counts.vanished
    }
    report.retries += outcome.written.retries
    add(chunk.lists, file: chunk.file)
    try add(chunk.rejects, of: chunk.resource)
  }

  private mutating func add(_ lists: [PreparedChunk.ListSeen], file: String) {
    for list in lists where !list.isComplete {
      let entry = IngestReport.Incomplete(
        resource: list.parent.definition.table, id: list.parentID, file: file, list: list.list.path.dotted,
        have: list.childIDs.count, expected: list.totalCount)
      self[list.parent].incomplete += 1
      guard pendingCount < Self.pendingLimit else { continue }
      pendingCount += 1
      let key = WriteSet.ListKey(parent: list.parent, list: list.list)
      pendingLists[key, default: []].append(entry)
    }
  }

  private mutating func add(_ records: [RejectedRecord], of resource: ResourceName) throws {
    guard !records.isEmpty else { return }
    self[resource].read += records.count
    self[resource].rejected += records.count
    let path = try rejects.append(records, of: resource)
    if !report.rejectFiles.contains(path) { report.rejectFiles.append(path) }
    for record in records.prefix(max(0, IngestReport.namedLimit - report.rejects.count)) {
      report.rejects.append(
        .init(
          resource: resource.definition.table, file: record.file, line: record.line, id: record.id, field: record.field,
          expectation: record.expectation, reason: record.reason))
    }
  }

  /// Whether the files of a resource are, for all they say, the whole of it: none cut, failed or with rejects.
  func isWhole(_ resource: ResourceName) -> Bool {
    let table = resource.definition.table
    return finishedResources.contains(resource) && (cutFiles[resource] == nil || lastPages.contains(resource))
      && resources[resource]?.rejected == 0 && !failedTables.contains(table)
  }

  /// Takes back lists that other files completed.
  mutating func complete(_ parents: Set<String>, of key: WriteSet.ListKey) {
    for entry in pendingLists[key] ?? [] where parents.contains(entry.id ?? "") {
      if let parent = ResourceName(commandLineName: entry.resource) { self[parent].incomplete -= 1 }
    }
    pendingLists[key]?.removeAll { parents.contains($0.id ?? "") }
  }

  mutating func placeholders(of resource: ResourceName, _ count: Int, _ referredBy: [String: Int]) {
    guard count > 0 || resources[resource] != nil else { return }
    self[resource].placeholders = count
    self[resource].placeholdersReferredBy = referredBy
  }

  /// What was done until the load failed; lists that the rest might have completed are no news yet.
  mutating func brokenOff() -> IngestReport {
    pendingLists.removeAll()
    return finished()
  }

  /// The finished report.
  mutating func finished() -> IngestReport {
    // Pages of one list: all but the last say `has_more`.
    for (resource, files) in cutFiles where !lastPages.contains(resource) {
      self[resource].incomplete += files.count
      report.incomplete += files
    }
    for entries in pendingLists.values { report.incomplete += entries }
    report.incomplete.sort { ($0.resource, $0.id ?? "") < ($1.resource, $1.id ?? "") }
    report.incomplete = Array(report.incomplete.prefix(IngestReport.namedLimit))
    report.resources = ResourceName.allCases.compactMap { resource in
      guard var figures = resources[resource] else { return nil }
      figures.objectsPerSecond = figures.seconds > 0 ? Double(figures.read) / figures.seconds : 0
      return figures
    }
    return report
  }

  private subscript(_ resource: ResourceName) -> IngestReport.Resource {
    mutating get {
      if let known = resources[resource] { return known }
      let made = IngestReport.Resource(resource: resource.definition.table)
      resources[resource] = made
      return made
    }
    set { resources[resource] = newValue }
  }
}
