import Foundation
import Ingest
import PlatformCore
import ResourceStore
import StripeModel
import TestSupport
import Testing

/// `client_secret` values are masked at the entrance: nothing written holds one.
@Suite struct IngestSecretTests {
  private static let secret = "abcdefghijklmnopqrstuvwxy"

  /// The tables and columns of the schema that hold the secret anywhere in a row.
  private static func leaks(_ lab: IngestLab) async throws -> [String] {
    var found: [String] = []
    let tables = try await lab.rows(
      "select table_name from information_schema.tables where table_schema = '\(lab.names.schema)'")
    for table in tables {
      let rows = try await lab.value(
        "select count(*)::text from {s}.\"\(table)\" as t where row_to_json(t)::text like '%\(secret)%'")
      if rows != "0" { found.append(table) }
    }
    return found
  }

  @Test func inTheDatabase() async throws {
    try await IngestLab.run { lab in
      let link = "https://hooks.stripe.com/redirect?client_secret=src_1_secret_\(Self.secret)&a=b"
      let intent = StripeObjects.paymentIntent("pi_1").with(
        "next_action", ["type": "redirect_to_url", "redirect_to_url": ["url": .text(link)]])
      try lab.write("payment_intents.json", JSONText.array([intent]))
      try lab.write(
        "charges.json",
        JSONText.array([StripeObjects.charge("ch_1").with("payment_intent", StripeObjects.paymentIntent("pi_2"))]))
      try lab.write(
        "invoices.json",
        JSONText.array([
          StripeObjects.invoice("in_1").with([
            "confirmation_secret": ["client_secret": .text("pi_3_secret_\(Self.secret)"), "type": "payment_intent"],
            "metadata": ["client_secret": .text(Self.secret)],
          ])
        ]))
      let report = try await lab.load()
      #expect(report.exitStatus == .done)
      #expect(try await Self.leaks(lab) == [])
      #expect(
        try await lab.value("select raw->>'id' from {s}.payment_intents where raw->>'client_secret' like '%*%' limit 1")
          != nil)
      #expect(try await lab.count("payment_intents") == 2)
      #expect(
        try await lab.value("select length(raw->'payment_intent'->>'client_secret')::text from {s}.charges") != nil)
    }
  }

  @Test(arguments: [
    #""u":"https://x/?client_secret=abcdefghijklmnopqrstuvwxy&a=b","x":tru"#, #""amount":"x""#,
    #""amount":99999999999999999999"#, #""x":"\x""#, #""x":tru"#, #""x" "y""#, #""x":"\u0000""#,
  ])
  func inRejectFiles(_ damage: String) async throws {
    try await IngestLab.run { lab in
      let good = StripeObjects.paymentIntent("pi_1").rendered
      try lab.write("payment_intents.jsonl", good + "\n" + good.dropLast() + "," + damage + "}\n")
      let report = try await lab.load()
      #expect(report["payment_intents"].rejected == 1)
      let line = try #require(try lab.rejected(report, "payment_intents").first)
      #expect(line.data?.contains(Self.secret) == false)
      #expect(line.data?.contains("pi_1") == true)
      #expect(try await Self.leaks(lab) == [])
    }
  }
}
