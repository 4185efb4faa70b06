import Testing

@testable import Sandbox

/// A sandbox in memory and the engine's calls over it: a company that sells, at a time that is moved by hand.
final class BillingLab {
  let store: SandboxStore
  /// Real time in the lab: 1 January 2026, 12:00 UTC.
  var time: Int64 = 1_767_268_800
  var version = APIVersion.current

  init(seed: UInt64 = 1, settings: AccountSettings = AccountSettings()) throws {
    store = try SandboxStore(.memory)
    try store.configure(settings: settings, seed: seed)
  }

  deinit { store.close() }

  // MARK: calls

  /// Makes a call as a client does: the path is matched with the catalogue's.
  @discardableResult
  func call(_ method: String, _ path: String, _ params: JSONObject = [:]) throws -> JSON {
    let parts = path.split(separator: "/").map(String.init)
    var variables: [String: String] = [:]
    // A path without variables stands before one with: `/invoices/create_preview` is no invoice.
    let operations = OperationCatalog.all.sorted {
      $0.path.filter { $0 == "{" }.count < $1.path.filter { $0 == "{" }.count
    }
    let operation = try #require(
      operations.first { operation in
        let names = operation.path.split(separator: "/").map(String.init)
        guard operation.method == method, names.count == parts.count else { return false }
        variables = [:]
        for (name, part) in zip(names, parts) {
          if name.hasPrefix("{") {
            variables[String(name.dropFirst().dropLast())] = part
          } else if name != part {
            return false
          }
        }
        return true
      }, "no operation for \(method) \(path)")
    let call = Call(path: variables, params: Params(params))
    let origin = World.Origin(requestID: "req_1", version: version)
    switch try store.write(at: time, origin: origin, { world in try operation.perform(world, call) }) {
    case .record(let record): return .object(record.body)
    case .object(let object): return .object(object)
    case .deleted(let type, let id): return ["id": .string(id), "object": .string(type.rawValue), "deleted": true]
    case .failure(let error): throw error
    }
  }

  @discardableResult
  func post(_ path: String, _ params: JSONObject = [:]) throws -> JSON { try call("POST", "/v1/\(path)", params) }

  @discardableResult
  func delete(_ path: String, _ params: JSONObject = [:]) throws -> JSON { try call("DELETE", "/v1/\(path)", params) }

  /// The error that a call must end with.
  func failure(_ method: String, _ path: String, _ params: JSONObject = [:]) -> StripeError? {
    #expect(throws: StripeError.self) { try call(method, "/v1/\(path)", params) }
  }

  // MARK: what there is

  func get(_ type: RecordType, _ id: String?) throws -> JSON { .object(try record(type, id).body) }

  func record(_ type: RecordType, _ id: String?) throws -> Record {
    let id = try #require(id)
    return try #require(try store.read { try $0.find(type, id) })
  }

  /// All records of a type, oldest first.
  func all(_ type: RecordType) throws -> [JSON] {
    try store.read { try $0.records(ListQuery(type)).reversed().map { .object($0.body) } }
  }

  /// The invoices of a subscription, oldest first.
  func invoices(_ subscription: JSON) throws -> [JSON] {
    try all(.invoice).filter { $0["parent"]["subscription_details"]["subscription"] == subscription["id"] }
  }

  /// The types of the events since the last call of this, oldest first.
  func events() throws -> [String] {
    let new = try store.read { try $0.records(ListQuery(.event)) }.filter { number($0) > seenEvents }
    seenEvents = max(seenEvents, new.map(number).max() ?? 0)
    return new.sorted { number($0) < number($1) }.compactMap { $0.text("type") }
  }

  /// In which order records were made, whatever the times of their clocks.
  private func number(_ record: Record) -> Int64 { record.sequence & RecordTables.numbers }

  private var seenEvents: Int64 = 0

  func lastEvent(_ type: String) throws -> JSON {
    let found = try store.read { try $0.records(ListQuery(.event, [.equals("type", type)])) }
    return .object(try #require(found.max { number($0) < number($1) }).body)
  }

  /// Runs what falls due in real time until so many seconds from now.
  func wait(_ seconds: Int64) throws {
    time += seconds
    let until = time
    try store.write(at: time) { world in _ = try world.runDue(clock: nil, until: until) }
  }

  // MARK: a company

  func price(
    _ amount: Int64, _ interval: String = "month", count: Int64 = 1, currency: String = "usd",
    product: String = "Plan", extra: JSONObject = [:]
  ) throws -> String {
    let product = try post("products", ["name": .string(product)])
    var params: JSONObject = [
      "currency": .string(currency), "product": product["id"], "unit_amount": .integer(amount),
      "recurring": ["interval": .string(interval), "interval_count": .integer(count)],
    ]
    for member in extra.members {
      params[member.name] = member.value
      if member.value.isNull { params.remove(member.name) }
    }
    return try #require(try post("prices", params)["id"].string)
  }

  /// A customer with a default card; none for nil.
  func customer(card: String? = "pm_card_visa", clock: JSON? = nil) throws -> String {
    var params: JSONObject = ["email": "jenny@example.com", "name": "Jenny Rosen"]
    if let clock { params["test_clock"] = clock["id"] }
    let id = try #require(try post("customers", params)["id"].string)
    if let card { try setCard(card, of: id) }
    return id
  }

  func setCard(_ card: String, of id: String) throws {
    try store.write(at: time) { world in
      var customer = try world.require(.customer, id, param: "id")
      let method = try world.attach(token: card, to: customer)
      customer["invoice_settings"]["default_payment_method"] = .string(method.id)
      try world.save(&customer)
    }
  }

  func subscribe(_ customer: String, _ price: String, _ extra: JSONObject = [:]) throws -> JSON {
    var params: JSONObject = ["customer": .string(customer), "items": [["price": .string(price)]]]
    for member in extra.members { params[member.name] = member.value }
    return try post("subscriptions", params)
  }

  /// Pays an intent as the customer's browser does.
  func confirm(_ intent: String, card: String = "pm_card_visa") throws {
    try store.write(at: time) { world in
      var intent = try world.require(.paymentIntent, intent, param: "intent")
      let customer = try world.require(.customer, intent.reference("customer") ?? "", param: "customer")
      _ = try world.confirm(&intent, paymentMethod: try world.attach(token: card, to: customer))
      try world.paymentIntentChanged(intent)
    }
  }

  func clock(at time: Int64? = nil) throws -> JSON {
    try post("test_helpers/test_clocks", ["frozen_time": .integer(time ?? self.time)])
  }

  /// Advances a clock to a moment and runs real time's jobs until it is ready.
  func advance(_ clock: JSON, to target: Int64, until status: JSON = "ready") throws {
    try post("test_helpers/test_clocks/\(clock["id"].string ?? "")/advance", ["frozen_time": .integer(target)])
    for _ in 0..<1_000 {
      try wait(0)
      if try get(.testClock, clock["id"].string)["status"] == status { return }
    }
    Issue.record("the clock is not ready")
  }
}

extension JSON {
  subscript(_ index: Int) -> JSON { array.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? .null }
  var id: String { self["id"].string ?? "" }
}

/// Days and hours in seconds.
let day: Int64 = 86_400
let hour: Int64 = 3_600
