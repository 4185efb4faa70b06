extension World {
  /// The payment methods that a call brings, checked and set as defaults, to be attached once the customer is kept.
  func takePaymentMethods(_ params: Params, into customer: inout Record) throws -> [Record] {
    var methods: [Record] = []
    if params.has("payment_method") || params.has("source") {
      throw StripeError.unsupported("payment methods of customers")
    }
    if let settings = params.hash("invoice_settings"), let id = settings.text("default_payment_method") {
      let param = settings.path("default_payment_method")
      let method = try methods.first { $0.id == id } ?? find(.paymentMethod, id)
      guard let method else { throw StripeError.noSuch("PaymentMethod", id, param: param) }
      guard method.reference("customer") == customer.id || methods.contains(where: { $0.id == id }) else {
        throw StripeError.invalid(
          "The customer does not have a payment method with the ID \(id). The payment method must be attached to the "
            + "customer.", code: "resource_missing", param: param)
      }
    }
    methods.reserveCapacity(2)
    return methods
  }

  func attach(_ method: Record, to customer: inout Record) throws {}
}
