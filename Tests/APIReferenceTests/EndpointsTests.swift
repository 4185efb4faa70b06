import Testing

@testable import APIReference

/// A documented call: `POST /v1/prices` with the names of what it takes.
struct DocumentedCall: CustomStringConvertible {
  let method: String
  let path: String
  var names: [String] = []
  var required: [String] = []

  var description: String { "\(method) \(path)" }

  static let all: [DocumentedCall] = {
    var calls: [DocumentedCall] = []
    for line in documentedNames.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard line.first == " " else {
        calls.append(DocumentedCall(method: words[0], path: words[1]))
        continue
      }
      let names = words.map { $0.last == "!" ? String($0.dropLast()) : $0 }
      calls[calls.count - 1].names += names
      calls[calls.count - 1].required += words.filter { $0.last == "!" }.map { String($0.dropLast()) }
    }
    return calls
  }()
}

struct EndpointsTests {
  @Test func everyTextIsRead() throws {
    #expect(try APIReference.readEndpoints().count == APIReference.endpoints.count)
  }

  @Test(arguments: DocumentedCall.all)
  func everyDocumentedNameIsDeclared(call: DocumentedCall) throws {
    let endpoint = try #require(APIReference.endpoints.first { $0.method == call.method && $0.path == call.path })
    guard endpoint.isSupported else { return }  // refused as a whole: what it takes does not matter
    let names = Set(endpoint.parameters.map(\.name))
    #expect(call.names.filter { !names.contains($0) } == [])
    for name in call.required {
      #expect(endpoint.parameters.first { $0.name == name }?.isRequired == true, "\(name) is required")
    }
  }

  @Test func noCallIsDeclaredTwice() {
    let calls = APIReference.endpoints.map { "\($0.method) \($0.path)" }
    #expect(Set(calls).count == calls.count)
  }

  @Test func whatIsServedAnswersADeclaredObject() {
    for endpoint in APIReference.endpoints where endpoint.isSupported {
      #expect(APIReference.objects[endpoint.object] != nil, "\(endpoint.path): \(endpoint.object)")
    }
  }

  @Test func onlyReadsAnswerLists() {
    for endpoint in APIReference.endpoints where endpoint.method != "GET" {
      #expect(endpoint.answer == .object || endpoint.answer == .deleted, "\(endpoint.path)")
    }
  }

  /// Old parameters that clients of old versions still send.
  @Test(arguments: [
    ("POST", "/v1/customers", "coupon", "25-03 basil"), ("POST", "/v1/subscriptions", "coupon", "25-03 basil"),
    ("POST", "/v1/payment_intents", "payment_method_types", "26-09 endive"),
    ("POST", "/v1/setup_intents", "payment_method_types", "26-09 endive"),
  ])
  func keepsWhatOldVersionsSend(method: String, path: String, name: String, until: String) throws {
    let endpoint = try #require(APIReference.endpoint(method: method, path: path)?.endpoint)
    let parameter = try #require(endpoint.parameters.first { $0.name == name })
    #expect(parameter.until == until && parameter.isSupported)
  }

  @Test func aBillingCycleAnchorMayBeAWordOrAHash() throws {
    let endpoint = try #require(APIReference.endpoint(method: "POST", path: "/v1/subscriptions/sub_1")?.endpoint)
    let anchor = try #require(endpoint.parameters.first { $0.name == "billing_cycle_anchor" })
    #expect(anchor.type == .either([.hash, .enumeration]))
    #expect(anchor.values == ["now", "unchanged"])
  }

  @Test func marksWhatTheSandboxDoesNotActOn() throws {
    let endpoint = try #require(APIReference.endpoint(method: "POST", path: "/v1/subscriptions")?.endpoint)
    let refused = endpoint.parameters.filter { !$0.isSupported }.map(\.name)
    for name in ["transfer_data", "on_behalf_of", "default_tax_rates", "billing_thresholds", "customer_account"] {
      #expect(refused.contains(name))
    }
    for name in ["items", "metadata", "trial_end", "cancel_at", "discounts", "payment_settings", "description"] {
      #expect(!refused.contains(name))
    }
  }
}
