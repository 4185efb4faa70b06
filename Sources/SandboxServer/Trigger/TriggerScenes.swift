import Foundation
import Sandbox

/// The scenes by which events happen.
///
/// A scene is a sequence of calls that an integration would make; times that pass, pass on a test clock.
enum TriggerScenes {
  /// One sequence of calls and the events that it leads to.
  struct Scene: Sendable {
    let events: [String]
    let play: @Sendable (TriggerClient) throws -> Void

    init(_ events: String..., play: @escaping @Sendable (TriggerClient) throws -> Void) {
      self.events = events
      self.play = play
    }
  }

  static let all = objects + payments + refundsAndDisputes + invoices + subscriptions + clocks

  private static let objects: [Scene] = [
    Scene("customer.created") { try $0.post("/v1/customers", ["name": "Triggered Customer"]) },
    Scene("customer.updated") { client in
      try client.post("/v1/customers/\(client.customer())", ["description": "changed by a trigger"])
    },
    Scene("customer.deleted") { client in try client.delete("/v1/customers/\(client.customer())") },
    Scene("customer.discount.created", "coupon.created") { client in
      let coupon = try client.post("/v1/coupons", ["percent_off": "25", "duration": "once"]).id ?? ""
      try client.subscribe(client.customer(), ["discounts[0][coupon]": coupon])
    },
    Scene("customer.discount.deleted") { client in
      let coupon = try client.post("/v1/coupons", ["percent_off": "25", "duration": "forever"]).id ?? ""
      let subscription = try client.subscribe(client.customer(), ["discounts[0][coupon]": coupon])
      try client.delete("/v1/subscriptions/\(subscription)/discount")
    },
    Scene("coupon.deleted") { client in
      let coupon = try client.post("/v1/coupons", ["percent_off": "25", "duration": "once"]).id ?? ""
      try client.delete("/v1/coupons/\(coupon)")
    },
    Scene("coupon.updated") { client in
      let coupon = try client.post("/v1/coupons", ["percent_off": "25", "duration": "once"]).id ?? ""
      try client.post("/v1/coupons/\(coupon)", ["name": "Quarter off"])
    },
    Scene("product.created", "price.created", "plan.created") { client in _ = try client.price() },
    Scene("product.updated") { client in
      let product = try client.post("/v1/products", ["name": "Triggered product"]).id ?? ""
      try client.post("/v1/products/\(product)", ["description": "changed by a trigger"])
    },
    Scene("product.deleted") { client in
      let product = try client.post("/v1/products", ["name": "Triggered product"]).id ?? ""
      try client.delete("/v1/products/\(product)")
    },
    Scene("price.updated", "plan.updated") { client in
      try client.post("/v1/prices/\(client.price())", ["nickname": "changed by a trigger"])
    },
    Scene("payment_method.attached") { client in _ = try client.customer() },
    Scene("payment_method.updated") { client in
      let method = try client.method(of: client.customer())
      try client.post("/v1/payment_methods/\(method)", ["billing_details[name]": "Changed Name"])
    },
    Scene("payment_method.detached") { client in
      try client.post("/v1/payment_methods/\(client.method(of: client.customer()))/detach")
    },
    Scene("invoiceitem.created") { client in _ = try client.invoiceItem(client.customer()) },
    Scene("invoiceitem.deleted") { client in
      try client.delete("/v1/invoiceitems/\(client.invoiceItem(client.customer()))")
    },
  ]

  private static let payments: [Scene] = [
    Scene("payment_intent.created") { client in
      try client.post("/v1/payment_intents", ["amount": "2000", "currency": "usd"])
    },
    Scene("payment_intent.succeeded", "charge.succeeded", "charge.updated") { client in
      _ = try client.pay("pm_card_visa")
    },
    Scene("payment_intent.payment_failed", "charge.failed") { client in
      _ = try client.pay("pm_card_visa_chargeDeclined")
    },
    Scene("payment_intent.requires_action") { client in _ = try client.pay("pm_card_threeDSecure2Required") },
    Scene("payment_intent.processing", "charge.pending") { client in
      _ = try client.pay("pm_usBankAccount_success", ["allowed_payment_method_types[0]": "us_bank_account"])
    },
    Scene("payment_intent.amount_capturable_updated") { client in _ = try client.hold() },
    Scene("charge.captured") { client in try client.post("/v1/payment_intents/\(client.hold())/capture") },
    Scene("payment_intent.canceled") { client in try client.post("/v1/payment_intents/\(client.hold())/cancel") },
    Scene("setup_intent.created") { client in _ = try client.setUp([:]) },
    Scene("setup_intent.succeeded") { client in
      _ = try client.setUp(["confirm": "true", "payment_method": "pm_card_visa"])
    },
    Scene("setup_intent.requires_action") { client in
      _ = try client.setUp(["confirm": "true", "payment_method": "pm_card_threeDSecure2Required"])
    },
    Scene("setup_intent.setup_failed") { client in
      _ = try client.setUp(["confirm": "true", "payment_method": "pm_card_visa_chargeDeclined"])
    },
    Scene("setup_intent.canceled") { client in try client.post("/v1/setup_intents/\(client.setUp([:]))/cancel") },
    Scene("payout.created", "payout.paid") { client in
      try client.fund()
      try client.post("/v1/payouts", ["amount": "1000", "currency": "usd"])
    },
    Scene("payout.canceled") { client in
      try client.fund()
      let payout = try client.post("/v1/payouts", ["amount": "1000", "currency": "usd"]).id ?? ""
      try client.post("/v1/payouts/\(payout)/cancel")
    },
  ]

  private static let refundsAndDisputes: [Scene] = [
    Scene("charge.refunded", "refund.created") { client in
      try client.post("/v1/refunds", ["payment_intent": client.pay("pm_card_visa")])
    },
    Scene("refund.updated", "charge.refund.updated") { client in
      let refund = try client.post("/v1/refunds", ["payment_intent": client.pay("pm_card_pendingRefund")]).id ?? ""
      try client.post("/v1/refunds/\(refund)", ["metadata[reason]": "trigger"])
    },
    Scene("refund.failed") { client in
      try client.post("/v1/refunds", ["payment_intent": client.pay("pm_card_refundFail")])
    },
    Scene("charge.dispute.created", "charge.dispute.funds_withdrawn") { client in
      _ = try client.pay("pm_card_createDispute")
    },
    Scene("charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_reinstated") { client in
      let dispute = try client.dispute(of: client.pay("pm_card_createDispute"))
      try client.post(
        "/v1/disputes/\(dispute)", ["evidence[uncategorized_text]": "winning_evidence", "submit": "true"])
    },
  ]

  private static let invoices: [Scene] = [
    Scene("invoice.created") { client in _ = try client.draft() },
    Scene("invoice.updated") { client in
      try client.post("/v1/invoices/\(client.draft())", ["description": "changed by a trigger"])
    },
    Scene("invoice.deleted") { client in try client.delete("/v1/invoices/\(client.draft())") },
    Scene("invoice.finalized") { client in try client.post("/v1/invoices/\(client.draft())/finalize") },
    Scene("invoice.paid", "invoice.payment_succeeded", "invoice_payment.paid") { client in
      try client.post("/v1/invoices/\(client.draft())/pay")
    },
    Scene("invoice.payment_failed") { client in
      try client.post("/v1/invoices/\(client.draft(paidBy: "pm_card_chargeCustomerFail"))/pay")
    },
    Scene("invoice.payment_action_required") { client in
      try client.subscribe(client.customer("pm_card_threeDSecure2Required"), ["payment_behavior": "allow_incomplete"])
    },
    Scene("invoice.sent") { client in
      let invoice = try client.draft(["collection_method": "send_invoice", "days_until_due": "30"])
      try client.post("/v1/invoices/\(invoice)/send")
    },
    Scene("invoice.voided") { client in try client.post("/v1/invoices/\(client.open())/void") },
    Scene("invoice.marked_uncollectible") { client in
      try client.post("/v1/invoices/\(client.open())/mark_uncollectible")
    },
  ]

  private static let subscriptions: [Scene] = [
    Scene("customer.subscription.created") { client in try client.subscribe(client.customer()) },
    Scene("customer.subscription.updated") { client in
      let subscription = try client.subscribe(client.customer())
      try client.post("/v1/subscriptions/\(subscription)", ["cancel_at_period_end": "true"])
    },
    Scene("customer.subscription.deleted") { client in
      try client.delete("/v1/subscriptions/\(client.subscribe(client.customer()))")
    },
    Scene("customer.subscription.trial_will_end") { client in
      try client.subscribe(client.customer(), ["trial_period_days": "2"])
    },
    Scene("customer.subscription.paused") { client in
      try client.post("/v1/subscriptions/\(client.subscribe(client.customer()))/pause", ["type": "subscription"])
    },
    Scene("customer.subscription.resumed") { client in
      let subscription = try client.subscribe(client.customer())
      try client.post("/v1/subscriptions/\(subscription)/pause", ["type": "subscription"])
      try client.post("/v1/subscriptions/\(subscription)/resume")
    },
  ]

  private static let clocks: [Scene] = [
    Scene("test_helpers.test_clock.created") { client in _ = try client.clock() },
    Scene("test_helpers.test_clock.advancing", "test_helpers.test_clock.ready") { client in
      let clock = try client.clock()
      try client.advance(clock, days: 1)
    },
    Scene("test_helpers.test_clock.deleted") { client in
      try client.delete("/v1/test_helpers/test_clocks/\(client.clock().id)")
    },
    Scene("invoice.upcoming") { client in
      let clock = try client.clock()
      try client.subscribe(client.customer(on: clock.id))
      try client.advance(clock, days: 28)
    },
    Scene("invoice.overdue", "invoice.will_be_due") { client in
      let clock = try client.clock()
      try client.subscribe(
        client.customer(on: clock.id), ["collection_method": "send_invoice", "days_until_due": "10"])
      try client.advance(clock, days: 20)
    },
  ]
}
