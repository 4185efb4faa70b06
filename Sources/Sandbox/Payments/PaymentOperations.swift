/// The calls that move money, or name what it is paid with.
package enum PaymentOperations {
  /// All of them.
  package static let operations: [Operation] =
    PaymentMethodOperations.operations + PaymentIntentOperations.operations + SetupIntentOperations.operations
    + ChargeOperations.operations + RefundOperations.operations + DisputeOperations.operations
    + PayoutOperations.operations
}

extension World {
  /// The customer that a call names, with time set to that of its test clock; nil when it names none.
  func customer(in params: Params) throws -> Record? {
    guard let id = params.text("customer") else { return nil }
    let customer = try require(.customer, id, param: params.path("customer"))
    try enter(clockOf: customer)
    return customer
  }

  /// The record that the path names.
  func require(_ type: RecordType, _ call: Call, _ variable: String, param: String? = nil) throws -> Record {
    try require(type, call.id(variable), param: param ?? variable, inPath: true)
  }
}
