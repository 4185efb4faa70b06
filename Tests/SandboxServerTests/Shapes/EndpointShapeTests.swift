import APIReference
import Sandbox
import Testing

@testable import SandboxServer

/// Every call that is served answers what Stripe's type tables say of it.
@Suite struct EndpointShapeTests {
  /// Stripe's calls that are declared and refused as unsupported.
  private static let unsupported: Set<String> = [
    "POST /v1/payouts/{payout}/reverse", "POST /v1/charges", "POST /v1/charges/{charge}/refunds",
    "POST /v1/customers/{customer}/cash_balance", "GET /v1/customers/{customer}/cash_balance",
    "GET /v1/customers/{customer}/cash_balance_transactions",
    "GET /v1/customers/{customer}/cash_balance_transactions/{transaction}",
    "POST /v1/customers/{customer}/funding_instructions", "POST /v1/customers/{customer}/sources",
    "GET /v1/customers/{customer}/sources", "POST /v1/customers/{customer}/sources/{id}",
    "GET /v1/customers/{customer}/sources/{id}", "DELETE /v1/customers/{customer}/sources/{id}",
    "POST /v1/customers/{customer}/sources/{id}/verify", "POST /v1/customers/{customer}/tax_ids",
    "GET /v1/customers/{customer}/tax_ids", "GET /v1/customers/{customer}/tax_ids/{id}",
    "DELETE /v1/customers/{customer}/tax_ids/{id}", "POST /v1/invoices/{invoice}/attach_payment",
    "POST /v1/invoices/{invoice}/lines/{line_item_id}", "POST /v1/invoices/{invoice}/remove_lines",
    "POST /v1/invoices/{invoice}/update_lines", "GET /v1/payment_intents/{intent}/amount_details_line_items",
    "POST /v1/payment_intents/{intent}/apply_customer_balance",
    "POST /v1/payment_intents/{intent}/increment_authorization",
    "POST /v1/payment_intents/{intent}/verify_microdeposits", "POST /v1/setup_intents/{intent}/verify_microdeposits",
  ]
  /// Calls that are served and never succeed, with what they say.
  private static let refusing = [
    // Only a refund that waits for its customer can be canceled, and no payment method of the sandbox makes one.
    "POST /v1/refunds/{refund}/cancel": "cannot be canceled because it has a status of succeeded."
  ]

  private static func name(_ endpoint: Endpoint) -> String { "\(endpoint.method) \(endpoint.path)" }

  @Test("every answer and every event of a whole life has its shape, and every call is answered")
  func everyCall() throws {
    let lab = try ShapeLab()
    try lab.live()
    let events = try lab.readEvents()
    #expect(lab.problems.sorted() == [], "\n\(lab.problems.sorted().joined(separator: "\n"))")

    let served = Set(ServedAPI.everything.endpoints.map(Self.name)).subtracting(Self.unsupported)
    #expect(served.subtracting(lab.answered).sorted() == Self.refusing.keys.sorted())
    let triggered = Set(TriggerScenes.all.flatMap(\.events))
    #expect(triggered.subtracting(events).sorted() == [], "events whose objects were not seen")
  }

  @Test func whatIsDeclaredAndNotServedSaysSo() throws {
    let lab = try ShapeLab()
    let declared = ServedAPI.everything.endpoints.filter {
      if case .unsupported = Route($0, .everything).action { true } else { false }
    }
    #expect(Set(declared.map(Self.name)) == Self.unsupported)
    for endpoint in declared {
      let answer = try lab.send(endpoint.method, endpoint.path.replacing(#/\{\w+\}/#, with: "x_1"))
      #expect(answer.status == 400, "\(Self.name(endpoint))")
      #expect(answer.error["code"] == "unsupported", "\(Self.name(endpoint)): \(answer.text)")
    }
  }

  @Test func whatNeverSucceedsSaysWhy() throws {
    let lab = try ShapeLab()
    let refund = try lab.post("/v1/refunds", ["charge": lab.charge("pm_card_visa")]).id ?? ""
    for (name, reason) in Self.refusing {
      let parts = name.split(separator: " ").map(String.init)
      let answer = try lab.send(parts[0], parts[1].replacing("{refund}", with: refund))
      #expect(answer.status == 400)
      #expect(answer.message?.hasSuffix(reason) == true, "\(answer.text)")
    }
  }
}
