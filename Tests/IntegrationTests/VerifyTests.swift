import Foundation
import PlatformCore
import StripeModel
import TestSupport
import Testing
import Verify

/// The store differs from the export in one known way; verification names it and nothing else.
@Suite struct VerifyTests {
  @Test func equalSidesAreEqual() async throws {
    try await VerifyWorld.with { world in
      let report = try await world.verify()
      #expect(report.lines == [])
      #expect(report.isEqual)
      #expect(report.exitStatus == .done)
      #expect(report.resources.map(\.table) == ["customers", "invoices", "invoice_line_items", "charges"])
      let charges = try #require(report.table("charges"))
      #expect(charges.source.records == 2)
      #expect(charges.source.ids == 2)
      #expect(charges.store.live == 2)
      #expect(charges.comparedRows == 2)
      #expect(
        charges.sumLines == [
          "amount eur 1200 1200", "amount jpy 500 500", "amount_refunded eur 0 0", "amount_refunded jpy 0 0",
        ])
      let lines = try #require(report.table("invoice_line_items"))
      #expect(lines.files.isEmpty)
      #expect(lines.source.elements == 2)
      #expect(lines.sumLines == ["amount eur 1000 1000"])
      let list = try #require(report.table("invoices")?.lists.first)
      #expect(list.path == "lines")
      #expect(list.table == "invoice_line_items")
      #expect(list.lists == 1)
      #expect(list.incomplete == 0)
      #expect(list.untied == 0)
      #expect(report.placeholders.isEmpty)
      #expect(report.references.allSatisfy { $0.orphans == 0 })
    }
  }

  @Test func oneCent() async throws {
    try await VerifyWorld.with { world in
      try await world.sql("update {s}.charges set amount = amount + 1 where id = 'ch_1'")
      let report = try await world.verify()
      #expect(report.lines == ["field_differs ch_1 amount 1200 1201", "sum_differs - amount eur 1200 1201"])
      #expect(report.exitStatus == .differences)
      let finding = try #require(report.findings(.fieldDiffers).first)
      #expect(finding.line == 1)
      #expect(finding.file?.hasSuffix("charges.json") == true)
    }
  }

  @Test func everyKindOfColumn() async throws {
    try await VerifyWorld.with { world in
      try await world.sql(
        """
        update {s}.charges set captured = false, created = created + interval '1 second', status = null,
          customer_id = null, is_placeholder = false, currency = 'usd', amount_refunded = 1
        where id = 'ch_2' and false;
        update {s}.customers set preferred_locales = '["fr"]', email = null, livemode = true, balance = 5,
          created = created + interval '1 second';
        update {s}.charges set customer_id = null where id = 'ch_2'
        """)
      let report = try await world.verify()
      #expect(
        Set(report.lines) == [
          "field_differs cus_1 preferred_locales [\"en\"] [\"fr\"]", "field_differs cus_1 email a@example.com -",
          "field_differs cus_1 livemode false true", "field_differs cus_1 balance -5 5",
          "field_differs cus_1 created 2023-11-14 22:13:20+00 2023-11-14 22:13:21+00",
          "field_differs ch_2 customer_id cus_1 -", "sum_differs - balance -5 5",
        ])
      #expect(report.table("customers")?.differingRows == 1)
    }
  }

  @Test func changedRawOfAnUndeclaredMember() async throws {
    try await VerifyWorld.with { world in
      try await world.sql("update {s}.charges set raw = replace(raw::text, '1.50', '1.51')::json where id = 'ch_1'")
      let report = try await world.verify()
      #expect(
        report.lines == [
          "raw_differs ch_1 raw.not_declared {\"deep\": [1, {\"x\": 1.50}]} {\"deep\": [1, {\"x\": 1.51}]}"
        ])
    }
  }

  @Test func rawThatIsGone() async throws {
    try await VerifyWorld.with { world in
      try await world.sql("update {s}.charges set raw = null where id = 'ch_1'")
      #expect(try await world.verify().lines == ["raw_differs ch_1 raw - -"])
    }
  }

  @Test func changedNestedValue() async throws {
    try await VerifyWorld.with { world in
      try await world.sql("update {s}.charges set metadata = '{\"order\": \"8\"}' where id = 'ch_1'")
      #expect(
        try await world.verify().lines == [
          "field_differs ch_1 metadata {\"note\": null, \"order\": \"7\"} {\"order\": \"8\"}"
        ])
    }
  }

  @Test func rowsThatAreGone() async throws {
    try await VerifyWorld.with { world in
      try await world.sql(
        "delete from {s}.charges where id = 'ch_1'; update {s}.charges set deleted = true where id = 'ch_2'")
      let report = try await world.verify()
      #expect(
        report.lines.prefix(2) == ["missing_in_store ch_1 - - -", "deleted_differs ch_2 deleted false true"])
      #expect(report.table("charges")?.count(.sumDiffers) == 2)
    }
  }

  @Test func aPlaceholderIsNoRow() async throws {
    try await VerifyWorld.with { world in
      try await world.sql("update {s}.charges set is_placeholder = true where id = 'ch_2'")
      #expect(try await world.verify().lines.first == "missing_in_store ch_2 is_placeholder - -")
    }
  }

  @Test func rowsTheSourceLacks() async throws {
    try await VerifyWorld.with { world in
      try await world.sql(
        """
        insert into {s}.customers (id, created, observed_sequence) values ('cus_9', now(), 1);
        insert into {s}.customers (id, is_placeholder) values ('cus_8', true);
        insert into {s}.customers (id, created, deleted) values ('cus_7', now(), true)
        """)
      #expect(try await world.verify().lines == ["extra_in_store cus_9 - - -"])
    }
  }

  @Test func whatStandsExpandedIsNotExtra() async throws {
    try await VerifyWorld.with { world in
      let expanded = VerifyWorld.yenCharge.replacingOccurrences(
        of: "\"cus_1\"", with: #"{"id": "cus_5", "object": "customer", "name": "Bob"}"#)
      try world.export("charges", VerifyWorld.list([VerifyWorld.charge, expanded]))
      try await world.sql(
        """
        insert into {s}.customers (id, created, name) values ('cus_5', now(), 'Bob');
        update {s}.charges set customer_id = 'cus_5', raw = replace(raw::text, 'cus_1', 'cus_5')::json where id = 'ch_2'
        """)
      #expect(try await world.verify().lines == [])
    }
  }

  @Test func listElements() async throws {
    try await VerifyWorld.with { world in
      try await world.sql(
        """
        delete from {s}.invoice_line_items where id = 'il_1';
        insert into {s}.invoice_line_items (id, invoice_id, amount, currency) values ('il_9', 'in_1', 1, 'eur');
        update {s}.invoice_line_items set quantity = 3 where id = 'il_2'
        """)
      let report = try await world.verify()
      #expect(
        report.lines == [
          "child_missing il_1 - - -", "field_differs il_2 quantity 2 3", "child_extra il_9 - - -",
          "sum_differs - amount eur 1000 301",
        ])
      #expect(report.findings(.childMissing).first?.container == "in_1")
      #expect(report.findings(.childExtra).first?.container == "in_1")
    }
  }

  /// A bug in the loader's extraction is the same wrong value in every row, with hashes and raw as they should be.
  @Test func aBugOfTheLoader() async throws {
    try await VerifyWorld.with { world in
      let records = (1...250).map { number in
        #"{"id": "ch_\#(1000 + number)", "object": "charge", "amount": \#(number), "amount_refunded": 0, "#
          + #""created": 1700000001, "currency": "eur", "status": "succeeded"}"#
      }
      try world.export("charges", records.joined(separator: "\n"), ending: ".jsonl")
      try FileManager.default.removeItem(atPath: world.folder.path + "/charges.json")
      try await world.sql("delete from {s}.charges")
      let rows = records.enumerated().map { index, record in
        "('ch_\(1001 + index)', \(index + 1), 0, to_timestamp(1700000001), 'eur', 'succeeded', '\(record)', 1)"
      }
      try await world.sql(
        """
        insert into {s}.charges (id, amount, amount_refunded, created, currency, status, raw, observed_sequence)
        values \(rows.joined(separator: ", "))
        """)
      #expect(try await world.verify { $0.chunkRecords = 40 }.isEqual)
      try await world.sql("update {s}.charges set created = created + interval '1 hour'")
      let report = try await world.verify { $0.chunkRecords = 40 }
      let charges = try #require(report.table("charges"))
      #expect(charges.count(.fieldDiffers) == 250)
      #expect(charges.differingRows == 250)
      #expect(charges.findings.count == 100)
      #expect(charges.omittedFindings == 150)
      #expect(Set(charges.findings.map(\.field)) == ["created"])
      #expect(charges.source.ids == 250)
    }
  }

  @Test func otherRenderingsOfTheSameObjects() async throws {
    try await VerifyWorld.with { world in
      // Keys in another order, white space, 1.5 for 1.50, an expanded customer, another signed address.
      try world.export(
        "charges",
        VerifyWorld.list([
          """
          {"object":"charge","id":"ch_1","status":"succeeded","not_declared":{"deep":[1,{"x":1.5}]},"currency":"eur",
           "customer":\(VerifyWorld.customer),"created":1700000001,"captured":true,"amount_refunded":0,"amount":1200,
           "receipt_url":"https://receipts.example.com/2","metadata":{"order":"7"},"failure_code":null,
           "billing_details":{"name":"Ada","address":{"country":"FR"}}}
          """, VerifyWorld.yenCharge,
        ]))
      #expect(try await world.verify().lines == [])
      // The same the other way round.
      try await world.sql(
        """
        update {s}.charges set raw = jsonb_set(raw::jsonb, '{customer}', '{"id": "cus_1"}')::json where id = 'ch_1'
        """)
      #expect(try await world.verify().lines == [])
    }
  }

  @Test func oldShape() async throws {
    try await VerifyWorld.with { world in
      let old = """
        {"id": "in_2", "object": "invoice", "amount_due": 0, "amount_paid": 0, "amount_remaining": 0, "charge": "ch_1",
         "created": 1700000003, "currency": "eur", "customer": "cus_1", "subscription": "sub_1", "subtotal": 0,
         "total": 0}
        """
      try await world.sql(
        """
        begin;
        insert into {s}.subscriptions (id, is_placeholder) values ('sub_1', true);
        insert into {s}.invoices (id, amount_due, amount_paid, amount_remaining, charge_id, created, currency,
          customer_id, subscription_id, subtotal, total, raw, observed_sequence)
        values ('in_2', 0, 0, 0, 'ch_1', to_timestamp(1700000003), 'eur', 'cus_1', 'sub_1', 0, 0, '\(old)', 1);
        commit
        """)
      try world.export("invoices", VerifyWorld.list([VerifyWorld.invoice(), old]))
      let report = try await world.verify()
      #expect(report.lines == [])
      let placeholders = try #require(report.placeholders.first)
      #expect(report.placeholders.count == 1)
      #expect(placeholders.table == "subscriptions")
      #expect(placeholders.count == 1)
      let referrers = placeholders.referrers.map { "\($0.table).\($0.column) \($0.placeholders)" }
      #expect(referrers == ["invoices.subscription_id 1"])
      // The newer place wins over the older one.
      let both = old.replacingOccurrences(
        of: "\"subtotal\"", with: #""parent": {"subscription_details": {"subscription": "sub_2"}}, "subtotal""#)
      try world.export("invoices", VerifyWorld.list([VerifyWorld.invoice(), both]))
      #expect(try await world.verify().lines.contains("field_differs in_2 subscription_id sub_2 sub_1"))
    }
  }

  @Test func deletionStubs() async throws {
    try await VerifyWorld.with { world in
      try world.export("customers", VerifyWorld.list([#"{"id": "cus_1", "object": "customer", "deleted": true}"#]))
      #expect(try await world.verify().lines.first == "deleted_differs cus_1 deleted true false")
      try await world.sql("update {s}.customers set deleted = true")
      let report = try await world.verify()
      #expect(report.lines == [])
      #expect(report.table("customers")?.source.deleted == 1)
    }
  }

  @Test func whatWasNotAskedForIsNotCompared() async throws {
    try await VerifyWorld.with { world in
      let price = """
        {"id": "price_1", "object": "price", "active": true, "created": 1700000000, "currency": "eur",
         "product": "prod_1"}
        """
      try await world.sql(
        """
        begin;
        insert into {s}.products (id, is_placeholder) values ('prod_1', true);
        insert into {s}.prices (id, active, created, currency, product_id, tiers, raw, observed_sequence)
        values ('price_1', true, to_timestamp(1700000000), 'eur', 'prod_1', '[{"up_to": 5}]', '\(price)', 1);
        commit
        """)
      try world.export("prices", VerifyWorld.list([price]))
      #expect(try await world.verify().lines == [])
      let asked = price.replacingOccurrences(of: "\"product\"", with: #""tiers": [{"up_to": 6}], "product""#)
      try world.export("prices", VerifyWorld.list([asked]))
      #expect(try await world.verify().lines == ["field_differs price_1 tiers [{\"up_to\": 6}] [{\"up_to\": 5}]"])
    }
  }
}
