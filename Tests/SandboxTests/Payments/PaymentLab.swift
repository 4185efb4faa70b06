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
  @discardableResult
  func charge(_ amount: Int64 = 2_500, _ token: String = "pm_card_visa", currency: String = "usd") throws -> Record {
    try find(.charge, pay(amount, token, currency: currency).intent.reference("latest_charge"))
  }

  /// Performs a call as the server would; `path` names its variables' values after the template.
  @discardableResult
  func post(
    _ path: String, _ id: String? = nil, _ params: JSONObject = [:], version: APIVersion = .current
  ) throws -> Reply {
    let operation = try #require(PaymentOperations.operations.first { $0.method == "POST" && $0.path == path })
    var variables: [String: String] = [:]
    if let id, let open = path.firstIndex(of: "{"), let close = path.firstIndex(of: "}") {
      variables[String(path[path.index(after: open)..<close])] = id
    }
    let call = Call(path: variables, params: Params(params))
    return try store.write(at: time, origin: World.Origin(requestID: "req_1", version: version)) {
      try operation.perform($0, call)
    }
  }

  /// Performs a call that answers a record.
  @discardableResult
  func made(
    _ path: String, _ id: String? = nil, _ params: JSONObject = [:], version: APIVersion = .current
  ) throws -> Record {
    guard case .record(let record) = try post(path, id, params, version: version) else {
      throw StripeError.invalid("not a record")
    }
    return record
  }

  /// The error that a call ends with, thrown or answered.
  func error(_ path: String, _ id: String? = nil, _ params: JSONObject = [:]) throws -> StripeError {
    do {
      if case .failure(let error) = try post(path, id, params) { return error }
    } catch let error as StripeError {
      return error
    }
    throw StripeError.invalid("no error")
  }

  func balance() throws -> JSONObject { try store.read { try $0.balance() } }
}
