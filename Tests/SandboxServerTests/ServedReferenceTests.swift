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
    #expect(try call("GET", "/v1/balance").json["object"] == "balance")
  }
}
