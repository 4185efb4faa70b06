extension World {
  /// The payment methods that a call brings: checked and set as the customer's defaults, to be attached once it is
  /// kept.
  func takePaymentMethods(_ params: Params, into customer: inout Record) throws -> [Record] {
    var methods: [Record] = []
    if let id = params.text("payment_method") {
      methods.append(try paymentMethod(id, param: params.path("payment_method")))
    }
    if let token = params.text("source") {
      let method = try paymentMethod(token, param: params.path("source"))
      methods.append(method)
      customer["default_source"] = .string(method.id)
    }
    if params.has("default_source") { customer["default_source"] = params["default_source"] }
    guard let settings = params.hash("invoice_settings"), let id = settings.text("default_payment_method") else {
      return methods
    }
    let param = settings.path("default_payment_method")
    // A ready-made name such as `pm_card_visa` stands for the method that the call brings.
    let brought = methods.first { $0.id == id || params.text("payment_method") == id }
    let method = try brought ?? find(.paymentMethod, id)
    guard let method else { throw StripeError.noSuch(RecordType.paymentMethod.definition.noun, id, param: param) }
    guard brought != nil || method.reference("customer") == customer.id else {
      throw StripeError.notTheCustomers(method: id, param: param)
    }
    customer["invoice_settings"]["default_payment_method"] = .string(method.id)
    return methods
  }
}
