@testable import Sandbox

extension CallMaker {
  mutating func paymentCall(_ books: Books) -> RandomCall? {
    let open = books.all(.paymentIntent) { !["succeeded", "canceled"].contains($0.status) }
    guard !open.isEmpty, !chance.once(in: 3) else { return newIntent(books) }
    let waiting = open.filter { $0.status == "requires_action" }
    if !waiting.isEmpty, chance.once(in: 3) { return waits(waiting) }
    let held = open.filter { $0.status == "requires_capture" }
    if chance.once(in: 3), let intent = chance.pick(held) {
      if chance.once(in: 6) {
        return .post("charges/{charge}/capture", intent.reference("latest_charge"), capture(intent, "amount"))
      }
      return chance.once(in: 4)
        ? .post("payment_intents/{intent}/cancel", intent.id)
        : .post("payment_intents/{intent}/capture", intent.id, capture(intent, "amount_to_capture"))
    }
    guard let intent = chance.once(in: 10) ? chance.pick(books.all(.paymentIntent)) : chance.pick(open) else {
      return nil
    }
    switch chance.number(6) {
    case 0: return .post("payment_intents/{intent}/cancel", intent.id)
    case 1:
      return .post(
        "payment_intents/{intent}", intent.id,
        chance.once(in: 2)
          ? ["capture_method": chance.one(of: "automatic", "manual")]
          : ["amount": .integer(chance.amount(60...9_000) * 10)])
    default:
      var params: JSONObject = [:]
      if !chance.once(in: 4) { params["payment_method"] = .string(method(for: intent, books)) }
      if chance.once(in: 5) { params["off_session"] = true }
      return .post("payment_intents/{intent}/confirm", intent.id, params)
    }
  }

  private mutating func waits(_ intents: [Record]) -> RandomCall? {
    guard let intent = chance.pick(intents) else { return nil }
    return .authenticate(intent.id, succeeds: !chance.once(in: 3))
  }

  private mutating func capture(_ intent: Record, _ name: String) -> JSONObject {
    chance.once(in: 2) ? [:] : [name: .integer(chance.amount(1...(intent.int("amount") + 10)))]
  }

  private mutating func method(for intent: Record, _ books: Books) -> String {
    guard let customer = intent.reference("customer") else { return chance.pick(Self.cards) ?? "" }
    let own = books.all(.paymentMethod) { $0.reference("customer") == customer }
    return chance.once(in: 2) ? chance.pick(Self.cards) ?? "" : chance.pick(own)?.id ?? "pm_card_visa"
  }

  private mutating func newIntent(_ books: Books) -> RandomCall {
    let currency = chance.pick(Self.currencies) ?? "usd"
    let card = chance.pick(Self.cards) ?? ""
    var params: JSONObject = [
      "amount": .integer(chance.amount(5...3_000) * 10), "currency": .string(currency),
      "payment_method": .string(card), "confirm": .bool(!chance.once(in: 4)),
      "capture_method": chance.one(of: "automatic", "automatic_async", "manual"),
    ]
    if card.hasPrefix("pm_us") { params["capture_method"] = "automatic" }
    if chance.once(in: 2), let customer = customer(books) {
      params["customer"] = .string(customer.id)
      if chance.once(in: 3) { params["setup_future_usage"] = "off_session" }
    }
    return .post("payment_intents", nil, params)
  }

  // MARK: refunds, disputes, payouts

  mutating func moneyCall(_ books: Books) -> RandomCall? {
    switch chance.number(10) {
    case 0...3:
      guard let charge = chance.pick(books.all(.charge)) else { return nil }
      if chance.once(in: 8) { return .post("charges/{charge}", charge.id, ["description": "changed"]) }
      var params: JSONObject = ["charge": charge["id"]]
      if chance.once(in: 3), let intent = charge.reference("payment_intent") {
        params = ["payment_intent": .string(intent)]
      }
      if !chance.once(in: 3) { params["amount"] = .integer(chance.amount(1...max(1, charge.int("amount")))) }
      return .post("refunds", nil, params)
    case 4:
      guard let refund = chance.pick(books.ids(.refund)) else { return nil }
      return chance.once(in: 3)
        ? .post("refunds/{refund}/cancel", refund)
        : .post("refunds/{refund}", refund, ["metadata": ["k": .string(String(chance.number(9)))]])
    case 5...7:
      guard let dispute = chance.pick(books.ids(.dispute)) else { return nil }
      if chance.once(in: 6) { return .post("disputes/{dispute}/close", dispute) }
      return .post(
        "disputes/{dispute}", dispute,
        [
          "evidence": [
            "uncategorized_text": chance.one(of: "winning_evidence", "losing_evidence", "escalate_inquiry_evidence")
          ], "submit": .bool(!chance.once(in: 4)),
        ])
    case 8:
      var params: JSONObject = [
        "amount": .integer(chance.amount(1...20_000)), "currency": .string(chance.pick(Self.currencies) ?? "usd"),
      ]
      if chance.once(in: 3) { params["destination"] = "btok_us_verified_noAccount" }
      if chance.once(in: 4) { params["source_type"] = "bank_account" }
      return .post("payouts", nil, params)
    default:
      guard let payout = chance.pick(books.ids(.payout)) else { return nil }
      return chance.once(in: 2)
        ? .post("payouts/{payout}/cancel", payout) : .post("payouts/{payout}", payout, ["metadata": ["k": "v"]])
    }
  }
}
