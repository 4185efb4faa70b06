import SQLiteClient

/// The answer that an idempotency key stands for.
package struct KeptReply: Sendable, Equatable {
  /// The caller's key.
  package var key: String
  /// What tells this request from another one: a hash of method, path and parameters.
  package var request: String
  /// The HTTP status.
  package var status: Int
  /// The body, byte for byte.
  package var body: String
  /// The id of the request that was executed.
  package var requestID: String

  /// Bundles what is kept of an answer.
  package init(key: String, request: String, status: Int, body: String, requestID: String) {
    self.key = key
    self.request = request
    self.status = status
    self.body = body
    self.requestID = requestID
  }
}

extension World {
  /// How long a key is good for: 24 hours.
  private static let keptSeconds: Int64 = 86_400

  /// The answer kept under a key within the last 24 hours.
  package func keptReply(_ key: String) throws -> KeptReply? {
    let row = try state.database.statement(
      "select request, status, body, request_id from idempotency_keys where key = ?1 and created > ?2")
    row.bind(1, key)
    row.bind(2, wallTime - Self.keptSeconds)
    guard try row.step() else { return nil }
    defer { row.reset() }
    return KeptReply(
      key: key, request: row.text(0) ?? "", status: Int(row.int64(1)), body: row.text(2) ?? "",
      requestID: row.text(3) ?? "")
  }

  /// Keeps an answer under its key, in this unit of work: it is there if and only if the change is.
  package func keep(_ reply: KeptReply) throws {
    let row = try state.database.statement(
      """
      insert or replace into idempotency_keys (key, request, status, body, request_id, created)
      values (?1, ?2, ?3, ?4, ?5, ?6)
      """)
    row.bind(1, reply.key)
    row.bind(2, reply.request)
    row.bind(3, Int64(reply.status))
    row.bind(4, reply.body)
    row.bind(5, reply.requestID)
    row.bind(6, wallTime)
    try row.step()
  }

  /// Drops the keys that are past their 24 hours; walks the whole table.
  package func dropOldReplies() throws {
    let row = try state.database.statement("delete from idempotency_keys where created <= ?1")
    row.bind(1, wallTime - Self.keptSeconds)
    try row.step()
  }
}
