extension World {
  /// A refund of a charge that is not saved yet.
  func newRefund(of charge: Record, amount: Int64, reason: String?) -> Record {
    var refund = Record(blank: .refund, created: now)
    let id = newID(.refund)
    refund["id"] = .string(charge.id.hasPrefix("py_") ? "pyr_" + id.dropFirst(3) : id)
    refund["object"] = "refund"
    refund["amount"] = .integer(amount)
    refund["balance_transaction"] = nil
    refund["charge"] = .string(charge.id)
    refund["created"] = .integer(now)
    refund["currency"] = charge["currency"]
    for name in ["customer", "payment_intent", "payment_method"] { refund[name] = charge[name] }
    refund["customer_account"] = nil
    refund["metadata"] = [:]
    refund["reason"] = .text(reason)
    refund["receipt_number"] = nil
    refund["source_transfer_reversal"] = nil
    refund["transfer_reversal"] = nil
    if charge.hidden.has("test_clock") { refund.hidden["test_clock"] = charge.hidden["test_clock"] }
    return refund
  }
}
