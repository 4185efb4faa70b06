import BronzeStore
import Fetch
import Foundation
import Sandbox
import StripeClient
import StripeModel
import Testing

/// A window of an account and what changes in it, and what happens when the feed has forgotten.
@Suite struct ExtractionTests {
  private static let day: Int64 = 86_400

  private let lab: FetchLab
  private let now = Int64(Date().timeIntervalSince1970)

  init() throws { lab = try FetchLab() }

  private func extract(_ resources: [ResourceName], _ window: Extraction.Window) async throws -> ExtractReport {
    let client = lab.client()
    defer { client.close() }
    var options = FetchOptions(client: client, lake: lab.lake, source: "stripe")
    options.resources = resources
    return try await Extraction(options, window: window, context: lab.context()).run()
  }

  @Test("what was created in the window comes, and of older objects what changes")
  func window() async throws {
    try lab.keepCustomers([now - 10 * Self.day, now - 3600])
    let report = try await extract([.customer], .since(now - Self.day))
    #expect(report.objects == 1 && !report.hasGap)
    let old = try #require(try lab.truth(.customer).first { $0.value["created"] == .integer(now - 10 * Self.day) })
    try lab.post("/v1/customers/\(old.key)", "name=Later")
    #expect(try await extract([.customer], .since(now - Self.day)).objects == 1)
    #expect(try lab.living(.customer)[old.key] != nil)
    // It still counts as missing for who wants all.
    #expect(try await extract([.customer], .whole).listing?.objects == 2)
    try lab.expectEqual([.customer])
  }

  @Test("a backfill reads its stretch, whatever was read before")
  func backfill() async throws {
    try lab.keepCustomers([now - 10 * Self.day, now - 5 * Self.day, now - 3600])
    _ = try await extract([.customer], .whole)
    let range = (now - 6 * Self.day)..<(now - 4 * Self.day)
    #expect(try await extract([.customer], .backfill(range)).listing?.objects == 1)
  }

  @Test(
    "after 31 days all that was followed is listed whole, whatever the window and whatever else is listed first",
    arguments: [[.customer], [.customer, .product]] as [[ResourceName]])
  func gap(_ resources: [ResourceName]) async throws {
    _ = try await extract([.customer], .since(now - Self.day))
    var cursor = try #require(try lab.state.feed(FeedCursor.self))
    cursor.readAt -= 31 * Self.day
    try lab.state.setFeed(cursor)
    // Nobody tells of it any more.
    try lab.keepCustomers([now - 20 * Self.day])
    let report = try await extract(resources, .since(now - Self.day))
    #expect(report.hasGap)
    try lab.expectEqual([.customer])
    #expect(try await extract(resources, .since(now - Self.day)).hasGap == false)
  }
}
