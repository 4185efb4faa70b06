/// A payment: its intent, its one attempt, and the booking of the money.
struct Payment {
  private let person: Person
  private let created: Int
  private let chargeID: String
  private let intentID: String
  private let transactionID: String
  private let amount: Int
  private let receipt: String
  private let authorization: Int
  private let network: String
  private let order: Int
  private let risk: Int

  init(_ random: inout SeededRandom, of person: Person, created: Int) {
    self.person = person
    self.created = created
    let stem = "3" + SeededRandom.stamp(created) + "H1lINcoHaa"
    intentID = "pi_\(stem)0\(random.word(7))"
    chargeID = "ch_\(stem)0\(random.word(7))"
    transactionID = "txn_\(stem)0\(random.word(7))"
    amount = random.number(500...250_000)
    receipt = "\(random.number(1000...9999))-\(random.number(1000...9999))"
    authorization = random.number(100_000...999_999)
    network = random.word(15)
    order = random.number(1_000_000...9_999_999)
    risk = random.number(1...64)
  }

  private var fee: Int { amount * 15 / 1000 + 25 }

  var charge: String {
    """
    {"id": "\(chargeID)", "object": "charge", "amount": \(amount), "amount_captured": \(amount),
    "amount_refunded": 0, "application": null, "application_fee": null, "application_fee_amount": null,
    "balance_transaction": "\(transactionID)", "billing_details": \(person.billingDetails),
    "calculated_statement_descriptor": "FERNBLICK", "captured": true, "created": \(created + 1), "currency": "eur",
    "customer": "\(person.id)", "description": "Order \(order)", "destination": null, "dispute": null,
    "disputed": false, "failure_balance_transaction": null, "failure_code": null, "failure_message": null,
    "fraud_details": {}, "livemode": false, "metadata": {"order_id": "\(order)"}, "on_behalf_of": null,
    "order": null, "outcome": {"advice_code": null, "network_advice_code": null, "network_decline_code": null,
    "network_status": "approved_by_network", "reason": null, "risk_level": "normal", "risk_score": \(risk),
    "seller_message": "Payment complete.", "type": "authorized"}, "paid": true, "payment_intent": "\(intentID)",
    "payment_method": "\(person.paymentMethodID)", "payment_method_details": {"card": {
    "amount_authorized": \(amount), "authorization_code": "\(authorization)", \(person.cardOfCharge),
    "network_transaction_id": "\(network)",
    "overcapture": {"maximum_amount_capturable": \(amount), "status": "unavailable"},
    "regulated_status": "unregulated", "three_d_secure": null, "wallet": null}, "type": "card"},
    "radar_options": {}, "receipt_email": null, "receipt_number": "\(receipt)",
    "receipt_url": "https://pay.example.com/receipts/payment/\(network)\(chargeID)\(network)?s=ap",
    "refunded": false, "review": null, "shipping": null, "source": null, "source_transfer": null,
    "statement_descriptor": null, "statement_descriptor_suffix": null, "status": "succeeded",
    "transfer_data": null, "transfer_group": null}
    """
  }

  var paymentIntent: String {
    """
    {"id": "\(intentID)", "object": "payment_intent", "amount": \(amount), "amount_capturable": 0,
    "amount_details": {"tip": {}}, "amount_received": \(amount), "application": null,
    "application_fee_amount": null, "automatic_payment_methods": null, "canceled_at": null,
    "cancellation_reason": null, "capture_method": "automatic",
    "client_secret": "\(intentID)_secret_\(network)0000000000", "confirmation_method": "automatic",
    "created": \(created), "currency": "eur", "customer": "\(person.id)", "description": "Order \(order)",
    "excluded_payment_method_types": null, "last_payment_error": null, "latest_charge": "\(chargeID)",
    "livemode": false, "managed_payments": {"enabled": false}, "metadata": {"order_id": "\(order)"},
    "next_action": null, "on_behalf_of": null, "payment_method": "\(person.paymentMethodID)",
    "payment_method_configuration_details": null, "payment_method_options": {"card": {"installments": null,
    "mandate_options": null, "network": null, "request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"], "processing": null, "receipt_email": null, "review": null,
    "setup_future_usage": null, "shipping": null, "source": null, "statement_descriptor": null,
    "statement_descriptor_suffix": null, "status": "succeeded", "transfer_data": null, "transfer_group": null}
    """
  }

  var balanceTransaction: String {
    """
    {"id": "\(transactionID)", "object": "balance_transaction", "amount": \(amount),
    "available_on": \(created + 604_800), "balance_type": "payments", "created": \(created + 1),
    "currency": "eur", "description": "Order \(order)", "exchange_rate": null, "fee": \(fee),
    "fee_details": [{"amount": \(fee), "application": null, "currency": "eur",
    "description": "Stripe processing fees", "type": "stripe_fee"}], "net": \(amount - fee),
    "reporting_category": "charge", "source": "\(chargeID)", "status": "available", "type": "charge"}
    """
  }
}
