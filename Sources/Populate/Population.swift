import Foundation
import JSONReader
package import PlatformCore
import StripeClient

/// Makes what a fixture names where it is missing; killed anywhere, it goes on when it is run again.
package struct Population<Calls: StripeCalls>: Sendable {
  /// A price that subscriptions may want; `id` is nil in a dry run that would have to make it.
  struct Offer: Sendable {
    let id: String?
    let isNew: Bool
  }

  let options: PopulateOptions
  let calls: Calls
  let tally: PopulateTally
  var fixture: Fixture { options.fixture }

  /// Looks for every object of the fixture and makes what is missing: products with prices, then customers with a card,
  /// then their subscriptions. Stripe's refusal of one object is noted in the report, and the others are made.
  ///
  /// One call finds a customer and one the subscriptions; four make a customer with a subscription.
  ///
  /// - Throws: what the client throws of the connection, the key or the rate; what was made by then stays.
  package static func run(_ options: PopulateOptions, over calls: Calls, context: RunContext) async throws
    -> PopulateReport
  {
    let begun = context.clock.now
    let population = Population(
      options: options, calls: calls, tally: PopulateTally(onProgress: options.onProgress))
    do {
      let offers = try await population.ensureProducts()
      try await population.ensureCustomers(offers)
    } catch let error as PlatformError {
      throw error.adding("done", "\(population.tally.count) of the fixture's \(options.fixture.count) objects")
    }
    return population.tally.report(
      runID: context.runID, isDryRun: options.isDryRun, seconds: context.clock.now.timeIntervalSince(begun))
  }

  /// Calls `body` with 0 to `count` − 1, several at a time; the first error ends the others.
  func forEach<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Result
  ) async throws -> [Int: Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var results: [Int: Result] = [:]
      for index in 0..<count {
        if index >= max(1, options.concurrency), let (done, result) = try await group.next() { results[done] = result }
        group.addTask { (index, try await body(index)) }
      }
      for try await (done, result) in group { results[done] = result }
      return results
    }
  }

  /// Makes a call under a key of its own making.
  func create<Object>(
    _ path: String, _ parameters: [(String, String)], purpose: [String] = [], attempt: Int,
    read: (JSONValue) -> Object?
  ) async throws -> (object: Object, isReplayed: Bool) {
    let key = try IdempotencyKey.of(path, parameters, purpose: purpose, attempt: attempt)
    let answer = try await calls.post(path, parameters, idempotencyKey: key)
    return (try Calls.required(answer.body, path, read), answer.isReplayed)
  }
}
