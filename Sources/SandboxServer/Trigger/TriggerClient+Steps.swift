import Foundation
import PlatformCore
import Sandbox

/// The steps that scenes share; each returns the id of what it made.
extension TriggerClient {
  /// A customer with a default card, on a test clock if one is given.
  func customer(_ method: String = "pm_card_visa", on clock: String? = nil) throws -> String {
    let name = "Triggered Customer"
    let customer =
      try clock.map { try post("/v1/customers", ["name": name, "test_clock": $0]) }
      ?? post("/v1/customers", ["name": name])
    let id = customer.id ?? ""
    let attached = try post("/v1/payment_methods/\(method)/attach", ["customer": id]).id ?? ""
    try post("/v1/customers/\(id)", ["invoice_settings[default_payment_method]": attached])
    return id
  }

  /// The customer's default card.
  func method(of customer: String) throws -> String {
    try get("/v1/customers/\(customer)")["invoice_settings"]["default_payment_method"].id ?? ""
  }

  /// A monthly price of 20 dollars with a product of its own.
  func price() throws -> String {
    try post(
      "/v1/prices",
      [
        "currency": "usd", "unit_amount": "2000", "recurring[interval]": "month",
        "product_data[name]": "Triggered product",
      ]
    ).id ?? ""
  }

  /// A monthly subscription of 20 dollars.
  @discardableResult
  func subscribe(_ customer: String, _ more: Form = [:]) throws -> String {
    let form = [("customer", customer), ("items[0][price]", try price())] + more.map { ($0.key, $0.value) }
    return try post("/v1/subscriptions", pairs: form).id ?? ""
  }

  /// A payment of 20 dollars or another amount, confirmed at once.
  func pay(_ method: String, amount: Int = 2_000, _ more: Form = [:]) throws -> String {
    let form =
      [
        ("amount", String(amount)), ("currency", "usd"), ("confirm", "true"), ("payment_method", method),
        ("return_url", "https://example.com/back"),
      ] + more.map { ($0.key, $0.value) }
    return try post("/v1/payment_intents", pairs: form).id ?? ""
  }

  /// A payment that is authorised and not captured.
  func hold() throws -> String { try pay("pm_card_visa", ["capture_method": "manual"]) }

  /// A setup intent of a new customer.
  func setUp(_ more: Form) throws -> String {
    let form = [("customer", try customer())] + more.map { ($0.key, $0.value) }
    return try post("/v1/setup_intents", pairs: form).id ?? ""
  }

  /// Money that can be paid out at once, also after some lost disputes.
  func fund() throws {
    // Captured at once: the default books the money a moment later.
    _ = try pay("pm_card_bypassPending", amount: 1_000_000, ["capture_method": "automatic"])
  }

  /// The dispute that a payment leads to; it comes a moment later.
  func dispute(of intent: String) throws -> String {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      if let dispute = try get("/v1/disputes?payment_intent=\(intent)")["data"].array?.first?.id { return dispute }
      pause()
    }
    throw PlatformError(.temporary, "no dispute followed the payment \(intent)")
  }

  /// A pending charge of 15 dollars on the next invoice.
  func invoiceItem(_ customer: String) throws -> String {
    try post("/v1/invoiceitems", ["customer": customer, "amount": "1500", "currency": "usd"]).id ?? ""
  }

  /// A draft invoice of 15 dollars.
  func draft(paidBy method: String = "pm_card_visa", _ more: Form = [:]) throws -> String {
    let customer = try customer(method)
    let form = [("customer", customer), ("currency", "usd")] + more.map { ($0.key, $0.value) }
    let invoice = try post("/v1/invoices", pairs: form).id ?? ""
    try post(
      "/v1/invoiceitems", ["customer": customer, "invoice": invoice, "amount": "1500", "currency": "usd"])
    return invoice
  }

  /// An open invoice of 15 dollars.
  func open() throws -> String {
    let invoice = try draft(["auto_advance": "false"])
    try post("/v1/invoices/\(invoice)/finalize", ["auto_advance": "false"])
    return invoice
  }

  /// A draft with parameters of its own, paid by a good card.
  func draft(_ more: Form) throws -> String { try draft(paidBy: "pm_card_visa", more) }

  /// A test clock that stands at this second.
  func clock() throws -> (id: String, time: Int64) {
    let now = Int64(Date().timeIntervalSince1970)
    return (try post("/v1/test_helpers/test_clocks", ["frozen_time": "\(now)"]).id ?? "", now)
  }

  /// Sets a clock forward; the sandbox does what falls due meanwhile.
  func advance(_ clock: (id: String, time: Int64), days: Int64) throws {
    try post(
      "/v1/test_helpers/test_clocks/\(clock.id)/advance", ["frozen_time": "\(clock.time + days * 86_400)"])
  }
}
