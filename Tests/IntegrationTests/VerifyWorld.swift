import Foundation
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import TestSupport
import Verify

/// A migrated schema filled by SQL written here, and an export folder: the loader has no part in it.
struct VerifyWorld: Sendable {
  let connection: PostgresConnection
  let schema: String
  let folder: TemporaryDirectory

  /// The source: a customer, two charges in two currencies, an invoice of two lines.
  static let customer = """
    {"id": "cus_1", "object": "customer", "created": 1700000000, "balance": -5, "email": "a@example.com",
     "livemode": false, "metadata": {"tier": "gold"}, "name": "Ada", "preferred_locales": ["en"]}
    """
  static let charge = """
    {"id": "ch_1", "object": "charge", "amount": 1200, "amount_refunded": 0, "captured": true, "created": 1700000001,
     "currency": "eur", "customer": "cus_1", "metadata": {"order": "7", "note": null},
     "billing_details": {"address": {"country": "FR", "line2": null}, "name": "Ada"}, "status": "succeeded",
     "receipt_url": "https://receipts.example.com/1", "not_declared": {"deep": [1, {"x": 1.50}]}}
    """
  static let yenCharge = """
    {"id": "ch_2", "object": "charge", "amount": 500, "amount_refunded": 0, "captured": true, "created": 1700000002,
     "currency": "jpy", "customer": "cus_1", "metadata": {}, "status": "succeeded"}
    """
  static let lines = [
    #"{"id": "il_1", "object": "line_item", "amount": 700, "currency": "eur", "discount_amounts": [], "quantity": 1}"#,
    #"{"id": "il_2", "object": "line_item", "amount": 300, "currency": "eur", "discount_amounts": [], "quantity": 2}"#,
  ]
  static func invoice(
    lines: [String] = VerifyWorld.lines, hasMore: Bool = false, totalCount: Int = 2, subtotal: Int = 1000
  ) -> String {
    """
    {"id": "in_1", "object": "invoice", "amount_due": 1000, "amount_paid": 1000, "amount_remaining": 0,
     "created": 1700000003, "currency": "eur", "customer": "cus_1", "subtotal": \(subtotal), "total": 1000,
     "lines": {"object": "list", "data": [\(lines.joined(separator: ", "))], "has_more": \(hasMore),
      "total_count": \(totalCount), "url": "/v1/invoices/in_1/lines"}}
    """
  }

  static func list(_ records: [String], hasMore: Bool = false) -> String {
    """
    {"object": "list", "data": [\(records.joined(separator: ",\n"))], "has_more": \(hasMore), "url": "/v1/x"}
    """
  }

  /// Lends a world where store and export are equal.
  static func with<Answer: Sendable>(_ body: @Sendable (VerifyWorld) async throws -> Answer) async throws -> Answer {
    try await TestDatabase.withTestSchema { connection, schema in
      let context = RunContext(runID: "test", command: "test", log: .silent)
      _ = try await MigrationRunner(connection, schema: schema, live: schema + "_live").migrate(context)
      let world = VerifyWorld(connection: connection, schema: schema, folder: try TemporaryDirectory())
      try await world.fill()
      try world.export("customers", list([customer]))
      try world.export("charges", list([charge, yenCharge]))
      try world.export("invoices", list([invoice()]))
      return try await body(world)
    }
  }

  /// Runs SQL with the schema's name in place of `{s}`.
  func sql(_ text: String) async throws {
    try await connection.execute(text.replacingOccurrences(of: "{s}", with: "\"\(schema)\""))
  }

  func export(_ table: String, _ text: String, ending: String = ".json") throws {
    _ = try folder.write(table + ending, text)
  }

  func options(_ change: (inout VerifyOptions) -> Void = { _ in }) -> VerifyOptions {
    var options = VerifyOptions(schema: schema, directory: folder.path) { try await TestDatabase.connect() }
    change(&options)
    return options
  }

  /// Verifies the folder against the schema.
  func verify(_ change: (inout VerifyOptions) -> Void = { _ in }) async throws -> VerifyReport {
    try await Verification.run(
      options(change), context: RunContext(runID: "test", command: "verify", log: .silent))
  }

  private func fill() async throws {
    try await sql(
      """
      begin;
      insert into {s}.customers (id, created, balance, email, livemode, metadata, name, preferred_locales, raw,
          observed_at, observed_sequence)
        values ('cus_1', to_timestamp(1700000000), -5, 'a@example.com', false, '{"tier": "gold"}', 'Ada', '["en"]',
          \(PostgresLiteral.quoted(Self.customer)), '2026-01-01Z', 1);
      insert into {s}.charges (id, amount, amount_refunded, captured, created, currency, customer_id, metadata,
          billing_details_address, billing_details_address_country, billing_details_name, status, receipt_url, raw,
          observed_at, observed_sequence)
        values ('ch_1', 1200, 0, true, to_timestamp(1700000001), 'eur', 'cus_1', '{"order": "7"}',
          '{"country": "FR"}', 'FR', 'Ada', 'succeeded', 'https://receipts.example.com/1',
          \(PostgresLiteral.quoted(Self.charge)), '2026-01-01Z', 1),
        ('ch_2', 500, 0, true, to_timestamp(1700000002), 'jpy', 'cus_1', '{}', null, null, null, 'succeeded', null,
          \(PostgresLiteral.quoted(Self.yenCharge)), '2026-01-01Z', 1);
      insert into {s}.invoices (id, amount_due, amount_paid, amount_remaining, created, currency, customer_id,
          subtotal, total, raw, observed_at, observed_sequence)
        values ('in_1', 1000, 1000, 0, to_timestamp(1700000003), 'eur', 'cus_1', 1000, 1000,
          \(PostgresLiteral.quoted(Self.invoice())), '2026-01-01Z', 1);
      insert into {s}.invoice_line_items (id, invoice_id, amount, currency, discount_amounts, quantity, raw,
          observed_at, observed_sequence)
        values ('il_1', 'in_1', 700, 'eur', '[]', 1, \(PostgresLiteral.quoted(Self.lines[0])), '2026-01-01Z', 1),
        ('il_2', 'in_1', 300, 'eur', '[]', 2, \(PostgresLiteral.quoted(Self.lines[1])), '2026-01-01Z', 1);
      commit
      """)
  }
}

extension VerifyReport {
  func table(_ name: String) -> ResourceComparison? { resources.first { $0.table == name } }

  /// Every listed finding as `kind id field source store`, for comparison in one line.
  var lines: [String] {
    resources.flatMap(\.findings).map { finding in
      [finding.kind.rawValue, finding.id, finding.field, finding.source, finding.store].map { $0 ?? "-" }
        .joined(separator: " ")
    }
  }
}

extension ResourceComparison {
  /// Every sum as `column currency source store`.
  var sumLines: [String] { sums.map { "\($0.column) \($0.currency ?? "-") \($0.source) \($0.store)" } }
}
