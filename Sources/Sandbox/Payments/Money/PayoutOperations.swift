/// The calls about payouts.
enum PayoutOperations {
  static let operations = [
    Operation("POST", "/v1/payouts") { world, call in .record(try create(world, call.params)) },
    Operation("POST", "/v1/payouts/{payout}") { world, call in
      var payout = try world.require(.payout, call, "payout")
      try payout.takeMetadata(call.params)
      try world.save(&payout, emitting: "payout.updated")
      return .record(payout)
    },
    Operation("POST", "/v1/payouts/{payout}/cancel") { world, call in
      var payout = try world.require(.payout, call, "payout")
      try world.cancelPayout(&payout)
      return .record(payout)
    },
  ]

  private static func create(_ world: World, _ params: Params) throws -> Record {
    let currency = try CurrencyRules.check(currency: params.require("currency"))
    let amount = try params.requireInt("amount")
    try CurrencyRules.checkPayout(amount, currency)
    let sourceType = params.text("source_type") ?? "card"
    let line = try world.state.reader.balances().first { $0.currency == currency }
    let available = line?.sources.first { $0.name == sourceType }?.available ?? 0
    guard amount <= available else {
      throw StripeError.invalid(
        """
        You have insufficient funds in your Stripe account for this transfer. Your \(sourceType.spaced) balance is too \
        low.  You can use the /v1/balance endpoint to view your Stripe balance (for more details, see \
        stripe.com/docs/api#balance).
        """, code: "balance_insufficient")
    }
    return try world.makePayout(
      World.PayoutDraft(
        amount: amount, currency: currency, method: params.text("method") ?? "standard", sourceType: sourceType,
        description: params.text("description"), statementDescriptor: params.text("statement_descriptor"),
        metadata: try Merge.metadata([:], with: params),
        destination: try PayoutDestination.find(params.text("destination"))))
  }
}

extension String {
  /// The words of a name: `bank account` for `bank_account`.
  fileprivate var spaced: String { String(map { $0 == "_" ? " " : $0 }) }
}
