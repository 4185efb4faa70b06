import Foundation
import PlatformCore
import Sandbox
import StripeClient
import TestSupport

/// Changes an account as its owner and its customers would, at random: old objects and new ones, some of them at once.
struct RandomChanges {
  private typealias Form = [(String, String)]
  private let lab: SyncLab
  private let client: StripeClient
  private var chance: SeededRandom
  private var calls = 0
  /// The calls that were not refused, by what they did.
  private(set) var done: [String: Int] = [:]

  init(_ lab: SyncLab, seed: UInt64) {
    self.lab = lab
    chance = SeededRandom(seed: seed)
    client = lab.client()
  }

  mutating func make(_ count: Int) async throws {
    for _ in 0..<count { try await one() }
  }

  /// Invoices whose lists are longer than what is embedded, and than a page.
  mutating func longInvoices() async throws {
    for lines in [11, 20, 101] { try await invoice(lines: lines) }
  }

  private mutating func one() async throws {
    switch Int.random(in: 0..<20, using: &chance) {
    case 0...3: try await customer()
    case 4: try await newCustomer()
    case 5, 6: try await paymentMethod()
    case 7...9: try await refund()
    case 10, 11: try await subscription()
    case 12: try await newSubscription()
    case 13: try await invoice(lines: Int.random(in: 0...13, using: &chance))
    case 14, 15: try await oldInvoice()
    case 16: try await payment()
    case 17: try await catalogue()
    case 18: try await coupon()
    default: try await money()
    }
  }

  // MARK: calls

  private mutating func post(_ what: String, _ path: String, _ form: Form = []) async throws -> String? {
    calls += 1
    let key = "lab-\(calls)-\(UInt64.random(in: .min ... .max, using: &chance))"
    do {
      let answer = try await client.post(path, form, idempotencyKey: key)
      done[what, default: 0] += 1
      return try JSONParser().parse(answer.body)["id"].string
    } catch  where StripeClient.body(of: error).map({ (400..<500).contains($0.status) }) ?? false {
      // What the world does not allow at this moment: as with people.
      return nil
    }
  }

  private mutating func delete(_ what: String, _ path: String) async throws {
    do {
      _ = try await client.delete(path)
      done[what, default: 0] += 1
    } catch  where StripeClient.body(of: error).map({ (400..<500).contains($0.status) }) ?? false {}
  }

  private mutating func pick(_ type: RecordType) throws -> String? {
    let share = Double.random(in: 0..<1, using: &chance)
    return try lab.id(type, at: share)
  }

  private mutating func once(in times: Int) -> Bool { Int.random(in: 0..<times, using: &chance) == 0 }
  private mutating func number(_ range: ClosedRange<Int>) -> String { String(Int.random(in: range, using: &chance)) }

  // MARK: what happens

  private mutating func customer() async throws {
    guard let id = try pick(.customer) else { return }
    let path = "/v1/customers/\(id)"
    if once(in: 12) { return try await delete("customer deleted", path) }
    _ = try await post("customer changed", path, [("name", "Name \(number(1...999))")])
    // A second change in the same second, most of the time.
    if once(in: 2) { _ = try await post("customer changed", path, [("metadata[k]", number(1...999))]) }
  }

  private mutating func newCustomer() async throws {
    _ = try await post(
      "customer made", "/v1/customers",
      [
        ("email", "new\(calls)@example.com"), ("payment_method", "pm_card_visa"),
        ("invoice_settings[default_payment_method]", "pm_card_visa"),
      ])
  }

  private mutating func paymentMethod() async throws {
    guard let customer = try pick(.customer) else { return }
    if once(in: 2), let method = try pick(.paymentMethod) {
      _ = try await post("payment method detached", "/v1/payment_methods/\(method)/detach")
    } else {
      _ = try await post(
        "payment method attached", "/v1/payment_methods/pm_card_visa/attach", [("customer", customer)])
    }
  }

  private mutating func refund() async throws {
    guard let charge = try pick(.charge) else { return }
    _ = try await post("refund made", "/v1/refunds", [("charge", charge), ("amount", number(1...300))])
    if once(in: 3) { _ = try await post("refund made", "/v1/refunds", [("charge", charge), ("amount", "1")]) }
    if once(in: 3) {
      _ = try await post("charge changed", "/v1/charges/\(charge)", [("description", "d\(number(1...99))")])
    }
  }

  private mutating func subscription() async throws {
    guard let id = try pick(.subscription) else { return }
    if once(in: 3) { return try await delete("subscription cancelled", "/v1/subscriptions/\(id)") }
    if once(in: 2), let item = try pick(.subscriptionItem) {
      _ = try await post(
        "item changed", "/v1/subscription_items/\(item)",
        [("quantity", number(1...9)), ("proration_behavior", once(in: 2) ? "always_invoice" : "create_prorations")])
    } else {
      _ = try await post("subscription changed", "/v1/subscriptions/\(id)", [("metadata[k]", number(1...999))])
    }
  }

  private mutating func newSubscription() async throws {
    let prices = try lab.records(.price).filter { $0["type"] == "recurring" && $0["active"] == true }
    guard let customer = try pick(.customer), let price = prices.randomElement(using: &chance)?["id"].string else {
      return
    }
    _ = try await post(
      "subscription made", "/v1/subscriptions",
      [("customer", customer), ("items[0][price]", price), ("items[0][quantity]", number(1...5))])
  }

  private mutating func invoice(lines: Int) async throws {
    guard let customer = try pick(.customer),
      let id = try await post(
        "invoice made", "/v1/invoices",
        [
          ("customer", customer), ("auto_advance", "false"), ("pending_invoice_items_behavior", "exclude"),
          ("collection_method", "send_invoice"), ("days_until_due", "7"),
        ])
    else { return }
    for line in 0..<lines {
      let item = try await post(
        "invoice item made", "/v1/invoiceitems",
        [("customer", customer), ("invoice", id), ("amount", number(1...900)), ("description", "line \(line)")])
      // A line of a draft that vanishes again.
      if let item, once(in: 8) { try await delete("invoice item deleted", "/v1/invoiceitems/\(item)") }
    }
    switch Int.random(in: 0..<5, using: &chance) {
    case 0: try await delete("draft deleted", "/v1/invoices/\(id)")
    case 1: _ = try await post("invoice finalized", "/v1/invoices/\(id)/finalize")
    case 2, 3:
      _ = try await post("invoice finalized", "/v1/invoices/\(id)/finalize")
      _ = try await post("invoice paid", "/v1/invoices/\(id)/pay", [("payment_method", "pm_card_visa")])
    default: break
    }
  }

  private mutating func oldInvoice() async throws {
    guard let id = try pick(.invoice) else { return }
    switch Int.random(in: 0..<4, using: &chance) {
    case 0: _ = try await post("invoice voided", "/v1/invoices/\(id)/void")
    case 1: _ = try await post("invoice paid", "/v1/invoices/\(id)/pay", [("paid_out_of_band", "true")])
    default: _ = try await post("invoice changed", "/v1/invoices/\(id)", [("metadata[k]", number(1...999))])
    }
  }

  private mutating func payment() async throws {
    let card = ["pm_card_visa", "pm_card_visa", "pm_card_createDispute", "pm_card_visa_chargeDeclined"]
    _ = try await post(
      "payment made", "/v1/payment_intents",
      [
        ("amount", number(100...90_000)), ("currency", ["usd", "eur"].randomElement(using: &chance) ?? "usd"),
        ("payment_method", card.randomElement(using: &chance) ?? "pm_card_visa"), ("confirm", "true"),
        ("automatic_payment_methods[enabled]", "true"), ("automatic_payment_methods[allow_redirects]", "never"),
      ])
  }

  private mutating func catalogue() async throws {
    if once(in: 2), let id = try pick(.product) {
      _ = try await post("product changed", "/v1/products/\(id)", [("name", "Product \(number(1...99))")])
    } else if let product = try pick(.product),
      // The sandbox keeps a copy of a price where it is used, which does not follow it.
      let id = try await post(
        "price made", "/v1/prices", [("product", product), ("currency", "usd"), ("unit_amount", number(1...900))])
    {
      if once(in: 2) { _ = try await post("price changed", "/v1/prices/\(id)", [("nickname", "n\(number(1...99))")]) }
    }
  }

  private mutating func coupon() async throws {
    if once(in: 2), let id = try pick(.coupon) { return try await delete("coupon deleted", "/v1/coupons/\(id)") }
    _ = try await post(
      "coupon made", "/v1/coupons", [("percent_off", number(1...90)), ("duration", once(in: 2) ? "once" : "forever")])
  }

  private mutating func money() async throws {
    if once(in: 2), let id = try pick(.dispute) {
      _ = try await post(
        "dispute answered", "/v1/disputes/\(id)",
        [("evidence[uncategorized_text]", once(in: 2) ? "winning_evidence" : "losing_evidence"), ("submit", "true")])
    } else {
      _ = try await post("payout made", "/v1/payouts", [("amount", number(1...500)), ("currency", "usd")])
    }
  }
}
