import PlatformCore
import SQLiteClient

/// The truth that an oracle needs: what the books of the sandbox are, counted out of the objects themselves.
///
/// Nothing here is read from a running total: each number is a sum over stored objects, so that it can convict the
/// engine as well as a reader of the API.
package enum Ledger {
  /// The books at a moment of the world, as `okapi sandbox ledger --json` and `/_okapi/ledger` print them.
  ///
  /// Reads every object once.
  package static func json(_ reader: RecordReader, at moment: Int64) throws -> JSONObject {
    [
      "object": "ledger", "at": .integer(moment), "counts": .object(try counts(reader)),
      "deleted": .object(try counts(reader, deleted: true)), "money": .array(try Money.byCurrency(reader)),
      "invoices": .array(
        try rows(
          reader, invoices, ["status", "currency"], ["count", "total", "amount_due", "amount_paid", "amount_remaining"])
      ),
      "subscriptions": .array(try rows(reader, subscriptions, ["status"], ["count"])),
      "mrr_policy": "stripe_default",
      "mrr": .array(try RecurringRevenue.months(reader, until: moment).map(\.json)),
      "disputes": .array(
        try rows(reader, disputes, ["status", "currency"], ["count", "amount"])),
      "problems": .array(try problems(reader).map(\.json)),
      "open_disputes": .array(
        try rows(reader, openDisputes, ["id", "charge", "status", "reason", "currency"], ["amount"])),
    ]
  }

  /// The number of objects of each resource, by the name of its list.
  private static func counts(_ reader: RecordReader, deleted: Bool = false) throws(PlatformError) -> JSONObject {
    var counts: JSONObject = [:]
    for type in RecordType.allCases {
      let row = try reader.database.statement(
        "select count(*) from \(type.definition.table) where deleted = \(deleted ? 1 : 0)")
      defer { row.reset() }
      let count = try row.step() ? row.int64(0) : 0
      if !deleted || count > 0 { counts[type.definition.table] = .integer(count) }
    }
    return counts
  }

  /// The rows of a query as objects: first the texts, then the numbers.
  static func rows(
    _ reader: RecordReader, _ query: String, _ texts: [String], _ numbers: [String]
  ) throws(PlatformError) -> [JSON] {
    let row = try reader.database.statement(query)
    defer { row.reset() }
    var rows: [JSON] = []
    while try row.step() {
      var object: JSONObject = [:]
      for (index, name) in texts.enumerated() { object[name] = .text(row.text(index)) }
      for (index, name) in numbers.enumerated() {
        object[name] = .integer(row.int64(texts.count + index))
      }
      rows.append(.object(object))
    }
    return rows
  }

  private static let invoices = """
    select status, body ->> 'currency', count(*), sum(body ->> 'total'), sum(body ->> 'amount_due'),
      sum(body ->> 'amount_paid'), sum(body ->> 'amount_remaining')
    from invoices where deleted = 0 group by 1, 2 order by 1, 2
    """
  private static let subscriptions = """
    select status, count(*) from subscriptions where deleted = 0 group by 1 order by 1
    """
  private static let disputes = """
    select status, body ->> 'currency', count(*), sum(body ->> 'amount')
    from disputes where deleted = 0 group by 1, 2 order by 1, 2
    """
  private static let openDisputes = """
    select id, charge, status, body ->> 'reason', body ->> 'currency', body ->> 'amount'
    from disputes where deleted = 0 and status not in ('won', 'lost', 'warning_closed', 'prevented') order by seq
    """

  /// Sums of money, a currency at a time.
  enum Money {
    static func byCurrency(_ reader: RecordReader) throws(PlatformError) -> [JSON] {
      let totals = try Ledger.rows(
        reader, totals, ["currency"], ["fees", "net", "available", "pending", "payouts"])
      var money: [JSON] = []
      for case .object(let total) in totals {
        let currency = total["currency"]
        var entry: JSONObject = ["currency": currency]
        entry["charges"] = try one(reader, charges, currency)
        entry["failed_charges"] = try one(reader, failedCharges, currency)
        entry["refunds"] = try one(reader, refunds, currency)
        entry["disputes"] = try one(reader, withdrawals, currency)
        for member in total.members { entry[member.name] = member.value }
        entry["categories"] = .array(
          try Ledger.rows(reader, categories, ["currency", "category"], ["count", "amount", "fee", "net"])
            .filter { $0["currency"] == currency })
        money.append(.object(entry))
      }
      return money
    }

    private static func one(_ reader: RecordReader, _ query: String, _ currency: JSON) throws(PlatformError) -> JSON {
      try Ledger.rows(reader, query, ["currency"], ["count", "amount"]).first { $0["currency"] == currency }
        .map { ["count": $0["count"], "amount": $0["amount"]] } ?? ["count": 0, "amount": 0]
    }

    private static let totals = """
      select currency, sum(body ->> 'fee'), sum(body ->> 'net'), sum(iif(status = 'available', body ->> 'net', 0)),
        sum(iif(status = 'pending', body ->> 'net', 0)), -sum(iif(type like 'payout%', body ->> 'net', 0))
      from balance_transactions where deleted = 0 group by 1 order by 1
      """
    private static let categories = """
      select currency, body ->> 'reporting_category', count(*), sum(body ->> 'amount'), sum(body ->> 'fee'),
        sum(body ->> 'net')
      from balance_transactions where deleted = 0 group by 1, 2 order by 1, 2
      """
    private static let charges = """
      select body ->> 'currency', count(*), sum(body ->> 'amount_captured')
      from charges where deleted = 0 and body ->> 'status' = 'succeeded' and body ->> 'captured' group by 1
      """
    private static let failedCharges = """
      select body ->> 'currency', count(*), sum(body ->> 'amount')
      from charges where deleted = 0 and body ->> 'status' = 'failed' group by 1
      """
    private static let refunds = """
      select body ->> 'currency', count(*), sum(body ->> 'amount')
      from refunds where deleted = 0 and body ->> 'status' in ('succeeded', 'pending')
        and body ->> '$.destination_details.card.type' is not 'reversal' group by 1
      """
    private static let withdrawals = """
      select body ->> 'currency', count(*), sum(body ->> 'amount')
      from disputes where deleted = 0 and status not like 'warning%' and status <> 'prevented' group by 1
      """
  }
}
