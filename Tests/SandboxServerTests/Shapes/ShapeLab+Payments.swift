import Sandbox

/// The scenes of payments.
extension ShapeLab {
  func takePayments() throws {
    let waiting =
      try post(
        "/v1/payment_intents",
        [
          "amount": "1000", "currency": "usd", "automatic_payment_methods[enabled]": "true", "description": "Shoes",
          "payment_details[order_reference]": "7", "setup_future_usage": "off_session", "metadata[a]": "b",
          "receipt_email": "jenny@example.com", "statement_descriptor_suffix": "SHOES", "transfer_group": "G",
          "shipping[name]": "Jenny", "shipping[address][line1]": "1 Main St", "shipping[carrier]": "UPS",
          "excluded_payment_method_types[0]": "affirm",
        ]
      ).id ?? ""
    try post("/v1/payment_intents/\(waiting)", ["amount": "1100", "customer": customer(), "shipping": ""])
    try post(
      "/v1/payment_intents/\(waiting)/confirm",
      ["payment_method": "pm_card_chargeDeclined", "return_url": "https://example.com"], status: 402)
    try get("/v1/payment_intents/\(waiting)")
    try post(
      "/v1/payment_intents/\(waiting)/confirm", ["payment_method": "pm_card_visa", "return_url": "https://example.com"])
    for card in [
      "visa", "mastercard", "amex", "avsFail", "cvcCheckFail", "riskLevelElevated", "threeDSecureOptional",
      "threeDSecure2Required", "authenticationRequiredOnSetup",
    ] {
      try pay("pm_card_\(card)", ["return_url": "https://example.com/back"])
    }
    for card in [
      "visa_chargeDeclinedInsufficientFunds", "visa_chargeDeclinedLostCard", "chargeDeclinedExpiredCard",
      "chargeDeclinedIncorrectCvc", "chargeDeclinedProcessingError", "riskLevelHighest", "radarBlock",
    ] {
      try pay("pm_card_\(card)", status: 402)
    }
    try pay("pm_card_threeDSecure2Required", ["error_on_requires_action": "true"], status: 402)
    let challenged = try pay("pm_card_threeDSecure2Required")
    try get("/v1/payment_intents/\(challenged.id ?? "")", ["client_secret": challenged["client_secret"].string ?? ""])
    for (succeeds, intent) in try [
      (true, challenged), (false, pay("pm_card_threeDSecure2Required")),
      (true, pay("pm_card_threeDSecureRequiredChargeDeclined")),
    ] {
      let id = intent.id ?? ""
      try store.write(at: now) { world in _ = try world.authenticate(id, succeed: succeeds) }
      try get("/v1/payment_intents/\(id)")
    }
    for account in ["success", "insufficientFunds", "accountClosed", "processing"] {
      let intent = try pay(
        "pm_usBankAccount_\(account)", ["allowed_payment_method_types[0]": "us_bank_account", "customer": customer()])
      try get("/v1/payment_intents/\(intent.id ?? "")", ["expand[]": "latest_charge"])
    }
    try post(
      "/v1/payment_intents",
      [
        "amount": "1000", "currency": "eur", "confirm": "true", "allowed_payment_method_types[0]": "sepa_debit",
        "payment_method_data[type]": "sepa_debit", "payment_method_data[sepa_debit][iban]": "AT321904300235473204",
        "payment_method_data[billing_details][name]": "Jenny", "payment_method_data[billing_details][email]": "j@a.at",
      ])
    try pay("pm_card_visa", ["currency": "jpy", "capture_method": "automatic"])
    try wait(8 * 86_400)
  }

  func handlePayments() throws {
    let hold: Form = ["capture_method": "manual"]
    let held = try pay("pm_card_visa", hold).id ?? ""
    try get("/v1/payment_intents/\(held)", ["expand[]": "latest_charge"])
    try post("/v1/payment_intents/\(held)/capture", ["amount_to_capture": "1500", "metadata[a]": "b"])
    let dropped = try pay("pm_card_visa", hold).id ?? ""
    try post("/v1/payment_intents/\(dropped)/cancel", ["cancellation_reason": "duplicate"])
    _ = try pay("pm_card_visa", hold)
    try wait(8 * 86_400)  // the last authorisation expires
    let charge = try charge("pm_card_visa", hold)
    try post("/v1/charges/\(charge)/capture", ["amount": "1200", "receipt_email": "jenny@example.com"])
    try post(
      "/v1/charges/\(charge)",
      [
        "description": "Shoes", "metadata[a]": "b", "fraud_details[user_report]": "safe", "transfer_group": "G",
        "shipping[name]": "Jenny", "shipping[address][city]": "Berlin", "shipping[tracking_number]": "7",
      ])
    try get("/v1/charges/\(charge)/refunds")
    try post("/v1/refunds", ["charge": charge, "amount": "200"])
    try get("/v1/charges/\(charge)/refunds", ["expand[]": "data.balance_transaction"])
    try get("/v1/balance")
  }

  func setUpPayments() throws {
    let owner = try customer()
    let intent =
      try post(
        "/v1/setup_intents",
        ["customer": owner, "description": "Later", "automatic_payment_methods[enabled]": "true", "metadata[a]": "b"]
      ).id ?? ""
    try post("/v1/setup_intents/\(intent)", ["payment_method": "pm_card_visa", "metadata[c]": "d"])
    try post("/v1/setup_intents/\(intent)/confirm", ["return_url": "https://example.com/back"])
    let unwanted = try post("/v1/setup_intents", ["usage": "on_session"]).id ?? ""
    try post("/v1/setup_intents/\(unwanted)/cancel", ["cancellation_reason": "abandoned"])
    let refused = try post("/v1/setup_intents", ["payment_method": "pm_card_chargeDeclined"]).id ?? ""
    try post("/v1/setup_intents/\(refused)/confirm", status: 402)
    try get("/v1/setup_intents/\(refused)")
    for (back, succeeds) in [("https://example.com/back", true), ("", false)] {
      var form = [("payment_method", "pm_card_threeDSecure2Required"), ("confirm", "true"), ("customer", owner)]
      if !back.isEmpty { form.append(("return_url", back)) }
      let id = try call("POST", "/v1/setup_intents", form).id ?? ""
      try store.write(at: now) { world in _ = try world.authenticate(id, succeed: succeeds) }
      try get("/v1/setup_intents/\(id)")
    }
    try post(
      "/v1/setup_intents",
      [
        "customer": owner, "confirm": "true", "allowed_payment_method_types[0]": "us_bank_account",
        "payment_method": "pm_usBankAccount_success",
      ])
  }

  func refundAndDispute() throws {
    let refund =
      try post(
        "/v1/refunds",
        [
          "payment_intent": pay("pm_card_visa", ["customer": customer()]).id ?? "", "reason": "requested_by_customer",
          "metadata[a]": "b",
        ]
      ).id ?? ""
    try post("/v1/refunds/\(refund)", ["metadata[c]": "d"])
    for card in ["pendingRefund", "refundFail"] { try post("/v1/refunds", ["charge": charge("pm_card_\(card)")]) }
    let debit = try charge("pm_usBankAccount_success", ["allowed_payment_method_types[0]": "us_bank_account"])
    var disputed: [String] = []
    for card in ["createDispute", "createDisputeProductNotReceived", "createDisputeInquiry", "createMultipleDisputes"] {
      disputed.append(try charge("pm_card_\(card)"))
      disputed.append(try charge("pm_card_\(card)"))
    }
    try wait(10)
    try post("/v1/refunds", ["charge": debit])
    try readLists()
    for (index, charge) in disputed.enumerated() {
      try get("/v1/charges/\(charge)", ["expand[0]": "dispute", "expand[1]": "balance_transaction"])
      for dispute in try get("/v1/disputes", ["charge": charge])["data"].array ?? [] {
        let path = "/v1/disputes/\(dispute.id ?? "")"
        if index % 2 == 0 {
          let word = index % 4 == 0 ? "winning_evidence" : "losing_evidence"
          try post(path, ["evidence[customer_name]": "Jenny", "submit": "false", "metadata[a]": "b"])
          try post(path, ["evidence[uncategorized_text]": word, "submit": "true"])
        } else {
          try post("\(path)/close")
        }
      }
    }
    try wait(10)
  }

  func payOut() throws {
    try pay("pm_card_bypassPending", ["amount": "50000"])
    let paid =
      try post(
        "/v1/payouts",
        [
          "amount": "1000", "currency": "usd", "description": "Rent", "statement_descriptor": "RENT",
          "metadata[a]": "b",
        ]
      ).id ?? ""
    try post("/v1/payouts/\(paid)", ["metadata[c]": "d"])
    try post("/v1/payouts", ["amount": "1000", "currency": "usd", "method": "instant"])
    let unwanted = try post("/v1/payouts", ["amount": "1000", "currency": "usd"]).id ?? ""
    try post("/v1/payouts/\(unwanted)/cancel")
    try wait(8 * 86_400)
    try get("/v1/balance_transactions", ["payout": paid, "expand[]": "data.source"])
    try get("/v1/balance_transactions", ["type": "payout", "expand[]": "data.source"])
    try get("/v1/balance")
  }

  func listen() throws {
    let endpoint =
      try post(
        "/v1/webhook_endpoints",
        [
          "url": "http://127.0.0.1:9/hook", "enabled_events[0]": "charge.succeeded", "description": "Mine",
          "metadata[a]": "b", "api_version": "2024-06-20",
        ]
      ).id ?? ""
    try post("/v1/webhook_endpoints/\(endpoint)", ["enabled_events[0]": "*", "disabled": "true"])
    try post("/v1/webhook_endpoints", ["url": "http://127.0.0.1:9/other", "enabled_events[0]": "*"])
    try get("/v1/webhook_endpoints/\(endpoint)")
    try readLists()
    try readExpanded()
    try delete("/v1/webhook_endpoints/\(endpoint)")
  }
}
