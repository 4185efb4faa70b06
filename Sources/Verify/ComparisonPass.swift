import Foundation
import JSONReader
import PlatformCore
import PostgresClient
import SchemaGenerator
import StripeModel

/// One comparison of the whole export with one snapshot of the store, in one transaction that changes nothing.
struct ComparisonPass {
  /// What a pass hands back.
  struct Result: Sendable {
    let resources: [ResourceComparison]
    let references: [ReferenceCheck]
    let placeholders: [PlaceholderCount]
    /// Top-level ids to be corrected.
    let repairs: [ResourceName: [String]]

    var differingRows: Int { resources.reduce(0) { $0 + $1.differingRows } }
  }

  /// The most ids that one pass hands to the loader: the next pass finds the rest.
  private static let repairLimit = 200_000

  private let options: VerifyOptions
  private let number: Int
  /// The files of every resource in the folder, and of those that are compared.
  private let allFiles: [ResourceName: [String]]
  private let files: [ResourceName: [String]]
  private var observed: [String: Date] = [:]
  private var tallies: [ResourceName: ResourceTally] = [:]
  private var repairs: [ResourceName: [String]] = [:]

  init(options: VerifyOptions, number: Int, allFiles: [ResourceName: [String]]) async throws {
    self.options = options
    self.number = number
    self.allFiles = allFiles
    let chosen = options.resources.map(Set.init)
    files = allFiles.filter { chosen?.contains($0.key) ?? true }
    for file in files.values.joined() { observed[file] = try await options.observation(file) }
  }

  /// Compares every resource, then looks at the tables as a whole.
  mutating func run(on connection: isolated PostgresConnection) async throws -> Result {
    try await connection.execute(ComparisonPlan.sharedTables)
    for resource in ResourceName.allCases {
      guard let paths = files[resource] else { continue }
      do {
        try await compare(resource, paths, on: connection)
      } catch let error as PlatformError {
        throw error.adding("resource", resource.definition.table)
      }
    }
    try await connection.execute("analyze verify_seen; analyze verify_sighted")
    let checks = try await StoreChecks(schema: options.schema, on: connection)
    try await close(with: checks, on: connection)
    return Result(
      resources: ResourceName.allCases.compactMap { tallies[$0]?.comparison }.filter(\.saysAnything),
      references: checks.references, placeholders: checks.placeholders, repairs: repairs)
  }

  private mutating func compare(
    _ resource: ResourceName, _ paths: [String], on connection: isolated PostgresConnection
  ) async throws {
    let plan = ComparisonPlan(resource, schema: options.schema)
    for unit in plan.units { try await connection.execute(unit.projection.createTable) }
    let reader = SourceReader(
      files: paths, observed: paths.map { observed[$0].map(Self.microseconds) }, object: resource.definition.object,
      chunkRecords: options.chunkRecords, chunkBytes: options.chunkBytes)
    let total = paths.reduce(0) { $0 + Self.size(of: $1) }
    update(resource) { comparison in
      comparison.files = paths
      comparison.source.bytes = total
      comparison.lists = plan.lists.map { list, unit in
        ListCheck(path: list.path.dotted, table: unit.projection.definition.table)
      }
    }
    for (_, unit) in plan.lists { update(unit.resource) { _ in } }

    var before = 0
    var chunk = try await reader.next()
    while let current = chunk {
      // The next chunk is read and copied together while the server works on this one.
      async let upcoming = reader.next()
      try await compare(current, plan, paths, on: connection)
      note(current, resource, paths[current.file])
      let records = tallies[resource]?.comparison.source.records ?? 0
      options.progress(
        VerifyProgress(
          table: resource.definition.table, records: records, bytesRead: min(total, before + current.bytesRead),
          bytesTotal: total, pass: number))
      if current.isLast { before += Self.size(of: paths[current.file]) }
      chunk = try await upcoming
    }
  }

  private mutating func compare(
    _ chunk: SourceChunk, _ plan: ComparisonPlan, _ paths: [String], on connection: isolated PostgresConnection
  ) async throws {
    guard !chunk.records.isEmpty else { return }
    try await connection.execute("truncate verify_source")
    _ = try await connection.copyIn(
      "copy verify_source (_n, _file, _line, _observed, _doc) from stdin (format binary)", [chunk.rows])
    // A range with a record that the server refuses is halved until that record stands alone.
    var ranges = [0..<chunk.records.count]
    while let range = ranges.popLast() {
      var comparison = RangeComparison(
        plan: plan, files: paths, apiVersion: options.apiVersion, withFiles: Set(allFiles.keys),
        compared: Set(files.keys), room: room(plan), repairRoom: repairRoom, isAlive: isAlive)
      try await connection.execute("savepoint verify_range")
      do {
        let outcome = try await comparison.run(range, on: connection)
        try await connection.execute("release savepoint verify_range")
        take(outcome, plan)
      } catch let error as PlatformError where UnreadableReason.isAboutData(error) {
        try await connection.execute("rollback to savepoint verify_range; release savepoint verify_range")
        if range.count > 1 {
          let middle = range.lowerBound + range.count / 2
          ranges += [middle..<range.upperBound, range.lowerBound..<middle]
        } else {
          var field = comparison.stage
          if field == nil { field = try await unreadableColumn(range, plan, on: connection) }
          try await refuse(
            chunk.records[range.lowerBound], plan.record.resource, paths[chunk.file], field, error, on: connection)
        }
      }
      // Outside of the savepoint: there the space is given back at once and not at the end of the transaction.
      let tables = plan.units.map { SQLName.quoted($0.projection.work) } + ["verify_fresh"]
      try await connection.execute("truncate \(tables.joined(separator: ", "))")
    }
  }

  private func unreadableColumn(
    _ range: Range<Int>, _ plan: ComparisonPlan, on connection: isolated PostgresConnection
  ) async throws -> String? {
    let projection = plan.record.projection
    for name in projection.columnNames {
      let select = projection.select(from: ComparisonPlan.rows(range), only: name)
      try await connection.execute("savepoint verify_column")
      do {
        _ = try await connection.query("select count(x.\(SQLName.quoted(name))) from (\(select)) as x")
        try await connection.execute("release savepoint verify_column")
      } catch let error as PlatformError where UnreadableReason.isAboutData(error) {
        try await connection.execute("rollback to savepoint verify_column; release savepoint verify_column")
        // Without an id not even the JSON itself could be read.
        return name == "id" ? nil : name == "_stub" ? "deleted" : name
      }
    }
    return nil
  }

  private mutating func refuse(
    _ record: SourceChunk.Record, _ resource: ResourceName, _ file: String, _ field: String?, _ error: PlatformError,
    on connection: isolated PostgresConnection
  ) async throws {
    add(
      Finding(
        .unreadable, id: record.id, field: field, file: file, line: record.line,
        reason: UnreadableReason.text(error)), resource)
    update(resource) { $0.source.records += 1 }
    // Its row, should there be one, is not one that the source lacks.
    _ = try await connection.query(
      "insert into verify_sighted (resource, id) values ($1, $2) on conflict do nothing",
      [.integer(Int64(ComparisonPlan.number(of: resource))), .text(record.id)])
  }
}

extension ComparisonPass {
  private func room(_ plan: ComparisonPlan) -> [ResourceName: Int] {
    Dictionary(
      plan.units.map { ($0.resource, tallies[$0.resource]?.room ?? options.findingLimit) },
      uniquingKeysWith: { first, _ in first })
  }

  private var repairRoom: Int {
    options.repairer == nil ? 0 : max(0, Self.repairLimit - repairs.values.reduce(0) { $0 + $1.count })
  }

  private mutating func take(_ outcome: RangeOutcome, _ plan: ComparisonPlan) {
    for part in outcome.parts {
      update(part.resource) { comparison in
        comparison.comparedRows += part.rows
        comparison.differingRows += part.differingRows
        comparison.source.ids += part.newIDs
        comparison.source.deleted += part.stubs
        if part.isElement {
          comparison.source.elements += part.rows
        } else {
          comparison.source.records += part.rows
        }
      }
      for (kind, count) in part.counts { tallies[part.resource]?.count(kind, count) }
      tallies[part.resource]?.list(part.findings)
      tallies[part.resource]?.addSource(part.sourceSums)
      tallies[part.resource]?.addStore(part.storeSums)
    }
    for list in outcome.lists {
      update(plan.record.resource) { comparison in
        comparison.lists[list.index].lists += list.lists
        comparison.lists[list.index].incomplete += list.cut
        comparison.lists[list.index].untied += list.untied
      }
    }
    if !outcome.repairIDs.isEmpty { repairs[plan.record.resource, default: []] += Set(outcome.repairIDs).sorted() }
  }

  private mutating func note(_ chunk: SourceChunk, _ resource: ResourceName, _ file: String) {
    for finding in chunk.refused {
      add(finding, resource)
      update(resource) { $0.source.records += 1 }
    }
    if chunk.hasMore == true {
      add(
        Finding(.incomplete, field: "has_more", file: file, reason: "the file says that its list goes on"), resource)
    }
  }

  private mutating func update(_ resource: ResourceName, _ change: (inout ResourceComparison) -> Void) {
    let empty = ResourceTally(table: resource.definition.table, findingLimit: options.findingLimit)
    tallies[resource, default: empty].update(change)
  }

  private mutating func add(_ finding: Finding, _ resource: ResourceName) {
    update(resource) { _ in }
    tallies[resource]?.add(finding)
  }

  /// What can only be said when every file has been read: counts, surplus rows, sums.
  private mutating func close(
    with store: StoreChecks, on connection: isolated PostgresConnection
  ) async throws {
    let checks = ProjectionStoreChecks(schema: options.schema)
    for resource in ResourceName.allCases where tallies[resource] != nil {
      let definition = resource.definition
      let number = ComparisonPlan.number(of: resource)
      update(resource) { $0.store = store.counts[resource] ?? .init() }
      if files[resource] != nil {
        let scope = scope(of: resource)
        if scope != .seenOnly {
          let statement = checks.surplus(
            of: definition, number: number, scope: scope, observedAt: observedAt(resource),
            limit: tallies[resource]?.room ?? 0, repairLimit: isAlive ? repairRoom : 0)
          takeSurplus(try await connection.query(statement), resource)
        }
        if let statement = checks.sums(of: definition, number: number, scope: scope) {
          tallies[resource]?.addStore(RangeComparison.sums(try await connection.query(statement)))
        }
      } else if allFiles[resource] != nil,
        let statement = checks.sums(of: definition, number: number, scope: .seenOnly)
      {
        tallies[resource]?.addStore(RangeComparison.sums(try await connection.query(statement)))
      }
      tallies[resource]?.closeSums(definition)
    }
  }

  private var isAlive: Bool { options.repairer?.isAlive ?? false }

  private mutating func takeSurplus(_ result: PostgresResult, _ resource: ResourceName) {
    for row in 0..<result.count {
      if result.integer(row, 0) == 2 {
        if let id = result[row, 3] { repairs[resource, default: []].append(id) }
      } else if result.integer(row, 0) == 0 {
        let (all, newer) = (Int(result.integer(row, 1) ?? 0), Int(result.integer(row, 2) ?? 0))
        tallies[resource]?.count(.extraInStore, all - newer)
        tallies[resource]?.count(.newerInStore, newer)
      } else {
        let kind: Finding.Kind = result.boolean(row, 4) == true ? .newerInStore : .extraInStore
        tallies[resource]?.list([Finding(kind, id: result[row, 3])])
      }
    }
  }

  /// Rows that came from files which this run does not read are no surprise.
  private func scope(of resource: ResourceName) -> ProjectionStoreChecks.Scope {
    if files.count == allFiles.count { return .all }
    let parents = ResourceName.allCases.filter { parent in
      parent.definition.children.contains { $0.resource == resource }
    }
    let isMissingParent = parents.contains { allFiles[$0] != nil && files[$0] == nil }
    return isMissingParent ? .seenOnly : .withoutSightings
  }

  /// The latest observation of a resource's files, as an SQL literal; nil where one is unknown.
  private func observedAt(_ resource: ResourceName) -> String? {
    let paths = files[resource] ?? []
    let dates = paths.compactMap { observed[$0] }
    return dates.count == paths.count ? dates.max().map { SQLName.literal($0.rfc3339) } : nil
  }

  /// Microseconds since 2000-01-01 UTC, as PostgreSQL counts.
  private static func microseconds(_ date: Date) -> Int64 {
    Int64(((date.timeIntervalSince1970 - 946_684_800) * 1_000_000).rounded())
  }

  private static func size(of path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }
}
