package import PlatformCore
import SQLiteClient

extension RecordReader {
  /// The endpoints that deliveries wait for, deleted ones too, each with the moment of its earliest one.
  package func pendingEndpoints() throws(PlatformError) -> [(endpoint: String, dueMilliseconds: Int64)] {
    let row = try database.statement(
      "select endpoint, min(due) from deliveries where due is not null group by endpoint order by endpoint")
    var found: [(String, Int64)] = []
    while try row.step() { found.append((row.text(0) ?? "", row.int64(1))) }
    return found.map { (endpoint: $0.0, dueMilliseconds: $0.1) }
  }

  /// The deliveries to one endpoint that are due by then, the longest due first.
  package func dueDeliveries(
    to endpoint: String, by milliseconds: Int64, limit: Int
  ) throws(PlatformError) -> [Delivery] {
    let row = try database.statement(
      """
      select \(Self.deliveryColumns) from deliveries where endpoint = ?1 and due is not null and due <= ?2 \
      order by due, number limit ?3
      """)
    row.bind(1, endpoint)
    row.bind(2, milliseconds)
    row.bind(3, Int64(limit))
    return try deliveries(row)
  }

  /// Every attempt to deliver an event, in the order of making.
  package func deliveries(of event: String) throws(PlatformError) -> [Delivery] {
    let row = try database.statement("select \(Self.deliveryColumns) from deliveries where event = ?1 order by number")
    row.bind(1, event)
    return try deliveries(row)
  }

  private static let deliveryColumns = "number, event, endpoint, attempt, due, status, response, error, sent"

  private func deliveries(_ row: SQLiteStatement) throws(PlatformError) -> [Delivery] {
    var found: [Delivery] = []
    while try row.step() {
      var delivery = Delivery(
        event: row.text(1) ?? "", endpoint: row.text(2) ?? "", attempt: Int(row.int64(3)),
        dueMilliseconds: row.isNull(4) ? nil : row.int64(4))
      delivery.number = row.int64(0)
      delivery.status = Delivery.Status(rawValue: row.text(5) ?? "") ?? .failed
      delivery.response = row.isNull(6) ? nil : Int(row.int64(6))
      delivery.error = row.text(7)
      delivery.sent = row.isNull(8) ? nil : row.int64(8)
      found.append(delivery)
    }
    return found
  }
}
