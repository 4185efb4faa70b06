import APIReference
import HTTPServer
import Sandbox
import Testing

@testable import SandboxServer

/// The API over the real declarations.
@Suite struct ServedReferenceTests {
  private let store: SandboxStore
  private let api: SandboxAPI

  init() throws {
    store = try SandboxStore(.memory)
    api = SandboxAPI(store: store)
  }

  private func call(_ method: String, _ path: String, _ form: String = "") throws -> TestAPI.Answer {
    try TestAPI.read(
      api.answer(
        .init(
          method: method, path: path, query: form, headers: [(name: "Authorization", value: "Bearer sk_test_1")])))
  }

  @Test func everyFilterOfEveryListIsKnownToTheStore() throws {
    defer { store.close() }
    for endpoint in APIReference.endpoints where endpoint.answer == .list && endpoint.isSupported {
      guard RecordType(rawValue: endpoint.object) != nil, !endpoint.path.contains("{") else { continue }
      for parameter in endpoint.parameters where parameter.isSupported {
        let answer = try call("GET", endpoint.path, Self.query(parameter))
        let isMissing = answer.error["code"] == "resource_missing"
        let isIncomplete = answer.error["code"] == "parameter_missing"
        #expect(
          answer.status == 200 || isMissing || isIncomplete, "\(endpoint.path) \(parameter.name): \(answer.text)")
      }
    }
  }

  private static func query(_ parameter: Parameter) -> String {
    switch parameter.type {
    case .integer, .range: "\(parameter.name)=5"
    case .boolean: "\(parameter.name)=true"
    case .enumeration: "\(parameter.name)=\(parameter.values[0])"
    case .array: parameter.name == "expand" ? "" : "\(parameter.name)[]=x"
    case .hash:
      parameter.parameters.filter(\.isSupported).map { inner in
        query(inner).replacing(inner.name, with: "\(parameter.name)[\(inner.name)]", maxReplacements: 1)
      }.joined(separator: "&")
    default: "\(parameter.name)=x"
    }
  }

  @Test func everyReadThatIsDeclaredIsServed() throws {
    defer { store.close() }
    let routes = APIReference.endpoints.filter { $0.method == "GET" && $0.isSupported }
    for endpoint in routes {
      let route = Route(endpoint, .everything)
      if case .unsupported = route.action { Issue.record("GET \(endpoint.path) is declared and not served") }
    }
    #expect(routes.count > 40)
  }

  @Test func everySearchWorks() throws {
    defer { store.close() }
    for endpoint in APIReference.endpoints where endpoint.answer == .searchResult {
      let answer = try call("GET", endpoint.path, "query=metadata['a']:'b'")
      #expect(answer.status == 200, "\(endpoint.path): \(answer.text)")
    }
  }

  @Test func accountAndBalance() throws {
    defer { store.close() }
    #expect(try call("GET", "/v1/account").json["id"] == "acct_1OkapiSandbox0000")
    #expect(try call("GET", "/v1/accounts/acct_1OkapiSandbox0000").json["object"] == "account")
    let other = try call("GET", "/v1/accounts/acct_other")
    #expect(other.status == 403)
    #expect(other.error["code"] == "account_invalid")
    #expect(try call("GET", "/v1/balance").json["object"] == "balance")
  }

  @Test func aSubscriptionInEveryVersion() throws {
    defer { store.close() }
    func post(_ path: String, _ form: String) throws -> JSON {
      let headers = [(name: "Authorization", value: "Bearer sk_test_1")]
      let answer = try TestAPI.read(
        api.answer(.init(method: "POST", path: path, query: "", headers: headers, body: Array(form.utf8))))
      #expect(answer.status == 200, "\(path): \(answer.text)")
      return answer.json
    }
    let customer = try #require(
      try post(
        "/v1/customers",
        "email=a@example.com&payment_method=pm_card_visa&invoice_settings[default_payment_method]=pm_card_visa"
      )["id"].string)
    let price = try #require(
      try post(
        "/v1/prices", "currency=usd&unit_amount=1500&recurring[interval]=month&product_data[name]=Gold")["id"].string)
    let subscription = try post(
      "/v1/subscriptions",
      "customer=\(customer)&items[0][price]=\(price)&expand[]=latest_invoice.payments.data.payment.payment_intent"
        .replacing(".payment.payment_intent", with: ".payment"))
    #expect(subscription["status"] == "active")
    #expect(subscription["latest_invoice"]["payments"]["data"].array?.count == 1)
    let invoice = try #require(subscription["latest_invoice"]["id"].string)

    for version in ["2020-08-27", "2024-06-20", "2025-04-30.basil", "2025-10-29.clover", "2026-10-28.endive"] {
      func get(_ path: String, _ query: String = "") throws -> JSON {
        let headers = [(name: "Authorization", value: "Bearer sk_test_1"), (name: "Stripe-Version", value: version)]
        let answer = try TestAPI.read(
          api.answer(.init(method: "GET", path: path, query: query, headers: headers, body: [])))
        #expect(answer.status == 200, "\(version) \(path): \(answer.text)")
        return answer.json
      }
      for endpoint in APIReference.endpoints
      where endpoint.operation == "list" && endpoint.isSupported && !endpoint.path.contains("{")
        && !endpoint.parameters.contains(where: \.isRequired)
      {
        _ = try get(endpoint.path)
      }
      let isOld = version < "2025-03-31"
      let kept = try get("/v1/invoices/\(invoice)")
      #expect(kept["subscription"].isNull != isOld)
      #expect(kept["parent"].isNull == isOld)
      let charge = try get("/v1/charges")["data"].array?.first
      #expect(charge?["invoice"].string == (isOld ? invoice : nil))
      let line = try get("/v1/invoices/\(invoice)/lines")["data"].array?.first
      #expect(line?["price"]["id"].string == (isOld ? price : nil))
      let items = try get("/v1/subscription_items", "subscription=\(subscription["id"].string ?? "")")
      #expect(items["data"].array?.first?["current_period_end"].isNull == isOld)
    }
  }
}
