import Foundation
package import PlatformCore
package import StripeClient

/// What a run found and what it made.
package struct PopulateReport: Encodable, Sendable {
  /// The kinds of objects, in the order they are made.
  package enum Resource: String, Encodable, Sendable, CaseIterable {
    case customers, products, prices, subscriptions
  }

  /// What became of one object of the fixture.
  package enum Outcome: String, Encodable, Sendable, CaseIterable {
    /// It was there.
    case found
    /// It was there without a card, which it has now.
    case completed
    /// It is there now.
    case made
    /// It was there, was cancelled, and is there anew.
    case remade
    /// What it needs could not be made.
    case skipped
    /// Stripe refused it.
    case failed
  }

  /// One object of the fixture.
  package struct Object: Encodable, Sendable {
    /// What it is.
    package let resource: Resource
    /// Where it stands in the fixture: `products[0].prices[1]`.
    package let place: String
    /// What became of it.
    package let outcome: Outcome
    /// Its id in Stripe; nil where there is none, as in a dry run.
    package let id: String?
    /// A subscription's status.
    package let status: String?
    /// Why it was skipped, or Stripe's words and code.
    package let reason: String?
  }

  /// The numbers of one kind.
  package struct Count: Encodable, Sendable, Equatable {
    /// The kind.
    package let resource: Resource
    /// How many the fixture names.
    package let wanted: Int
    /// How many there are of each outcome; those that do not occur are left out.
    package let outcomes: [String: Int]

    /// How many of one outcome.
    package subscript(_ outcome: Outcome) -> Int { outcomes[outcome.rawValue] ?? 0 }
  }

  /// The run.
  package let runID: String
  /// Whether nothing was made, only looked at.
  package let isDryRun: Bool
  /// By kind, how many objects became what.
  package let resources: [Count]
  /// Every object of the fixture, kind by kind in its order.
  package let objects: [Object]
  /// Every exit status that applies; empty when all is there.
  package let statuses: [Int32]
  /// How long it took.
  package let seconds: Double
  /// What the client did for it, if the caller told.
  package var calls: StripeStatistics?

  /// The status to end with.
  package var exitStatus: ExitStatus { .strongest(of: statuses.compactMap(ExitStatus.init)) }

  enum CodingKeys: String, CodingKey {
    case runID = "runId"
    case isDryRun, resources, objects, statuses, seconds, calls
  }
}
