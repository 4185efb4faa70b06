import JSONReader
import StripeModel
import Testing

@testable import Fetch

/// What is believed of a single event.
@Suite struct FeedEventTests {
  private func event(_ type: String, created: Int64) throws -> FeedEvent {
    let text = """
      {"id": "evt_1", "object": "event", "api_version": "v", "created": \(created), "type": "\(type)",
       "data": {"object": {"id": "cus_1", "object": "customer"}}}
      """
    return try #require(
      FeedEvent(
        Array(text.utf8)[...], JSONDocument(), apiVersion: "v", now: 1_000, trustsTimes: true,
        resources: ResourceName.allCases))
  }

  @Test("a deletion is believed when it happened, not when it is yet to happen: then the object is read")
  func deletions() throws {
    #expect(try event("customer.deleted", created: 900).isDeletion)
    // What is known of the server's clock may lie some seconds behind it.
    #expect(try event("customer.deleted", created: 1_030).isDeletion)
    #expect(try !event("customer.deleted", created: 5_000).isDeletion)
    #expect(try event("customer.deleted", created: 5_000).proof == nil)
    #expect(try !event("customer.updated", created: 900).isDeletion)
  }
}
