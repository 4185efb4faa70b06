import PlatformCore
import SQLiteClient

/// An equation of the books that does not hold.
package struct LedgerProblem: Sendable, Equatable {
  /// Which one: `invoice_total`, `charge_refunded` …
  package let rule: String
  /// The object it is about, or the currency.
  package let id: String
  /// What the rest of the books say.
  package let expected: Int64
  /// What the object says.
  package let found: Int64

  var json: JSON {
    ["rule": .string(rule), "id": .string(id), "expected": .integer(expected), "found": .integer(found)]
  }
}

extension Ledger {
  private static let limitPerRule = 100

  /// The equations that do not hold, at most a hundred of each; none in a sound world.
  package static func problems(_ reader: RecordReader) throws -> [LedgerProblem] {
    var problems: [LedgerProblem] = []
    for (rule, query) in rules {
      let row = try reader.database.statement(
        "select id, expected, found from (\(query)) where expected is not found limit \(limitPerRule)")
      defer { row.reset() }
      while try row.step() {
        problems.append(
          LedgerProblem(rule: rule, id: row.text(0) ?? "", expected: row.int64(1), found: row.int64(2)))
      }
    }
    return problems
  }

  /// The equations: `id`, what is expected and what is found.
  private static let rules: [(String, String)] = [
    (
      // An invoice is its lines less its discounts and with its taxes.
      "invoice_total",
      """
      select i.id, i.body ->> 'total' as found,
        coalesce(
          (select sum(l.body ->> 'amount') from invoice_line_items l where l.invoice = i.id and l.deleted = 0), 0)
        - coalesce((select sum(value ->> 'amount') from json_each(i.body, '$.total_discount_amounts')), 0)
        + coalesce((select sum(value ->> 'amount') from json_each(i.body, '$.total_taxes')), 0) as expected
      from invoices i where i.deleted = 0
      """
    ),
    (
      // What the customer's balance did not take is due.
      "invoice_due",
      """
      select id, body ->> 'amount_due' as found,
        (body ->> 'total') + (body ->> 'starting_balance') - (body ->> 'ending_balance') as expected
      from invoices where deleted = 0 and body ->> 'ending_balance' is not null and status <> 'draft'
      """
    ),
    (
      "invoice_remaining",
      """
      select id, body ->> 'amount_remaining' as found, (body ->> 'amount_due') - (body ->> 'amount_paid') as expected
      from invoices where deleted = 0 and status in ('open', 'paid', 'uncollectible')
      """
    ),
    (
      "invoice_paid",
      """
      select i.id, i.body ->> 'amount_paid' as found,
        coalesce((select sum(p.body ->> 'amount_paid') from invoice_payments p
          where p.invoice = i.id and p.status = 'paid'), 0) as expected
      from invoices i where i.deleted = 0 and i.status <> 'draft'
      """
    ),
    (
      "invoice_payment",
      """
      select p.id, p.body ->> 'amount_paid' as found, i.body ->> 'amount_received' as expected
      from invoice_payments p join payment_intents i on i.id = p.payment_payment_intent where p.status = 'paid'
      """
    ),
    (
      "payment_received",
      """
      select i.id, i.body ->> 'amount_received' as found,
        coalesce((select sum(c.body ->> 'amount_captured') from charges c
          where c.payment_intent = i.id and c.body ->> 'status' = 'succeeded'), 0) as expected
      from payment_intents i
      """
    ),
    (
      // What of an authorisation was not captured is a refund too, though nothing is booked for it.
      "charge_refunded",
      """
      select c.id, (c.body ->> 'amount_refunded') as found,
        coalesce((select sum(r.body ->> 'amount') from refunds r
          where r.charge = c.id and r.body ->> 'status' in ('succeeded', 'pending', 'requires_action')), 0) as expected
      from charges c where c.body ->> 'status' = 'succeeded'
      """
    ),
    (
      "charge_booked",
      """
      select c.id, t.body ->> 'amount' as found, c.body ->> 'amount_captured' as expected
      from charges c join balance_transactions t on t.id = c.body ->> 'balance_transaction'
      """
    ),
    (
      "refund_booked",
      """
      select r.id, t.body ->> 'amount' as found, -(r.body ->> 'amount') as expected
      from refunds r join balance_transactions t on t.id = r.body ->> 'balance_transaction'
      """
    ),
    (
      "payout_booked",
      """
      select p.id, t.body ->> 'amount' as found, -(p.body ->> 'amount') as expected
      from payouts p join balance_transactions t on t.id = p.body ->> 'balance_transaction'
      """
    ),
    (
      "net_is_amount_less_fee",
      """
      select id, body ->> 'net' as found, (body ->> 'amount') - (body ->> 'fee') as expected from balance_transactions
      """
    ),
    (
      "fee_details",
      """
      select id, body ->> 'fee' as found,
        coalesce((select sum(value ->> 'amount') from json_each(body, '$.fee_details')), 0) as expected
      from balance_transactions
      """
    ),
    (
      "customer_balance",
      """
      select c.id, c.body ->> 'balance' as found,
        coalesce((select sum(t.body ->> 'amount') from customer_balance_transactions t
          where t.customer = c.id and t.body ->> 'currency' is c.body ->> 'currency'), 0) as expected
      from customers c
      """
    ),
    ("balance_available", balance("available")),
    ("balance_pending", balance("pending")),
  ]

  /// The balance that is kept as a total against the transactions one by one.
  private static func balance(_ status: String) -> String {
    """
    select currency as id, sum(\(status)) as found,
      coalesce((select sum(t.body ->> 'net') from balance_transactions t
        where t.currency = balances.currency and t.status = '\(status)'), 0) as expected
    from balances group by currency
    """
  }
}
