import Testing

@testable import APIReference

struct RoutesTests {
  @Test(arguments: [
    ("GET", "/v1/customers", "list", []), ("POST", "/v1/customers", "create", []),
    ("GET", "/v1/customers/cus_1", "retrieve", ["customer=cus_1"]),
    ("GET", "/v1/customers/search", "search", []),
    ("DELETE", "/v1/customers/cus_1/discount", "delete_discount", ["customer=cus_1"]),
    ("GET", "/v1/customers/cus_1/payment_methods/pm_1", "retrieve", ["customer=cus_1", "payment_method=pm_1"]),
    ("POST", "/v1/invoices/create_preview", "create_preview", []),
    ("POST", "/v1/invoices/in_1", "update", ["invoice=in_1"]),
    ("POST", "/v1/test_helpers/test_clocks/clock_1/advance", "advance", ["test_clock=clock_1"]),
    ("GET", "/v1/account", "retrieve", []),
    ("DELETE", "/v1/subscriptions/sub_1", "cancel", ["subscription_exposed_id=sub_1"]),
    ("GET", "/v1/products/a%20b", "retrieve", ["id=a%20b"]),
  ])
  func findsTheCall(method: String, path: String, operation: String, variables: [String]) throws {
    let match = try #require(APIReference.endpoint(method: method, path: path))
    #expect(match.endpoint.operation == operation)
    #expect(match.variables.map { "\($0.name)=\($0.value)" } == variables)
  }

  @Test(arguments: [
    ("GET", "/v1/nothing"), ("PUT", "/v1/customers"), ("GET", "/v1/customers/"), ("GET", "/v1//customers"),
    ("GET", "/v1"),
    ("GET", ""), ("GET", "v1/customers"), ("POST", "/v1/customers/cus_1/nothing"), ("GET", "/v2/customers"),
    ("DELETE", "/v1/events/evt_1"),
  ])
  func findsNothing(method: String, path: String) {
    #expect(APIReference.endpoint(method: method, path: path)?.endpoint.path == nil)
  }

  @Test func tellsWhatStripeHasAndTheSandboxHasNot() throws {
    let sources = try #require(APIReference.endpoint(method: "GET", path: "/v1/customers/cus_1/sources"))
    #expect(!sources.endpoint.isSupported)
    #expect(APIReference.isOfOtherCollection("/v1/promotion_codes/promo_1"))
    #expect(APIReference.isOfOtherCollection("/v1/checkout/sessions"))
    #expect(!APIReference.isOfOtherCollection("/v1/nothing"))
    #expect(!APIReference.isOfOtherCollection("/v1/customers/cus_1/nothing"))
  }
}
