import SQLiteClient

extension RecordReader {
  /// The balance as `GET /v1/balance` answers it; its cost does not grow with the number of payments.
  package func balance() throws -> JSONObject {
    var available: [JSON] = []
    var pending: [JSON] = []
    var reserved: [JSON] = []
    for line in try balances() {
      let currency = JSON.string(line.currency)
      available.append(part(currency, line.sources.map { ($0.name, $0.available) }))
      pending.append(part(currency, line.sources.map { ($0.name, $0.pending) }))
      reserved.append(["amount": 0, "currency": currency])
    }
    return [
      "object": "balance", "available": .array(available), "connect_reserved": .array(reserved), "livemode": false,
      "pending": .array(pending),
    ]
  }

  private func part(_ currency: JSON, _ sources: [(String, Int64)]) -> JSON {
    [
      "amount": .integer(sources.reduce(0) { $0 + $1.1 }), "currency": currency,
      "source_types": .object(JSONObject(sources.map { (name: $0.0, value: .integer($0.1)) })),
    ]
  }

  typealias BalanceLine = (currency: String, sources: [(name: String, available: Int64, pending: Int64)])

  /// The totals by currency, in the order in which the currencies came up; dollars when there are none.
  func balances() throws -> [BalanceLine] {
    let row = try database.statement("select currency, source_type, available, pending from balances order by rowid")
    defer { row.reset() }
    var lines: [BalanceLine] = []
    while try row.step() {
      let source = (name: row.text(1) ?? "", available: row.int64(2), pending: row.int64(3))
      if let index = lines.firstIndex(where: { $0.currency == row.text(0) }) {
        lines[index].sources.append(source)
      } else {
        lines.append((row.text(0) ?? "", [source]))
      }
    }
    return lines.isEmpty ? [("usd", [("card", 0, 0)])] : lines
  }
}
