import Testing

@testable import Sandbox

/// A sandbox in memory at a fixed moment, with what payment tests do again and again.
final class PaymentLab {
  let store: SandboxStore
  /// Real time in the lab: 1 January 2026, 12:00 UTC.
  var time: Int64 = 1_767_268_800

  init(seed: UInt64 = 1, settings: AccountSettings = AccountSettings()) throws {
    store = try SandboxStore(.memory)
    try store.configure(settings: settings, seed: seed)
  }

  deinit { store.close() }

  /// One unit of work at the lab's time.
  func write<Result: Sendable>(_ body: @escaping @Sendable (World) throws -> Result) throws -> Result {
    try store.write(at: time, body)
  }

  /// Runs what falls due until so many seconds from now.
  func wait(_ seconds: Int64) throws {
    time += seconds
    let until = time
    try write { _ = try $0.runDue(clock: nil, until: until) }
  }

  func find(_ type: RecordType, _ id: String?) throws -> Record {
    let id = try #require(id)
    return try #require(try store.read { try $0.find(type, id) })
  }

  func all(_ type: RecordType) throws -> [Record] { try store.read { try $0.records(ListQuery(type)).reversed() } }

  /// The types of all events so far, oldest first.
  func events() throws -> [String] { try all(.event).compactMap { $0.text("type") } }

  func lastEvent(_ type: String) throws -> Record { try #require(try all(.event).last { $0.text("type") == type }) }

  func customer(_ extra: JSONObject = [:]) throws -> Record {
    let now = time
    return try write { world in
      var customer = Record(
        .customer,
        body: [
          "id": nil, "object": "customer", "created": .integer(now),
          "invoice_settings": ["default_payment_method": nil], "default_source": nil,
        ])
      for member in extra.members { customer[member.name] = member.value }
      try world.save(&customer)
      return customer
    }
  }

  /// Pays with a ready-made card; answers the intent as it is afterwards and what the attempt came to.
  @discardableResult
  func pay(
    _ amount: Int64 = 2_500, _ token: String = "pm_card_visa", currency: String = "usd", capture: String = "automatic",
    offSession: Bool = false
  ) throws -> (intent: Record, outcome: PaymentOutcome) {
    try write { world in
      var draft = PaymentIntentDraft(amount: amount, currency: currency, customer: nil)
      draft.captureMethod = capture
      var intent = try world.makePaymentIntent(draft)
      let method = try world.paymentMethod(token, param: "payment_method")
      let outcome = try world.confirm(&intent, paymentMethod: method, offSession: offSession)
      return (intent, outcome)
    }
  }

  /// The charge of a payment that succeeds.
  func charge(_ amount: Int64 = 2_500, _ token: String = "pm_card_visa", currency: String = "usd") throws -> Record {
    try find(.charge, pay(amount, token, currency: currency).intent.reference("latest_charge"))
  }
}
