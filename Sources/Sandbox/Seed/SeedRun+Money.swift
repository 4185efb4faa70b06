extension SeedRun {
  /// Brings a card and makes it the default.
  func useCard(_ card: String, _ customer: Record, _ world: World) throws {
    let method = try make(
      world, "/v1/payment_methods/{}/attach", [card], ["customer": .string(customer.id)])
    try call(
      world, "POST", "/v1/customers/{}", [customer.id],
      ["invoice_settings": ["default_payment_method": .string(method.id)]])
  }

  /// Pays the open invoices, oldest first.
  func settle(_ customer: Record, outOfBand: Bool, _ world: World) throws {
    let open = try world.records(
      ListQuery(.invoice, [.equals("customer", customer.id), .equals("status", "open")]))
    for invoice in open.reversed() where invoice.int("amount_remaining") > 0 {
      let isPayable = outOfBand || !customer["invoice_settings"]["default_payment_method"].isNull
      guard isPayable else { continue }
      try call(
        world, "POST", "/v1/invoices/{}/pay", [invoice.id], outOfBand ? ["paid_out_of_band": true] : [:])
    }
  }

  /// Gives a part of the newest payment back.
  func refund(_ customer: Record, percent: Int64, _ world: World) throws {
    let charges = try world.records(ListQuery(.charge, [.equals("customer", customer.id)], limit: 5))
    for charge in charges where charge.flag("captured") && !charge.flag("disputed") {
      let rest = charge.int("amount_captured") - charge.int("amount_refunded")
      // Whole units of ten: three-decimal currencies end with a zero.
      let amount = percent == 100 ? rest : rest * percent / 1_000 * 10
      guard amount > 0 else { continue }
      try call(
        world, "POST", "/v1/refunds", [],
        [
          "amount": .integer(amount), "charge": .string(charge.id),
          "reason": percent == 100 ? "requested_by_customer" : "duplicate",
        ])
      return
    }
  }

  /// Hands the evidence in for every dispute that waits for it.
  func answerDisputes(_ customer: Record, _ evidence: String, _ world: World) throws {
    let charges = try world.records(ListQuery(.charge, [.equals("customer", customer.id)], limit: 10))
    for charge in charges where charge.flag("disputed") {
      for dispute in try world.records(ListQuery(.dispute, [.equals("charge", charge.id)]))
      where dispute.text("status") == "needs_response" {
        try call(
          world, "POST", "/v1/disputes/{}", [dispute.id],
          ["evidence": ["uncategorized_text": .string(evidence)], "submit": true])
      }
    }
  }

  /// Buys something once: a decline is part of life.
  func buy(_ customer: Record, amount: Int64, card: String?, _ index: Int, _ world: World) throws {
    guard let method = card ?? customer["invoice_settings"]["default_payment_method"].id else { return }
    try call(
      world, "POST", "/v1/payment_intents", [],
      [
        "amount": .integer(amount), "confirm": true, "currency": .string(person(index).market.currency),
        "customer": .string(customer.id), "description": "One-off purchase",
        "metadata": ["order_id": .string("order-\(index)-\(time)")], "payment_method": .string(method),
        "payment_method_types": ["card"],
      ])
  }

  /// Bills many things at once: invoice items, one invoice, one payment.
  func bill(_ customer: Record, lines: Int, _ index: Int, _ world: World) throws {
    let market = person(index).market
    for number in 1...lines {
      try call(
        world, "POST", "/v1/invoiceitems", [],
        [
          "amount": .integer(market.amount(Int64(number % 9 + 1) * 100)), "currency": .string(market.currency),
          "customer": .string(customer.id), "description": .string("Workshop hour \(number)"),
        ])
    }
    let invoice = try make(
      world, "/v1/invoices", [],
      [
        "auto_advance": false, "currency": .string(market.currency), "customer": .string(customer.id),
        "pending_invoice_items_behavior": "include",
      ])
    guard !customer["invoice_settings"]["default_payment_method"].isNull else { return }
    try call(world, "POST", "/v1/invoices/{}/pay", [invoice.id], [:])
  }
}
