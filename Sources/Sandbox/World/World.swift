import PlatformCore
import SQLiteClient

/// The sandbox's state as one request (or one job) sees and changes it; whole or not at all.
///
/// What is saved is visible to every later read of the same unit. Times are Unix seconds. It is used by the thread
/// that does the unit and is never kept after it.
package final class World {
  /// Who asked: shown in events.
  package struct Origin: Sendable, Equatable {
    /// The request's id; nil for what the world does by itself.
    package var requestID: String?
    /// The idempotency key it came with.
    package var idempotencyKey: String?
    /// The version its parameters are meant in; it decides defaults, not shapes.
    package var version: APIVersion

    /// A request, or with nothing given the world itself.
    package init(requestID: String? = nil, idempotencyKey: String? = nil, version: APIVersion = .current) {
      self.requestID = requestID
      self.idempotencyKey = idempotencyKey
      self.version = version
    }

    /// The world itself.
    package static let world = Origin()
  }

  /// Real time, or the seeded world's: payments happen in it, test clock or not.
  package let wallTime: Int64
  /// The time the unit acts in: real time, or that of the test clock whose objects it works on.
  package var now: Int64
  /// Who asked.
  package var origin: Origin
  /// The customers that billing changed in this unit and has not announced yet, as they were before.
  var unannouncedCustomers: [String: JSONObject] = [:]
  let state: WriterState
  private let reader: RecordReader
  /// What was changed in this unit, in the order of the first changes.
  private var changed: [RecordKey] = []
  private var isChanged: Set<RecordKey> = []

  init(state: WriterState, wallTime: Int64, origin: Origin) {
    self.state = state
    self.wallTime = wallTime
    now = wallTime
    self.origin = origin
    reader = state.reader
  }

  /// The account's settings.
  package var settings: AccountSettings { state.settings }

  // MARK: reading

  /// The record of that id, deleted or not; nil if there is none.
  package func find(_ type: RecordType, _ id: String) throws -> Record? {
    let key = RecordKey(type: type, id: id)
    if let kept = state.records[key] { return kept }
    guard let found = try reader.find(type, id) else { return nil }
    state.records[key] = found
    return found
  }

  /// The record of that id.
  ///
  /// - Throws: Stripe's `resource_missing` naming `param`; 404 when the id stands in the path.
  package func require(
    _ type: RecordType, _ id: String, param: String, inPath: Bool = false, deletedToo: Bool = false
  ) throws -> Record {
    guard let found = try find(type, id), deletedToo || !found.isDeleted else {
      throw StripeError.noSuch(type.definition.noun, id, param: param, inPath: inPath)
    }
    return found
  }

  /// The record that another one refers to; nil when the reference is null.
  package func referred(_ type: RecordType, by id: String?) throws -> Record? {
    guard let id else { return nil }
    return try find(type, id)
  }

  /// The records of a query, in the order of the list; changes of this unit included.
  package func records(_ query: ListQuery) throws -> [Record] {
    try flush()
    return try reader.records(query).map { state.records[$0.key] ?? $0 }
  }

  /// The number of records of a query.
  package func count(_ query: ListQuery) throws -> Int {
    try flush()
    return try reader.count(query)
  }

  /// The sum of a numeric column of a query.
  package func sum(_ column: String, _ query: ListQuery) throws -> Int64 {
    try flush()
    return try reader.sum(column, query)
  }

  // MARK: writing

  /// A new id of that type.
  package func newID(_ type: RecordType, at created: Int64? = nil) -> String {
    state.ids.id(type.definition, created: created ?? now)
  }

  /// A text of so many letters and digits by chance.
  package func randomText(_ length: Int) -> String { state.ids.text(length) }

  /// Keeps a record as it is now; one without an id gets one. Emits nothing.
  package func save(_ record: inout Record) throws {
    if record.body["id"].isNull { record.body["id"] = .string(newID(record.type, at: record.created)) }
    if record.type == .subscription || record.type == .subscriptionItem { try noteHistory(of: record) }
    if record.sequence == 0 { record.sequence = try state.nextSequence(record) }
    let key = record.key
    state.records[key] = record
    if isChanged.insert(key).inserted { changed.append(key) }
  }

  /// Keeps a record and emits an event about it; with `previous_attributes` where Stripe sends them, and then only when
  /// something changed.
  package func save(_ record: inout Record, emitting event: String) throws {
    guard keepsEvents else { return try save(&record) }
    let before = record.sequence == 0 ? nil : try find(record.type, record.id)?.body
    try save(&record)
    guard Events.carriesPrevious(event), let before else {
      try emit(event, record)
      return
    }
    let previous = Events.previousAttributes(from: before, to: record.body)
    if previous.isEmpty && event.hasSuffix(".updated") { return }
    try emit(event, record, previous: previous)
  }

  /// Marks a record deleted and emits the event with its last state; retrieving a deleted customer shows a stub.
  package func delete(_ record: inout Record, emitting event: String? = nil) throws {
    record.isDeleted = true
    try save(&record)
    if let event { try emit(event, record) }
  }

  /// Emits an event about a record as it is now, and queues its delivery to every endpoint that wants it.
  ///
  /// Returns the event's id; nil when the world keeps no events yet.
  @discardableResult
  package func emit(_ type: String, _ record: Record, previous: JSONObject? = nil) throws -> String? {
    try emit(type, object: record.body, previous: previous, testClock: record.testClock)
  }

  /// Emits an event about an object that is not kept, such as the preview of an invoice.
  @discardableResult
  package func emit(
    _ type: String, object: JSONObject, previous: JSONObject? = nil, testClock: String? = nil
  ) throws -> String? {
    guard now >= state.eventsSince else { return nil }
    var data: JSONObject = ["object": .object(object)]
    if let previous { data["previous_attributes"] = .object(previous) }
    let endpoints = try state.endpoints(reader).filter { Events.matches(type, $0) }
    var event = Record(
      .event,
      body: [
        "id": .string(newID(.event)), "object": "event", "api_version": .string(APIVersion.current.text),
        "created": .integer(now), "data": .object(data), "livemode": false,
        "pending_webhooks": .integer(Int64(endpoints.count)),
        "request": [
          "id": .text(origin.requestID), "idempotency_key": .text(origin.idempotencyKey),
        ], "type": .string(type),
      ])
    try save(&event)
    for endpoint in endpoints {
      state.queueDelivery(Delivery(event: event.id, endpoint: endpoint.id, dueMilliseconds: wallTime * 1_000))
    }
    return event.id
  }

  /// Lets an event of this unit show its object as it is now: it was emitted in its place before its outcome was known.
  package func amend(event id: String?, to record: Record) throws {
    guard let id, var event = try find(.event, id) else { return }
    event["data"]["object"] = .object(record.body)
    try save(&event)
  }

  /// Whether events of the present moment are kept; a seeded world forgets the old ones.
  package var keepsEvents: Bool { now >= state.eventsSince }

  /// The moment from which events are kept.
  var eventsSince: Int64 { state.eventsSince }

  // MARK: the unit's end

  /// Writes what was saved to the database, inside the open transaction.
  func flush() throws {
    guard !changed.isEmpty else { return }
    for key in changed {
      guard let record = state.records[key] else { continue }
      try state.write(record)
      if key.type == .event { state.records[key] = nil }  // large, and hardly ever read again
    }
    changed.removeAll(keepingCapacity: true)
    state.touched.formUnion(isChanged)
    isChanged.removeAll(keepingCapacity: true)
  }

  /// Does something for its result and undoes all that it did, in the middle of a unit: a preview.
  func undoing<Result>(_ body: () throws -> Result) throws -> Result {
    try inSavepoint(keeps: false, body)
  }

  /// Does something in the middle of a unit; when it throws, only that much is undone.
  func attempting<Result>(_ body: () throws -> Result) throws -> Result {
    try inSavepoint(keeps: true, body)
  }

  private func inSavepoint<Result>(keeps: Bool, _ body: () throws -> Result) throws -> Result {
    try flush()
    try state.writeDeliveries()
    try state.database.execute("savepoint attempt")
    // Only what is touched from here on is forgotten: the unit may be a long one.
    var touchedBefore: Set<RecordKey> = []
    swap(&touchedBefore, &state.touched)
    defer {
      touchedBefore.formUnion(state.touched)
      state.touched = touchedBefore
    }
    let time = now
    let result = Swift.Result { try body() }
    if keeps, case .success(let value) = result {
      try flush()
      try state.database.execute("release attempt")
      return value
    }
    now = time
    abandon()
    changed.removeAll()
    isChanged.removeAll()
    unannouncedCustomers.removeAll()
    try state.database.execute("rollback to attempt; release attempt")
    return try result.get()
  }

  /// Forgets what was saved; the database rolls back by itself.
  func abandon() {
    state.forget(isChanged.union(state.touched))
  }
}
