import Sandbox
import StripeModel
import Sync
import Testing

/// Holds the tables against the sandbox's own books: counts, and money in every currency.
struct LedgerProof {
  let lab: SyncLab

  /// What differs, in words; empty when nothing does.
  func differences() async throws -> [String] {
    let ledger = try lab.control("GET", "/_okapi/ledger")
    var found: [String] = []
    if ledger["problems"].array?.isEmpty != true { found.append("the sandbox's own books do not add up") }
    try await counts(ledger, &found)
    try await rows(
      "charges", ledger["money"].array?.flatMap { Self.row($0, "charges") } ?? [],
      """
      select currency, count(*), sum(amount_captured) from {s}.charges
      where status = 'succeeded' and captured and not deleted and not is_placeholder group by 1
      """, &found)
    try await rows(
      "failed charges", ledger["money"].array?.flatMap { Self.row($0, "failed_charges") } ?? [],
      """
      select currency, count(*), sum(amount) from {s}.charges
      where status = 'failed' and not deleted and not is_placeholder group by 1
      """, &found)
    try await rows(
      "refunds", ledger["money"].array?.flatMap { Self.row($0, "refunds") } ?? [],
      """
      select currency, count(*), sum(amount) from {s}.refunds where status in ('succeeded', 'pending')
        and raw::jsonb #>> '{destination_details,card,type}' is distinct from 'reversal'
        and not deleted and not is_placeholder group by 1
      """, &found)
    try await rows(
      "disputes", ledger["money"].array?.flatMap { Self.row($0, "disputes") } ?? [],
      """
      select currency, count(*), sum(amount) from {s}.disputes
      where status not like 'warning%' and status <> 'prevented' and not deleted and not is_placeholder group by 1
      """, &found)
    try await money(ledger, &found)
    return found
  }

  private func counts(_ ledger: JSON, _ found: inout [String]) async throws {
    // Of events the books know more: those of an age that the API does not tell any more.
    for name in ResourceName.allCases where name != .event {
      let table = name.definition.table
      let known = table == "invoice_items" ? "invoiceitems" : table
      guard let expected = ledger["counts"][known].integer else { continue }
      let here = try await lab.value(
        "select count(*) filter (where not deleted and not is_placeholder) from {s}.\(table)")
      if here != String(expected) { found.append("\(table): \(here ?? "-") rows, \(expected) objects") }
    }
  }

  /// `usd|12|3400`, without what is nothing.
  private static func row(_ entry: JSON, _ member: String) -> [String] {
    let (count, amount) = (entry[member]["count"].integer ?? 0, entry[member]["amount"].integer ?? 0)
    return count == 0 ? [] : ["\(entry["currency"].string ?? "")|\(count)|\(amount)"]
  }

  private func rows(_ what: String, _ expected: [String], _ sql: String, _ found: inout [String]) async throws {
    let here = try await lab.rows(sql)
    if Set(here) != Set(expected) { found.append("\(what): \(here.sorted()), in the books \(expected.sorted())") }
  }

  private func money(_ ledger: JSON, _ found: inout [String]) async throws {
    let totals = (ledger["money"].array ?? []).map { entry in
      ["fees", "net", "available", "pending", "payouts"].reduce(entry["currency"].string ?? "") {
        $0 + "|\(entry[$1].integer ?? 0)"
      }
    }
    try await rows(
      "balance", totals,
      """
      select currency, sum(fee), sum(net), coalesce(sum(net) filter (where status = 'available'), 0),
        coalesce(sum(net) filter (where status = 'pending'), 0),
        coalesce(-sum(net) filter (where type like 'payout%'), 0)
      from {s}.balance_transactions where not deleted and not is_placeholder group by 1
      """, &found)
    let invoices = (ledger["invoices"].array ?? []).map { entry in
      let sums = ["count", "total", "amount_due", "amount_paid", "amount_remaining"]
      return sums.reduce("\(entry["status"].string ?? "")|\(entry["currency"].string ?? "")") {
        $0 + "|\(entry[$1].integer ?? 0)"
      }
    }
    try await rows(
      "invoices", invoices,
      """
      select status, currency, count(*), sum(total), sum(amount_due), sum(amount_paid), sum(amount_remaining)
      from {s}.invoices where not deleted and not is_placeholder group by 1, 2
      """, &found)
    let subscriptions = (ledger["subscriptions"].array ?? []).map { entry in
      "\(entry["status"].string ?? "")|\(entry["count"].integer ?? 0)"
    }
    try await rows(
      "subscriptions", subscriptions,
      "select status, count(*) from {s}.subscriptions where not deleted and not is_placeholder group by 1", &found)
  }
}

extension SyncLab {
  /// Expects the tables to be what the sandbox's books say; as `expectEqual`, for the account goes on living.
  func expectBooks(_ location: SourceLocation = #_sourceLocation) async throws {
    var books = try await LedgerProof(lab: self).differences()
    for _ in 0..<2 where books != [] {
      guard try await sync().events > 0 else { break }
      books = try await LedgerProof(lab: self).differences()
    }
    #expect(books == [], "\(books)", sourceLocation: location)
  }
}
