import Sandbox
import Testing

@testable import SandboxServer

@Suite struct FirstCallsTests {
  @Test func aCustomerIsCreatedRetrievedAndListed() throws {
    let test = try TestAPI()
    let created = try test.post("/v1/customers", "email=a%40example.com&name=Ada+L&metadata[k]=v&balance=-5")
    #expect(created.status == 200)
    #expect(created.json["email"] == "a@example.com")
    #expect(created.json["name"] == "Ada L")
    #expect(created.json["metadata"] == ["k": "v"])
    #expect(created.json["balance"] == -5)
    let id = try #require(created.json["id"].string)

    let retrieved = try test.get("/v1/customers/\(id)")
    #expect(retrieved.json == created.json)
    #expect(retrieved.text == created.text, "a stored object and one just made look alike, indentation included")
    #expect(retrieved.text.hasPrefix("{\n  \"id\": \"\(id)\",\n  \"object\": \"customer\",\n"))

    let list = try test.get("/v1/customers")
    #expect(list.json == ["object": "list", "url": "/v1/customers", "has_more": false, "data": [created.json]])
    #expect(try test.get("/v1/charges").json["data"] == [])
    #expect(try test.get("/v1/events").json["data"].array?.first?["type"] == "customer.created")
  }

  @Test func aDeletedCustomerLeavesAStub() throws {
    let test = try TestAPI()
    let id = try #require(try test.post("/v1/customers").json["id"].string)
    let stub: JSON = ["id": .string(id), "object": "customer", "deleted": true]
    #expect(try test.call("DELETE", "/v1/customers/\(id)").json == stub)
    let again = try test.get("/v1/customers/\(id)")
    #expect(again.status == 200)
    #expect(again.json == stub)
    #expect(try test.get("/v1/customers").ids.isEmpty)
  }

  @Test func healthNeedsNoKey() throws {
    let test = try TestAPI()
    #expect(try test.call("GET", "/health", key: nil).json == ["status": "ok"])
  }
}
