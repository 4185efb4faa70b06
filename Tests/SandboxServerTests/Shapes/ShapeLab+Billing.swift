import Sandbox

/// The scenes of subscriptions and invoices.
extension ShapeLab {
  func subscribe() throws {
    let owner = try customer()
    let setup = try post("/v1/products", ["name": "Setup"]).id ?? ""
    let card = try get("/v1/customers/\(owner)")["invoice_settings"]["default_payment_method"].id ?? ""
    let rich = try subscribe(
      owner,
      [
        "discounts[0][coupon]": "TEN", "items[0][quantity]": "2", "items[0][metadata][a]": "b", "metadata[a]": "b",
        "items[0][discounts][0][coupon]": "ONCE", "default_payment_method": card,
        "trial_settings[end_behavior][missing_payment_method]": "cancel", "invoice_settings[description]": "Gold",
        "add_invoice_items[0][price_data][currency]": "usd", "add_invoice_items[0][price_data][product]": setup,
        "add_invoice_items[0][price_data][unit_amount]": "500", "description": "Gold",
        "payment_settings[save_default_payment_method]": "on_subscription",
        "payment_settings[payment_method_types][0]": "card", "cancel_at_period_end": "true",
        "payment_settings[payment_method_options][card][request_three_d_secure]": "automatic",
        "invoice_settings[footer]": "Thanks", "invoice_settings[custom_fields][0][name]": "PO",
        "invoice_settings[custom_fields][0][value]": "7", "expand[0]": "latest_invoice.payments",
        "expand[1]": "latest_invoice.confirmation_secret", "expand[2]": "pending_setup_intent",
      ])
    try get("/v1/subscriptions/\(rich.id ?? "")")
    try get("/v1/subscription_items", ["subscription": rich.id ?? "", "expand[]": "data.price.product"])
    try delete("/v1/subscriptions/\(rich.id ?? "")/discount")
    _ = try subscribe(
      owner, ["trial_period_days": "2", "trial_settings[end_behavior][missing_payment_method]": "pause"])
    _ = try subscribe(customer("pm_card_threeDSecure2Required"), ["payment_behavior": "allow_incomplete"])
    _ = try subscribe(customer("pm_card_chargeCustomerFail"), ["payment_behavior": "error_if_incomplete"], status: 402)
    let bare = try post("/v1/customers", ["name": "No card"]).id ?? ""
    _ = try subscribe(
      bare, ["payment_behavior": "default_incomplete", "expand[]": "latest_invoice.confirmation_secret"])
    _ = try subscribe(bare, ["collection_method": "send_invoice", "days_until_due": "30"])
    _ = try subscribe(bare, ["trial_period_days": "7", "expand[]": "pending_setup_intent"])
    for price in try get("/v1/prices", ["lookup_keys[0]": "graduated", "lookup_keys[1]": "volume"])["data"].array ?? []
    {
      let form = [
        ("customer", owner), ("items[0][price]", price.id ?? ""), ("items[0][quantity]", "12"),
        ("expand[0]", "items.data.price.tiers"), ("expand[1]", "items.data.plan.tiers"),
      ]
      let item = try call("POST", "/v1/subscriptions", form)["items"]["data"].array?.first ?? .null
      for name in ["price", "plan"] where item[name]["tiers"].array?.count != 3 { report("the \(name) has no tiers") }
    }
    try post("/v1/subscriptions", ["customer": owner, "items[0][price]": price(), "discounts[0][coupon]": "OFF"])
    try wait(24 * 3_600)  // the incomplete ones expire
  }

  func changeSubscriptions() throws {
    let owner = try customer()
    let made = try subscribe(owner)
    let path = "/v1/subscriptions/\(made.id ?? "")"
    let first = made["items"]["data"].array?.first?.id ?? ""
    try post(path, ["items[0][id]": first, "items[0][quantity]": "5", "metadata[a]": "b"])
    try post(
      path,
      [
        "items[0][id]": first, "items[0][price]": price(9_000), "proration_behavior": "always_invoice",
        "expand[]": "latest_invoice",
      ])
    let item = try post("/v1/subscription_items", ["subscription": made.id ?? "", "price": price(700)]).id ?? ""
    try get(path)
    try post("/v1/subscription_items/\(item)", ["quantity": "3", "metadata[a]": "b"])
    try post("/v1/invoices/create_preview", ["subscription": made.id ?? "", "expand[]": "discounts"])
    try delete("/v1/subscription_items/\(item)")
    try post("\(path)/migrate", ["billing_mode[type]": "flexible"])
    try post(path, ["pause_collection[behavior]": "keep_as_draft", "pause_collection[resumes_at]": "\(now + 90_000)"])
    try post(path, ["pause_collection": "", "cancel_at": "\(now + 900_000)"])
    try post(path, ["cancel_at": "", "discounts[0][coupon]": "ONCE", "trial_end": "\(now + 90_000)"])
    try post("\(path)/pause", ["type": "subscription"])
    try post("\(path)/resume", ["billing_cycle_anchor[type]": "now"])
    let classic = try subscribe(owner, ["billing_mode[type]": "classic"])
    try post("/v1/subscriptions/\(classic.id ?? "")", ["cancel_at_period_end": "true"])
  }

  func loseSubscriptions() throws {
    let owner = try customer()
    let ended = try subscribe(owner).id ?? ""
    try delete(
      "/v1/subscriptions/\(ended)",
      [
        "invoice_now": "true", "prorate": "true", "cancellation_details[comment]": "Too dear",
        "cancellation_details[feedback]": "too_expensive",
      ])
    let lost = try subscribe(owner).id ?? ""
    try delete("/v1/customers/\(owner)")
    try get("/v1/subscriptions/\(lost)", ["expand[]": "customer"])
    try get("/v1/subscriptions", ["status": "canceled", "expand[]": "data.customer"])
  }

  func invoice() throws {
    let owner = try customer("pm_card_visa", ["address[country]": "US", "balance": "-200"])
    let pending =
      try post(
        "/v1/invoiceitems",
        [
          "customer": owner, "amount": "1500", "currency": "usd", "period[start]": "\(now)",
          "period[end]": "\(now + 90)",
        ]
      ).id ?? ""
    try post(
      "/v1/invoiceitems/\(pending)", ["description": "Work", "metadata[a]": "b", "discounts[0][coupon]": "ONCE"])
    try get("/v1/invoiceitems/\(pending)", ["expand[0]": "discounts", "expand[1]": "customer"])
    let oneTime = try post("/v1/prices", ["currency": "usd", "unit_amount": "400", "product_data[name]": "Hour"])
    let item =
      try post(
        "/v1/invoiceitems", ["customer": owner, "pricing[price]": oneTime.id ?? "", "quantity": "3"]
      ).id ?? ""
    let unwanted = try post("/v1/invoiceitems", ["customer": owner, "amount": "1", "currency": "usd"]).id ?? ""
    try delete("/v1/invoiceitems/\(unwanted)")
    try post("/v1/invoices/create_preview", ["customer": owner, "invoice_items[0][price]": oneTime.id ?? ""])
    let long = try draft(
      owner,
      [
        "pending_invoice_items_behavior": "include", "discounts[0][coupon]": "TEN", "description": "All", "footer": "F",
        "custom_fields[0][name]": "PO", "custom_fields[0][value]": "7", "metadata[a]": "b",
        "rendering[amount_tax_display]": "exclude_tax", "rendering[pdf][page_size]": "a4", "number": "A-1",
        "shipping_details[name]": "Jenny", "shipping_details[address][city]": "Berlin", "auto_advance": "false",
        "statement_descriptor": "ALL", "payment_settings[payment_method_types][0]": "card",
      ], lines: 11)
    try post(
      "/v1/invoices/\(long)/add_lines",
      [
        "lines[0][amount]": "100", "lines[0][description]": "More", "lines[1][pricing][price]": oneTime.id ?? "",
        "lines[1][quantity]": "2", "lines[1][metadata][a]": "b",
      ])
    try get("/v1/invoices/\(long)/lines")
    try get("/v1/invoices/\(long)/lines", ["limit": "100", "expand[0]": "data.discounts"])
    try post("/v1/invoices/\(long)", ["description": "Everything", "footer": "", "expand[]": "payments"])
    try get("/v1/invoiceitems/\(item)")
    try post("/v1/invoices/\(long)/finalize", ["auto_advance": "false", "expand[]": "confirmation_secret"])
    let paid = try post("/v1/invoices/\(long)/pay", ["expand[]": "payments"])
    for payment in paid["payments"]["data"].array ?? [] {
      try get(
        "/v1/invoice_payments/\(payment.id ?? "")", ["expand[0]": "invoice", "expand[1]": "payment.payment_intent"])
      try get("/v1/invoice_payments", ["invoice": long])
    }
    let scrapped = try draft(owner)
    try delete("/v1/invoices/\(scrapped)")
  }

  func collectInvoices() throws {
    let owner = try customer()
    let sent = try draft(owner, ["collection_method": "send_invoice", "days_until_due": "3"])
    try post(
      "/v1/invoices/\(sent)",
      [
        "payment_settings[payment_method_options][card][request_three_d_secure]": "any",
        "default_payment_method": get("/v1/customers/\(owner)")["invoice_settings"]["default_payment_method"].id ?? "",
      ])
    try post("/v1/invoices/\(sent)/send")
    try post("/v1/invoices/\(sent)/pay", ["paid_out_of_band": "true"])
    for step in ["void", "mark_uncollectible"] {
      let open = try draft(owner, ["auto_advance": "false"])
      try post("/v1/invoices/\(open)/finalize")
      try post("/v1/invoices/\(open)/\(step)")
    }
    let refused = try draft(customer("pm_card_chargeCustomerFail"))
    try post("/v1/invoices/\(refused)/pay", status: 402)
    try get("/v1/invoices/\(refused)", ["expand[]": "payments.data.payment.payment_intent"])
    let empty = try draft(owner, lines: 0)
    try post("/v1/invoices/\(empty)/finalize")
    let credit = try draft(owner, lines: 0)
    try post("/v1/invoiceitems", ["customer": owner, "invoice": credit, "amount": "-900", "currency": "usd"])
    try post("/v1/invoices/\(credit)/finalize")
    try get("/v1/customers/\(owner)", ["expand[0]": "subscriptions", "expand[1]": "invoice_credit_balance"])
    try get("/v1/customers/\(owner)/balance_transactions", ["expand[]": "data.invoice"])
    _ = try draft(owner)  // finalised by itself, an hour later
    try wait(2 * 3_600)
  }

  func passTime() throws {
    let clock = try clock()
    let on: Form = ["test_clock": clock]
    let owner = try customer("pm_card_visa", on)
    _ = try subscribe(owner, ["discounts[0][coupon]": "TEN"])
    _ = try subscribe(owner, ["trial_period_days": "5"])
    _ = try subscribe(customer("pm_card_visa", on), ["collection_method": "send_invoice", "days_until_due": "10"])
    let poor = try customer("pm_card_visa", on)
    _ = try subscribe(poor)
    let method = try post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", ["customer": poor]).id ?? ""
    try post("/v1/customers/\(poor)", ["invoice_settings[default_payment_method]": method])
    let bare = try post("/v1/customers", ["test_clock": self.clock()]).id ?? ""
    _ = try subscribe(
      bare, ["trial_period_days": "5", "trial_settings[end_behavior][missing_payment_method]": "pause"])
    let path = "/v1/test_helpers/test_clocks/\(clock)"
    for days: Int64 in [28, 20, 14] { try advance(clock, days: days) }
    try advance(get("/v1/customers/\(bare)")["test_clock"].id ?? "", days: 8)
    try post("\(path)/advance", ["frozen_time": "\(now + 70 * 86_400)"])  // seen while it advances
    try get(path)
    try wait()
    let other = try self.clock()
    try delete("/v1/test_helpers/test_clocks/\(other)")
  }
}
