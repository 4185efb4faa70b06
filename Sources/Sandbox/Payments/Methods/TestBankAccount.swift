/// One of Stripe's test bank accounts, and what becomes of debits.
struct TestBankAccount: Sendable {
  /// `us_bank_account` or `sepa_debit`.
  let type: String
  /// The account number, or the IBAN.
  let number: String
  /// The ready-made payment method's id, if there is one.
  let token: String?
  let result: Result

  /// What a debit comes to.
  enum Result: Sendable, Equatable {
    case succeeds
    /// The reason in Stripe's words.
    case fails(code: String, message: String)
    case staysProcessing
  }

  /// The member that a payment method has under its type.
  func details(fingerprint: String) -> JSON {
    let last4 = JSON.string(String(number.suffix(4)))
    if type == "sepa_debit" {
      return [
        "bank_code": .string(String(number.dropFirst(4).prefix(5))), "branch_code": "",
        "country": .string(String(number.prefix(2))), "fingerprint": .string(fingerprint),
        "generated_from": ["charge": nil, "setup_attempt": nil], "last4": last4,
      ]
    }
    return [
      "account_holder_type": "individual", "account_type": "checking", "bank_name": "STRIPE TEST BANK",
      "financial_connections_account": nil, "fingerprint": .string(fingerprint), "last4": last4,
      "networks": ["preferred": "ach", "supported": ["ach"]],
      "routing_number": .string(TestBankAccounts.routingNumber), "status_details": [:],
    ]
  }

  /// The member that a charge's `payment_method_details` has under the type.
  func chargeDetails(_ method: JSON) -> JSON {
    var details = method.object ?? [:]
    if type == "sepa_debit" {
      details.remove("generated_from")
      details["expected_debit_date"] = nil
      details["mandate"] = nil
    } else {
      for name in ["financial_connections_account", "networks", "status_details"] { details.remove(name) }
      details["expected_debit_date"] = nil
      details["payment_reference"] = nil
    }
    return .object(details)
  }
}

/// The test bank accounts.
///
/// Source: CONTRACT.md, section 13.
enum TestBankAccounts {
  static let routingNumber = "110000000"

  static func account(number: String) -> TestBankAccount? { all.first { $0.number == number } }
  static func account(token: String) -> TestBankAccount? { all.first { $0.token == token } }

  static let all: [TestBankAccount] = [
    .init(
      type: "us_bank_account", number: "000123456789", token: "pm_usBankAccount_success", result: .succeeds),
    .init(
      type: "us_bank_account", number: "000111111113", token: "pm_usBankAccount_accountClosed",
      result: .fails(code: "account_closed", message: "The bank account has been closed.")),
    .init(
      type: "us_bank_account", number: "000111111116", token: "pm_usBankAccount_noAccount",
      result: .fails(code: "no_account", message: "No bank account could be found with those details.")),
    .init(
      type: "us_bank_account", number: "000222222227", token: "pm_usBankAccount_insufficientFunds",
      result: .fails(
        code: "insufficient_funds", message: "The bank account has insufficient funds to complete the purchase.")),
    .init(
      type: "us_bank_account", number: "000000000009", token: "pm_usBankAccount_processing",
      result: .staysProcessing),
    .init(type: "sepa_debit", number: "AT321904300235473204", token: nil, result: .succeeds),
    .init(
      type: "sepa_debit", number: "AT861904300235473202", token: nil,
      result: .fails(code: "payment_method_provider_decline", message: "The payment was declined by the bank.")),
  ]
}
