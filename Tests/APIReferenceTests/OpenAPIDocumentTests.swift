import Foundation
import Testing

@testable import APIReference

struct OpenAPIDocumentTests {
  private let document: [String: Any]

  init() throws {
    document = try #require(
      try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.text.utf8)) as? [String: Any])
  }

  private func member(_ path: String...) -> Any? {
    path.reduce(document as Any?) { ($0 as? [String: Any])?[$1] }
  }

  @Test func isOfTheVersionItSays() {
    #expect(member("openapi") as? String == "3.1.0")
    #expect(member("info", "version") as? String == "2026-10-28.endive")
  }

  @Test func hasEveryServedCallAndNoOther() throws {
    let paths = try #require(member("paths") as? [String: [String: Any]])
    let written = paths.flatMap { path, calls in calls.keys.map { "\($0) \(path)" } }
    let served = APIReference.endpoints.filter(\.isSupported).map { "\($0.method.lowercased()) \($0.path)" }
    #expect(Set(written) == Set(served) && written.count == served.count)
    let ids = paths.values.flatMap(\.values).compactMap { ($0 as? [String: Any])?["operationId"] as? String }
    #expect(Set(ids).count == served.count, "no two calls have one id")
  }

  @Test func hasEveryObject() throws {
    let schemas = try #require(member("components", "schemas") as? [String: Any])
    #expect(Set(schemas.keys) == Set(APIReference.objects.keys).union(["deleted", "error"]))
  }

  @Test func everyReferenceLeadsToASchema() throws {
    let schemas = try #require(member("components", "schemas") as? [String: Any])
    var found: Set<String> = []
    func walk(_ value: Any) {
      if let array = value as? [Any] { array.forEach(walk) }
      guard let object = value as? [String: Any] else { return }
      if let name = object["$ref"] as? String { found.insert(name) }
      object.values.forEach(walk)
    }
    walk(document)
    #expect(found.count > 20)
    #expect(found.filter { schemas[String($0.dropFirst("#/components/schemas/".count))] == nil } == [])
  }

  @Test func describesACall() throws {
    let create = try #require(member("paths", "/v1/payment_intents", "post") as? [String: Any])
    let body = try #require(create["requestBody"] as? [String: [String: [String: [String: Any]]]])
    let schema = try #require(body["content"]?["application/x-www-form-urlencoded"]?["schema"] as? [String: Any])
    #expect(schema["required"] as? [String] == ["amount", "currency"])
    let properties = try #require(schema["properties"] as? [String: [String: Any]])
    #expect(properties["transfer_data"]?["x-okapi-unsupported"] as? Bool == true)
    #expect(properties["amount"]?["x-okapi-unsupported"] == nil)
    let list = try #require(member("paths", "/v1/customers/{customer}/payment_methods", "get") as? [String: Any])
    let parameters = try #require(list["parameters"] as? [[String: Any]])
    #expect(parameters.first?["in"] as? String == "path" && parameters.first?["name"] as? String == "customer")
    #expect(parameters.contains { $0["name"] as? String == "starting_after" })
  }

  @Test func describesAnObject() throws {
    let customer = try #require(member("components", "schemas", "customer") as? [String: Any])
    let required = try #require(customer["required"] as? [String])
    #expect(required.contains("email") && !required.contains("subscriptions"))
    let properties = try #require(customer["properties"] as? [String: [String: Any]])
    #expect(properties["subscriptions"]?["x-expansion-only"] as? Bool == true)
  }
}
