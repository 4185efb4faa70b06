import APIReference
import HTTPServer
import PlatformCore
import Sandbox
import Synchronization

import struct Foundation.Date

@testable import SandboxServer

/// A small Stripe of hand-made declarations over a store in memory: enough to try the contract on.
final class TestAPI: Sendable {
  static let now: Int64 = 1_790_000_000

  let store: SandboxStore
  let api: SandboxAPI

  init(
    _ place: SandboxStore.Place = .memory, options: SandboxAPIOptions? = nil, endpoints: [Endpoint] = [],
    operations: [Operation] = []
  ) throws {
    let clock = WallClock.fixed(Date(timeIntervalSince1970: Double(Self.now)))
    store = try SandboxStore(place, clock: clock)
    var options = options ?? SandboxAPIOptions()
    options.clock = clock
    let served = ServedAPI(
      objects: Self.objects, endpoints: Self.endpoints + endpoints, operations: Self.operations + operations)
    api = SandboxAPI(store: store, served: served, options: options)
  }

  deinit { store.close() }

  // MARK: calling

  struct Answer {
    let status: Int
    let headers: [String: String]
    let text: String
    let json: JSON

    var error: JSON { json["error"] }
    var message: String? { error["message"].string }
    var ids: [String] { (json["data"].array ?? []).compactMap { $0["id"].string } }
  }

  func call(
    _ method: String, _ path: String, _ form: String = "", key: String? = "sk_test_123", headers: [String: String] = [:]
  ) throws -> Answer {
    var all = headers.map { (name: $0.key, value: $0.value) }
    if let key { all.append((name: "Authorization", value: "Bearer \(key)")) }
    let isBody = method == "POST"
    return try Self.read(
      api.answer(
        HTTPRequest(
          method: method, path: path, query: isBody ? "" : form, headers: all, body: isBody ? Array(form.utf8) : [])))
  }

  func get(_ path: String, _ query: String = "", version: String? = nil) throws -> Answer {
    try call("GET", path, query, headers: version.map { ["Stripe-Version": $0] } ?? [:])
  }

  func post(_ path: String, _ form: String = "", key: String? = nil, version: String? = nil) throws -> Answer {
    var headers: [String: String] = [:]
    headers["Idempotency-Key"] = key
    headers["Stripe-Version"] = version
    return try call("POST", path, form, headers: headers)
  }

  static func read(_ response: HTTPResponse) throws -> Answer {
    let bytes: [UInt8] =
      switch response.body {
      case .bytes(let bytes): bytes
      case .pieces(let pieces): Array(pieces.joined())
      }
    return Answer(
      status: response.status,
      headers: Dictionary(response.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
      text: String(decoding: bytes, as: UTF8.self), json: try JSONParser().parse(bytes))
  }

  // MARK: filling

  /// Keeps objects as they are written here; `hidden` is taken out of the body.
  func keep(_ type: RecordType, _ objects: JSONObject...) throws {
    try store.write { world in
      for object in objects {
        var body = object
        let hidden = body.remove("hidden")?.object ?? [:]
        let isDeleted = body.remove("deleted")?.bool ?? false
        if !body.has("object") { body["object"] = .string(type.rawValue) }
        if !body.has("created") { body["created"] = 1_789_000_000 }
        var record = Record(type, body: body, hidden: hidden)
        if isDeleted { try world.delete(&record) } else { try world.save(&record) }
      }
    }
  }

  // MARK: operations

  static let operations = [
    Operation("POST", "/v1/customers") { world, call in
      var customer = Record(
        .customer,
        body: [
          "id": nil, "object": "customer", "balance": .integer(call.params.int("balance") ?? 0),
          "created": .integer(world.now), "discount": nil, "email": .text(call.params.text("email")),
          "livemode": false, "metadata": call.params["metadata"].isNull ? [:] : call.params["metadata"],
          "name": .text(call.params.text("name")), "test_clock": nil,
        ])
      if call.params.text("name") == "decline" {
        try world.save(&customer, emitting: "customer.created")
        return .failure(
          StripeError(
            status: 402, type: "card_error", code: "card_declined", "Your card was declined.",
            details: ["decline_code": "generic_decline", "advice_code": "try_again_later"]))
      }
      try world.save(&customer, emitting: "customer.created")
      switch call.params.text("name") {
      case "state": throw StripeError.invalid("Already done.", code: "status_transition_invalid")
      case "missing": throw StripeError.noSuch("price", "p", param: "items[0][price]")
      case "bug": throw PlatformError(.bug, "it broke")
      default: return .record(customer)
      }
    },
    Operation("DELETE", "/v1/customers/{customer}") { world, call in
      var customer = try world.require(.customer, call.id("customer"), param: "id", inPath: true)
      try world.delete(&customer, emitting: "customer.deleted")
      return .deleted(.customer, id: customer.id)
    },
  ]
}
