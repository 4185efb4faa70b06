import Sandbox

/// A company's life in scenes that together make every call.
extension ShapeLab {
  func live() throws {
    for scene in [
      sellGoods, keepCustomers, keepMethods, takePayments, handlePayments, setUpPayments, refundAndDispute, payOut,
      subscribe, changeSubscriptions, loseSubscriptions, invoice, collectInvoices, passTime, listen,
    ] {
      do {
        try scene()
        try wait()
      } catch {
        report("a scene ended: \(error)")
      }
    }
  }

  // MARK: steps

  /// A customer with a default card, on a test clock if one is given.
  func customer(_ card: String = "pm_card_visa", _ more: Form = [:]) throws -> String {
    let form = [("name", "Jenny Rosen"), ("email", "jenny@example.com")] + more.map { ($0.key, $0.value) }
    let id = try call("POST", "/v1/customers", form).id ?? ""
    let method = try post("/v1/payment_methods/\(card)/attach", ["customer": id]).id ?? ""
    try post("/v1/customers/\(id)", ["invoice_settings[default_payment_method]": method])
    return id
  }

  func price(_ amount: Int = 2_000, _ more: Form = [:]) throws -> String {
    let form =
      [
        ("currency", "usd"), ("unit_amount", "\(amount)"), ("recurring[interval]", "month"),
        ("product_data[name]", "Plan"),
      ] + more.map { ($0.key, $0.value) }
    return try call("POST", "/v1/prices", form).id ?? ""
  }

  /// Gives a customer a discount, which later versions than this take no more.
  func discount(_ customer: String, _ coupon: String) throws {
    let answer = try send("POST", "/v1/customers/\(customer)", [("coupon", coupon)], version: "2025-02-24.acacia")
    if answer.status != 200 { report("no discount: \(answer.text)") }
  }

  @discardableResult
  func pay(_ method: String, _ more: Form = [:], status: Int = 200) throws -> JSON {
    let form =
      [("amount", "2000"), ("currency", "usd"), ("confirm", "true"), ("payment_method", method)]
      + more.map { ($0.key, $0.value) }
    return try call("POST", "/v1/payment_intents", form, status: status)
  }

  /// A charge of 20 dollars.
  func charge(_ method: String, _ more: Form = [:]) throws -> String { try pay(method, more)["latest_charge"].id ?? "" }

  func subscribe(_ customer: String, _ more: Form = [:], status: Int = 200) throws -> JSON {
    let form = [("customer", customer), ("items[0][price]", try price())] + more.map { ($0.key, $0.value) }
    return try call("POST", "/v1/subscriptions", form, status: status)
  }

  func draft(_ customer: String, _ more: Form = [:], lines: Int = 1) throws -> String {
    let form = [("customer", customer), ("currency", "usd")] + more.map { ($0.key, $0.value) }
    let id = try call("POST", "/v1/invoices", form).id ?? ""
    for line in 0..<lines {
      try post(
        "/v1/invoiceitems",
        ["customer": customer, "invoice": id, "amount": "\(500 + line)", "currency": "usd", "description": "Work"])
    }
    return id
  }

  func clock() throws -> String {
    try post("/v1/test_helpers/test_clocks", ["frozen_time": "\(now)", "name": "Renewals"]).id ?? ""
  }

  func advance(_ clock: String, days: Int64) throws {
    let frozen = try get("/v1/test_helpers/test_clocks/\(clock)")["frozen_time"].integer ?? 0
    try post("/v1/test_helpers/test_clocks/\(clock)/advance", ["frozen_time": "\(frozen + days * 86_400)"])
    for _ in 0..<1_000 {
      try wait(1)
      if try get("/v1/test_helpers/test_clocks/\(clock)")["status"] == "ready" { return }
    }
    report("the clock is not ready")
  }

  // MARK: scenes

  private func sellGoods() throws {
    try get("/v1/account")
    let account = try get("/v1/account").id ?? ""
    try get("/v1/accounts/\(account)")
    try get("/v1/balance")
    try readLists()  // all of them empty
    let product =
      try post(
        "/v1/products",
        [
          "name": "Gold", "description": "All of it", "images[0]": "https://example.com/a.png", "shippable": "true",
          "marketing_features[0][name]": "Fast", "package_dimensions[height]": "1.5", "package_dimensions[length]": "2",
          "package_dimensions[weight]": "3", "package_dimensions[width]": "4", "unit_label": "seat",
          "statement_descriptor": "GOLD", "url": "https://example.com", "tax_code": "txcd_10000000",
          "metadata[tier]": "1", "default_price_data[currency]": "usd", "default_price_data[unit_amount]": "900",
          "default_price_data[recurring][interval]": "year",
        ]
      ).id ?? ""
    try post("/v1/products/\(product)", ["description": "", "metadata": "", "active": "false"])
    let unwanted = try post("/v1/products", ["name": "Lead"]).id ?? ""
    try delete("/v1/products/\(unwanted)")
    for mode in ["graduated", "volume"] {
      let tiered = try post(
        "/v1/prices",
        [
          "currency": "usd", "product": product, "recurring[interval]": "month", "billing_scheme": "tiered",
          "tiers_mode": mode, "tiers[0][up_to]": "5", "tiers[0][unit_amount]": "100", "tiers[1][up_to]": "10",
          "tiers[1][flat_amount]": "300", "tiers[2][up_to]": "inf", "tiers[2][unit_amount_decimal]": "12.5",
          "expand[]": "tiers", "lookup_key": mode, "nickname": "Tiers", "tax_behavior": "exclusive",
        ])
      try get("/v1/prices/\(tiered.id ?? "")", ["expand[0]": "tiers", "expand[1]": "product"])
    }
    try post("/v1/prices", ["currency": "jpy", "product": product, "unit_amount": "500"])
    try post("/v1/prices", ["currency": "usd", "product": product, "unit_amount_decimal": "0.5"])
    let quarterly = try price(900, ["recurring[interval_count]": "3", "lookup_key": "quarterly"])
    try post("/v1/prices/\(quarterly)", ["nickname": "Quarter", "metadata[a]": "b", "active": "false"])
    try get("/v1/prices", ["expand[0]": "data.tiers", "expand[1]": "data.product", "product": product])
    try get("/v1/prices", ["limit": "2"])
    try post(
      "/v1/coupons",
      [
        "id": "TEN", "percent_off": "10.5", "duration": "repeating", "duration_in_months": "3", "name": "Ten",
        "max_redemptions": "50", "metadata[a]": "b", "redeem_by": "\(now + 9_000_000)",
      ])
    try post("/v1/coupons/TEN", ["name": "Ten and a half"])
    try post(
      "/v1/coupons",
      [
        "id": "OFF", "amount_off": "300", "currency": "usd", "duration": "forever", "applies_to[products][0]": product,
        "expand[]": "applies_to",
      ])
    try post("/v1/coupons", ["id": "ONCE", "percent_off": "50", "duration": "once"])
    try post("/v1/coupons", ["id": "GONE", "percent_off": "5", "duration": "once"])
    try delete("/v1/coupons/GONE")
  }

  private func keepCustomers() throws {
    let plain = try post("/v1/customers").id ?? ""
    try get("/v1/customers/\(plain)/balance_transactions")
    try get("/v1/customers/\(plain)/payment_methods")
    let full = try customer(
      "pm_card_visa",
      [
        "address[line1]": "1 Main St", "address[country]": "US", "description": "A good one", "phone": "+15550100",
        "shipping[name]": "Jenny", "shipping[address][line1]": "2 Side St", "shipping[phone]": "+15550101",
        "preferred_locales[0]": "en", "tax_exempt": "none", "metadata[a]": "b", "balance": "-300",
        "invoice_settings[custom_fields][0][name]": "PO", "invoice_settings[custom_fields][0][value]": "7",
        "invoice_settings[footer]": "Thanks", "invoice_prefix": "JENNY", "next_invoice_sequence": "4",
        "invoice_settings[rendering_options][amount_tax_display]": "exclude_tax", "business_name": "Rosen Ltd",
        "individual_name": "Jenny R.",
      ])
    try post("/v1/customers/\(full)", ["shipping": "", "address": "", "name": "", "balance": "-100"])
    try discount(full, "TEN")
    let transaction =
      try post(
        "/v1/customers/\(full)/balance_transactions",
        ["amount": "-500", "currency": "usd", "description": "Gift", "metadata[a]": "b"]
      ).id ?? ""
    try post("/v1/customers/\(full)/balance_transactions/\(transaction)", ["description": "A gift"])
    try get("/v1/customers/\(full)/balance_transactions/\(transaction)")
    try get(
      "/v1/customers/\(full)/balance_transactions/\(transaction)", ["expand[0]": "customer", "expand[1]": "invoice"])
    try get("/v1/customers/\(full)/balance_transactions", ["expand[]": "data.customer"])
    try post(
      "/v1/customers/\(full)",
      [
        "shipping[name]": "Jenny", "shipping[address][line1]": "2 Side St", "shipping[address][country]": "US",
        "phone": "+15550100", "address[city]": "Boston", "address[state]": "MA", "address[postal_code]": "02101",
        "address[line1]": "1 Main St", "address[line2]": "Left", "address[country]": "US",
      ])
    let shipped = try draft(full)
    try post("/v1/invoices/\(shipped)/finalize", ["expand[]": "customer.tax"])
    let method = try get("/v1/customers/\(full)/payment_methods", ["expand[]": "data.customer"])["data"].array?.first
    try get("/v1/customers/\(full)/payment_methods/\(method?.id ?? "")")
    try get("/v1/customers/\(full)", ["expand[0]": "discount.source.coupon", "expand[1]": "sources"])
    try delete("/v1/customers/\(full)/discount")
    try discount(full, "OFF")
    try delete("/v1/customers/\(plain)")
    let stub = try send("GET", "/v1/customers/\(plain)").json
    if stub != ["id": .string(plain), "object": "customer", "deleted": true] { report("no stub: \(stub)") }
  }

  private func keepMethods() throws {
    let owner = try customer()
    for form: Form in [
      ["type": "card", "card[number]": "4242424242424242", "card[exp_month]": "5", "card[exp_year]": "2031"],
      [
        "type": "us_bank_account", "us_bank_account[account_number]": "000123456789",
        "us_bank_account[routing_number]": "110000000", "us_bank_account[account_holder_type]": "individual",
        "billing_details[name]": "Jenny Rosen", "billing_details[address][country]": "US",
      ],
      [
        "type": "sepa_debit", "sepa_debit[iban]": "AT321904300235473204", "billing_details[name]": "Jenny Rosen",
        "billing_details[email]": "jenny@example.com",
      ],
    ] {
      let type = form.first?.value ?? ""
      let method = try post("/v1/payment_methods", form).id ?? ""
      try get("/v1/payment_methods/\(method)")
      try post("/v1/payment_methods/\(method)/attach", ["customer": owner])
      try post(
        "/v1/payment_methods/\(method)",
        [
          "billing_details[address][line1]": "1 Main St", "billing_details[address][postal_code]": "02101",
          "billing_details[phone]": "+15550100", "metadata[a]": "b", "allow_redisplay": "always",
        ])
      try get("/v1/payment_methods/\(method)")
      try get("/v1/payment_methods", ["customer": owner, "type": type, "expand[]": "data.customer"])
      if type == "card" { try pay(method, ["customer": owner, "payment_method_options[card][network]": "visa"]) }
      try post("/v1/payment_methods/\(method)/detach")
    }
    for name in ["amex", "mastercard_prepaid", "discover", "diners", "jcb", "unionpay", "visa_debit"] {
      try post("/v1/payment_methods/pm_card_\(name)/attach", ["customer": owner])
    }
  }
}
