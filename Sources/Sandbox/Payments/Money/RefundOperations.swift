/// The calls about refunds.
enum RefundOperations {
  static let operations = [
    Operation("POST", "/v1/refunds") { world, call in
      var charge = try charge(world, call.params)
      return .record(
        try world.refund(
          &charge, amount: call.params.int("amount"), reason: call.params.text("reason"),
          metadata: try Merge.metadata([:], with: call.params)))
    },
    Operation("POST", "/v1/refunds/{refund}") { world, call in
      var refund = try world.require(.refund, call, "refund")
      let before = refund.body
      try refund.takeMetadata(call.params)
      try world.save(&refund, emitting: "refund.updated")
      let previous = Events.previousAttributes(from: before, to: refund.body)
      if !previous.isEmpty { try world.emit("charge.refund.updated", refund, previous: previous) }
      return .record(refund)
    },
    Operation("POST", "/v1/refunds/{refund}/cancel") { world, call in
      // Only refunds that wait for the customer can be canceled; no payment method of the sandbox makes one.
      let refund = try world.require(.refund, call, "refund")
      throw StripeError.invalid(
        "Refund \(refund.id) cannot be canceled because it has a status of \(refund.text("status") ?? "").")
    },
  ]

  /// The charge to be refunded: named, or the one that paid the intent.
  private static func charge(_ world: World, _ params: Params) throws -> Record {
    if let id = params.text("charge") { return try world.require(.charge, id, param: "charge") }
    guard let id = params.text("payment_intent") else {
      throw StripeError.invalid(
        "One of the following params should be provided for this request: payment_intent or charge.",
        code: "parameter_missing")
    }
    let intent = try world.require(.paymentIntent, id, param: "payment_intent")
    guard let charge = try world.referred(.charge, by: intent.reference("latest_charge")),
      charge.text("status") == "succeeded"
    else { throw StripeError.invalid("This PaymentIntent (\(id)) does not have a successful charge to refund.") }
    return charge
  }
}
