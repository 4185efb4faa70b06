import PlatformCore
package import PostgresClient
package import StripeModel

/// Looks up and writes rows of any declared resource over one connection.
///
/// Order of changes: a newer version (observed_at, observed_sequence) wins, whatever arrives first. Every chunk is one
/// transaction; placeholders for missing parents are committed before it, so that its foreign keys hold.
package struct ResourceStore: Sendable {
  /// The connection all statements run on.
  package let connection: PostgresConnection
  /// Where the tables are.
  package let names: StoreNames
  private let statements: [ResourceName: ResourceStatements]

  /// pglz takes ten times as long as lz4. The planner shall go through indexes, not read the whole table for every
  /// chunk.
  private static let settings: KeyValuePairs = ["default_toast_compression": "lz4", "random_page_cost": "1.1"]

  /// Makes a store over an open connection to a migrated database.
  package init(connection: PostgresConnection, names: StoreNames) {
    self.connection = connection
    self.names = names
    statements = Dictionary(
      uniqueKeysWithValues: ResourceName.allCases.map { ($0, ResourceStatements($0, names: names)) })
  }

  /// The columns of a COPY row of that resource, in order.
  package static func copyColumns(of resource: ResourceName) -> [String] {
    ResourceStatements.copyColumns(of: resource.definition)
  }

  /// What must be done with each observation; those missing from the answer are stored as observed.
  ///
  /// Keys are positions in `observations`. One round trip; ids must be distinct.
  package func states(
    of observations: [Observation], in resource: ResourceName
  ) async throws -> [Int: RowState] {
    guard !observations.isEmpty else { return [:] }
    let result = try await connection.query(
      statement(resource).states,
      [
        .textArray(observations.map(\.id)), .integerArray(observations.map(\.contentHash)),
        .integerArray(observations.map(\.expandedHash)), .moments(observations), .sequences(observations),
        .textArray(observations.map { $0.isDeleted ? "t" : "f" }),
      ])
    var states: [Int: RowState] = [:]
    for row in 0..<result.count {
      guard let ordinal = result[row, 0].flatMap({ Int($0) }), let state = result[row, 1].flatMap(RowState.init) else {
        throw PlatformError(.bug, "the look-up of row states answered in an unknown form")
      }
      states[ordinal - 1] = state
    }
    return states
  }

  /// The stored raw JSON of some rows, by id.
  package func raws(of ids: [String], in resource: ResourceName) async throws -> [String: String] {
    let result = try await connection.query(statement(resource).raws, [.textArray(ids)])
    var raws: [String: String] = [:]
    for row in 0..<result.count {
      if let id = result[row, 0] { raws[id] = result[row, 1] }
    }
    return raws
  }

  /// Writes a chunk in one transaction, after committing the placeholders it needs.
  ///
  /// - Throws: a retryable error where another writer got in between (deadlock, the same new id): look up again.
  package func write(_ set: WriteSet) async throws -> WriteOutcome {
    guard !set.isEmpty else { return WriteOutcome() }
    try await insertPlaceholders(set)
    return try await connection.transaction(settings: Self.settings) { connection in
      var outcome = WriteOutcome()
      for (resource, writes) in set.tables.sorted(by: { $0.key < $1.key }) {
        outcome.tables[resource] = try await write(writes, of: resource, set, over: connection)
      }
      for (child, count) in try await markVanished(set, over: connection) where count > 0 {
        outcome.tables[child, default: .init()].vanished += count
      }
      return outcome
    }
  }

  /// Marks children deleted that are missing in a complete list: in one of this chunk, or, where the chunk's children
  /// are older, in a newer one that was loaded before.
  private func markVanished(
    _ set: WriteSet, over connection: isolated PostgresConnection
  ) async throws -> [(ResourceName, Int)] {
    var vanished: [(ResourceName, Int)] = []
    for (key, lists) in set.completeLists.sorted(by: { $0.key.list.resource < $1.key.list.resource }) {
      // Noted before children are looked for: whoever brings an older one from now on finds the note or waits for it.
      let ids = PostgresParameter.textArray(lists.parents.map(\.id))
      let moments = PostgresParameter.integerArray(lists.parents.map(\.version.observedAt.milliseconds))
      let sequences = PostgresParameter.integerArray(lists.parents.map(\.version.sequence))
      _ = try await connection.query(statement(key.parent).noteComplete(key.list), [ids, moments])
      let marked = try await connection.query(
        statement(key.list.resource).markVanished(key.list),
        [ids, moments, sequences, .textArray(lists.children), .text(set.runID)])
      vanished.append((key.list.resource, marked.affectedRows))
    }
    for parent in ResourceName.allCases {
      for list in parent.definition.children {
        guard let ids = set.tables[list.resource]?.liveIDs, !ids.isEmpty else { continue }
        let marked = try await connection.query(
          statement(list.resource).markLate(of: parent, list), [.textArray(ids), .text(set.runID)])
        vanished.append((list.resource, marked.affectedRows))
      }
    }
    return vanished
  }

  /// Of parents with an expected number of children, those that have them all.
  package func completed(
    _ parents: [(id: String, expected: Int)], of list: ChildList
  ) async throws -> Set<String> {
    let result = try await connection.query(
      statement(list.resource).completed(list),
      [.textArray(parents.map(\.id)), .integerArray(parents.map { Int64($0.expected) })])
    return Set((0..<result.count).compactMap { result[$0, 0] })
  }

  /// How many rows are placeholders, of the tables that have any.
  ///
  /// Found by the partial indexes, whatever the server believes of a table that was just filled: it would read them
  /// all.
  package func placeholders() async throws -> [ResourceName: Int] {
    let names = ResourceName.allCases
    let counts = names.map { "(\(statement($0).countPlaceholders))" }.joined(separator: ", ")
    let found = try await connection.transaction(
      settings: ["enable_seqscan": "off", "enable_bitmapscan": "off"]
    ) { try await $0.query("select \(counts)") }
    return Dictionary(
      uniqueKeysWithValues: names.enumerated().compactMap { column, name in
        found.integer(0, column).flatMap { $0 > 0 ? (name, Int($0)) : nil }
      })
  }

  /// How many placeholders of a table are referred to, by column (`charges.customer_id`).
  package func referred(toPlaceholdersOf resource: ResourceName) async throws -> [String: Int] {
    var referredBy: [String: Int] = [:]
    for other in ResourceName.allCases {
      for (column, target) in other.definition.foreignKeys where target == resource {
        let found = try await count(
          statement(resource).countPlaceholders(referredToBy: other, column: column.name))
        if found > 0 { referredBy["\(other.definition.table).\(column.name)"] = found }
      }
    }
    return referredBy
  }

  private func count(_ sql: String) async throws -> Int {
    try await connection.query(sql)[0, 0].flatMap { Int($0) } ?? 0
  }

  private func insertPlaceholders(_ set: WriteSet) async throws {
    // Rows of this very chunk need no placeholder: foreign keys are checked when it commits.
    let needed = set.referred.compactMap { target, ids -> (ResourceName, [String])? in
      let missing = ids.subtracting(set.tables[target].map { $0.inserts.ids + $0.updates.ids } ?? [])
      return missing.isEmpty ? nil : (target, missing.sorted())
    }
    guard !needed.isEmpty else { return }
    // Need not be waited for: the log is written in order, so that whatever refers to a placeholder is never safe
    // before the placeholder itself is.
    try await connection.transaction(settings: ["synchronous_commit": "off"]) { connection in
      for (target, ids) in needed.sorted(by: { $0.0 < $1.0 }) {
        _ = try await connection.query(
          statement(target).insertPlaceholders, [.textArray(ids), .text(set.runID)])
      }
    }
  }

  private func write(
    _ writes: WriteSet.TableWrites, of resource: ResourceName, _ set: WriteSet,
    over connection: isolated PostgresConnection
  ) async throws -> WriteOutcome.Counts {
    let sql = statement(resource)
    var counts = WriteOutcome.Counts()
    if !writes.inserts.ids.isEmpty {
      counts.inserted = try await connection.copyIn(sql.copy, Self.stream(writes.inserts))
    }
    if !writes.updates.ids.isEmpty {
      try await connection.execute(sql.createStage)
      _ = try await connection.copyIn(sql.copyToStage, Self.stream(writes.updates))
      counts.updated = try await connection.query(sql.update).affectedRows
      if let complete = sql.complete { counts.updated += try await connection.query(complete).affectedRows }
      counts.overtaken += writes.updates.ids.count - counts.updated
    }
    if !writes.stubs.isEmpty {
      counts.deleted = try await connection.query(
        sql.markDeleted,
        [
          .textArray(writes.stubs.map(\.id)), .integerArray(writes.stubs.map(\.contentHash)),
          .moments(writes.stubs), .sequences(writes.stubs), .text(set.runID),
        ]
      ).affectedRows
      counts.overtaken += writes.stubs.count - counts.deleted
    }
    if !writes.confirmed.isEmpty { try await confirm(writes.confirmed, sql, over: connection) }
    return counts
  }

  /// Moves the version of rows seen again as they are.
  ///
  /// - Throws: a retryable error where another writer changed one of them since the look-up, to what is older.
  private func confirm(
    _ confirmed: [Observation], _ sql: ResourceStatements, over connection: isolated PostgresConnection
  ) async throws {
    let parameters: [PostgresParameter] = [
      .textArray(confirmed.map(\.id)), .integerArray(confirmed.map(\.contentHash)),
      .integerArray(confirmed.map(\.expandedHash)), .moments(confirmed), .sequences(confirmed),
      .textArray(confirmed.map { $0.isDeleted ? "t" : "f" }), .textArray(confirmed.map(\.apiVersion)),
    ]
    guard try await connection.query(sql.confirm, parameters).affectedRows < confirmed.count,
      try await connection.query(sql.countOlder, [parameters[0], parameters[3], parameters[4]])[0, 0] != "0"
    else { return }
    throw PlatformError(
      .temporary, "a row changed between look-up and write", context: ["table": sql.resource.definition.table],
      isRetryable: true)
  }

  /// Rows between the header and the trailer of the binary format: a signature, no flags, no extension; a count of -1.
  ///
  /// Source: PostgreSQL documentation, COPY, "Binary Format".
  private static func stream(_ rows: WriteSet.CopyRows) -> [[UInt8]] {
    [Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00] + [UInt8](repeating: 0, count: 8), rows.bytes, [0xff, 0xff]]
  }

  private func statement(_ resource: ResourceName) -> ResourceStatements {
    // Every case has its statements from `init` on.
    statements[resource] ?? ResourceStatements(resource, names: names)
  }
}

extension PostgresParameter {
  /// When things were observed, in Unix milliseconds.
  fileprivate static func moments(_ observations: [Observation]) -> PostgresParameter {
    .integerArray(observations.map(\.version.observedAt.milliseconds))
  }

  fileprivate static func sequences(_ observations: [Observation]) -> PostgresParameter {
    .integerArray(observations.map(\.version.sequence))
  }
}
