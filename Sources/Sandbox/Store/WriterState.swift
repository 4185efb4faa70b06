import PlatformCore
import SQLiteClient

/// What is kept between units: the connection, what was read lately, and the counters.
final class WriterState {
  let database: SQLiteDatabase
  let reader: RecordReader
  var settings = AccountSettings()
  var ids = IDGenerator()
  /// Where the sandbox answers, as `http://127.0.0.1:12111`; empty while nobody serves it.
  var serverURL = ""
  /// Events before this moment of the world are not kept: what a seeded world has forgotten.
  var eventsSince: Int64 = .min
  /// Records as they are now; the database has them at the end of each unit.
  var records: [RecordKey: Record] = [:]
  /// What the unit at hand has written to the database already.
  var touched: Set<RecordKey> = []
  /// The earliest job in real time that was scheduled since the last look.
  private(set) var earliestJob: Int64?
  /// Whether deliveries were queued since the last look.
  private(set) var hasNewDeliveries = false
  private var lastSequences: [SequencePlace: Int64] = [:]
  private var knownEndpoints: [Record]?
  private var newDeliveries: [Delivery] = []

  private struct SequencePlace: Hashable {
    let type: RecordType
    let first: Int64
  }

  /// About 100 MB.
  private static let keptRecords = 10_000
  private static let keptSequences = 1_000

  init(_ database: SQLiteDatabase) {
    self.database = database
    reader = RecordReader(database)
  }

  func beginUnit() {
    touched.removeAll(keepingCapacity: true)
    newDeliveries.removeAll(keepingCapacity: true)
    if records.count > Self.keptRecords { records.removeAll(keepingCapacity: true) }
    if lastSequences.count > Self.keptSequences { lastSequences.removeAll(keepingCapacity: true) }
  }

  /// The place of a new record: behind those of the same order. None is given twice, a gap does no harm.
  func nextSequence(_ record: Record) throws(PlatformError) -> Int64 {
    let place = SequencePlace(type: record.type, first: RecordTables.firstSequence(record.order))
    // Those of the unit at hand are not in the table yet.
    let last = if let known = lastSequences[place] { known } else { try lastSequence(place) }
    lastSequences[place] = last + 1
    return last + 1
  }

  private func lastSequence(_ place: SequencePlace) throws(PlatformError) -> Int64 {
    let row = try database.statement(
      "select max(seq) from \(place.type.definition.table) where seq >= ?1 and seq < ?1 + ?2")
    row.bind(1, place.first)
    row.bind(2, RecordTables.firstSequence(1))
    defer { row.reset() }
    return try row.step() && !row.isNull(0) ? row.int64(0) : place.first
  }

  func forget(_ keys: Set<RecordKey>) {
    for key in keys { records[key] = nil }
    knownEndpoints = nil
    newDeliveries.removeAll()
  }

  /// As at the beginning of an empty store.
  func forgetEverything() {
    records.removeAll()
    lastSequences.removeAll()
    forget([])
    settings = AccountSettings()
    ids = IDGenerator()
    eventsSince = .min
  }

  /// The webhook endpoints that are not deleted.
  func endpoints(_ reader: RecordReader) throws(PlatformError) -> [Record] {
    if let knownEndpoints { return knownEndpoints }
    let found = try reader.records(ListQuery(.webhookEndpoint))
    knownEndpoints = found
    return found
  }

  func queueDelivery(_ delivery: Delivery) { newDeliveries.append(delivery) }

  func jobWasScheduled(due: Int64) { earliestJob = min(earliestJob ?? due, due) }

  /// What happened since the last look, for the threads that wait for it.
  func takeNews() -> SandboxStore.News {
    defer { (earliestJob, hasNewDeliveries) = (nil, false) }
    return SandboxStore.News(earliestJob: earliestJob, hasNewDeliveries: hasNewDeliveries)
  }

  /// Writes one record's row.
  func write(_ record: Record) throws(PlatformError) {
    let definition = record.type.definition
    let row = try database.statement(Self.upserts[record.type] ?? "")
    row.bind(1, record.sequence)
    row.bind(2, record.id)
    row.bind(3, record.isDeleted ? 1 : 0)
    var index = 4
    for column in definition.columns {
      bind(value(column, record), column, to: row, index)
      index += 1
    }
    row.bind(index, utf8: JSONWriter.bytes(record.body))
    if record.hidden.isEmpty {
      row.bind(index + 1, nil as String?)
    } else {
      row.bind(index + 1, utf8: JSONWriter.bytes(record.hidden))
    }
    try row.step()
    if record.type == .webhookEndpoint { knownEndpoints = nil }
  }

  /// Writes the deliveries that the unit queued.
  func writeDeliveries() throws(PlatformError) {
    for delivery in newDeliveries {
      let row = try database.statement(
        "insert into deliveries (event, endpoint, attempt, due, status) values (?1, ?2, ?3, ?4, ?5)")
      row.bind(1, delivery.event)
      row.bind(2, delivery.endpoint)
      row.bind(3, Int64(delivery.attempt))
      row.bind(4, delivery.dueMilliseconds)
      row.bind(5, delivery.status.rawValue)
      try row.step()
      hasNewDeliveries = true
    }
    newDeliveries.removeAll(keepingCapacity: true)
  }

  private static let upserts = Dictionary(
    uniqueKeysWithValues: RecordDefinition.all.map { ($0.type, RecordTables.upsert($0)) })

  private func value(_ column: RecordDefinition.Column, _ record: Record) -> JSON {
    var path = column.path[...]
    var value: JSON
    if path.first == "hidden" {
      path = path.dropFirst()
      value = .object(record.hidden)
    } else {
      value = record.body[path.removeFirst()]
    }
    for name in path { value = value[name] }
    return value
  }

  private func bind(_ value: JSON, _ column: RecordDefinition.Column, to row: SQLiteStatement, _ index: Int) {
    if column.isInteger {
      row.bind(index, value.integer ?? value.bool.map { $0 ? 1 : 0 })
    } else {
      row.bind(index, value.id)
    }
  }
}
