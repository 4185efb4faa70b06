import JSONReader
import StripeClient
import StripeModel

/// The account's simulated clocks, whose objects the plain lists hide.
struct TestClocks: Sendable {
  /// The clocks by id, with the time they show.
  var times: [String: Int64] = [:]
  /// Why they could not be listed.
  var problem: Problem?

  /// Lists them in test mode, where one of the resources hides objects that live on them.
  static func seen(_ client: StripeClient, for names: [ResourceName]) async throws -> TestClocks {
    let isNeeded = names.contains { name in
      if case .each(let parent, _) = name.definition.listing.scope {
        return parent.definition.listing.hidesClockObjects
      }
      return name.definition.listing.hidesClockObjects
    }
    return isNeeded ? try await all(client) : TestClocks()
  }

  /// Their ids.
  var ids: [String] { times.keys.sorted() }

  /// Lists them in test mode.
  static func all(_ client: StripeClient) async throws -> TestClocks {
    var clocks = TestClocks()
    guard !StripeClientOptions.isLive(key: client.options.key),
      let request = ListRequest(idsOf: ResourceName.testClock.definition)
    else { return clocks }
    do {
      var walk = PageWalk(client, request, created: PageWalk.nothing)
      while let (page, _) = try await walk.next() {
        let document = JSONDocument()
        for (id, element) in zip(page.ids, page.elements) {
          let clock = try? document.parse(Array(element))
          clocks.times[id] = clock?["frozen_time"]?.int64 ?? 0
        }
      }
    } catch {
      let problem = try Problem(error)
      if problem.outcome != .unserved { clocks.problem = problem }
    }
    return clocks
  }
}
