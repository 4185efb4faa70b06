/// The calls about charges.
enum ChargeOperations {
  static let operations = [
    Operation("POST", "/v1/charges/{charge}") { world, call in
      var charge = try world.require(.charge, call, "charge", param: "id")
      try update(world, &charge, call.params)
      return .record(charge)
    },
    Operation("POST", "/v1/charges/{charge}/capture") { world, call in
      var charge = try world.require(.charge, call, "charge", param: "id")
      if charge.flag("captured") {
        throw StripeError.invalid(
          "Charge \(charge.id) has already been captured.", code: "charge_already_captured")
      }
      charge.take(
        call.params, "receipt_email", "statement_descriptor", "statement_descriptor_suffix", "transfer_group")
      try world.save(&charge)
      guard var intent = try world.referred(.paymentIntent, by: charge.reference("payment_intent")) else {
        throw StripeError.unsupported("charges without a payment intent")
      }
      try world.capture(&intent, amount: call.params.int("amount"))
      try world.tellInvoice(intent)
      return .record(try world.require(.charge, call, "charge", param: "id"))
    },
  ]

  private static func update(_ world: World, _ charge: inout Record, _ params: Params) throws {
    try charge.takeMetadata(params)
    charge.take(params, "description", "receipt_email", "transfer_group")
    charge.takeShipping(params, "shipping")
    if let details = params.hash("fraud_details") {
      charge["fraud_details"] = details.isUnset("user_report") ? [:] : .object(details.values)
    }
    if let customer = try world.customer(in: params) {
      guard charge["customer"].isNull else {
        throw StripeError.invalid("The customer of this charge is already set.", param: "customer")
      }
      charge["customer"] = .string(customer.id)
    }
    try world.save(&charge, emitting: "charge.updated")
  }
}
