import APIReference
import Testing

@testable import Sandbox

/// Every object that payments make has the declared shape.
@Suite struct PaymentShapeTests {
  /// What the real server sends although the type tables do not know it (RESOURCES.md, RECORDED).
  private static let undocumented = [
    "charge": ["destination", "dispute", "order"], "dispute": ["balance_transaction"],
  ]

  private func problems(_ record: Record) -> [String] {
    var body = record.body
    for name in Self.undocumented[record.type.rawValue] ?? [] { body.remove(name) }
    return ShapeCheck().problems(in: shape(.object(body)), as: record.type.rawValue).map { "\(record.type): \($0)" }
  }

  private func shape(_ value: JSON) -> ShapeValue {
    switch value {
    case .null: .null
    case .bool(let flag): .bool(flag)
    case .integer(let number): .integer(number)
    case .decimal(let digits): .decimal(digits)
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(shape))
    case .object(let object): .object(object.members.map { (name: $0.name, value: shape($0.value)) })
    }
  }

  @Test func everythingHasItsShape() throws {
    let lab = try PaymentLab()
    let customer = try lab.customer()
    for card in TestCards.all where !card.names.isEmpty {
      for capture in ["automatic", "manual"] {
        let intent = try lab.pay(2_500, "pm_card_\(card.names[0])", capture: capture).intent
        if intent.text("status") == "requires_action" {
          _ = try lab.write { try $0.authenticate(intent.id, succeed: true) }
        }
      }
    }
    for account in ["pm_usBankAccount_success", "pm_usBankAccount_insufficientFunds"] {
      try lab.post(
        "/v1/payment_intents", nil,
        [
          "amount": 4_000, "currency": "usd", "confirm": true, "payment_method": .string(account),
          "allowed_payment_method_types": ["us_bank_account"],
        ])
    }
    try lab.post(
      "/v1/payment_intents", nil,
      [
        "amount": 4_000, "currency": "eur", "confirm": true, "payment_method_types": ["sepa_debit"],
        "payment_method_data": ["type": "sepa_debit", "sepa_debit": ["iban": "AT321904300235473204"]],
        "shipping": ["name": "Jenny", "address": ["city": "Paris"]],
      ])
    for token in ["pm_card_visa", "pm_card_chargeDeclined", "pm_card_authenticationRequired"] {
      try lab.post(
        "/v1/setup_intents", nil,
        ["customer": .string(customer.id), "confirm": true, "payment_method": .string(token)])
    }
    try lab.wait(5)
    for charge in try lab.all(.charge) { _ = try? lab.post("/v1/refunds", nil, ["charge": .string(charge.id)]) }
    for dispute in try lab.all(.dispute) {
      try lab.post("/v1/disputes/{dispute}", dispute.id, ["evidence": ["uncategorized_text": "winning_evidence"]])
    }
    try lab.pay(50_000, "pm_card_bypassPending")
    for destination in ["btok_us_verified", "btok_us_verified_noAccount"] {
      try lab.post(
        "/v1/payouts", nil, ["amount": 1_000, "currency": "usd", "destination": .string(destination)])
    }
    try lab.wait(8 * 86_400)
    let types: [RecordType] = [
      .paymentMethod, .paymentIntent, .setupIntent, .charge, .refund, .dispute, .balanceTransaction, .payout,
    ]
    for type in types {
      let records = try lab.all(type)
      #expect(!records.isEmpty)
      let found = Set(records.flatMap(problems)).sorted()
      #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }
    #expect(ShapeCheck().problems(in: shape(.object(try lab.balance())), as: "balance").isEmpty)
  }
}
