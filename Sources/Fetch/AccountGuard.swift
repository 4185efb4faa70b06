package import BronzeStore
import Foundation
package import PlatformCore
package import StripeClient

/// Holds a source to the account it was first read from: bronze, cursor and tables of two would mix for good.
package enum AccountGuard {
  /// Asks whose account the client's key reaches.
  ///
  /// - Throws: what the call throws; not that the key may not ask, for then the id stays unknown.
  package static func asked(_ client: StripeClient, _ context: RunContext) async throws -> SourceAccount {
    SourceAccount(
      id: try await client.account(), livemode: StripeClientOptions.isLive(key: client.options.key),
      runID: context.runID, notedAt: context.clock.now.rfc3339)
  }

  /// Asks, and compares with what the source's part of the lake was read from; the first time notes it there.
  ///
  /// - Parameter notes: whether the account is noted where none is, and another API version; the caller then holds the
  ///   lake's lock.
  /// - Throws: `configuration` for another account or another mode.
  package static func require(
    _ client: StripeClient, in lake: LakeFolder, source: String, notes: Bool = true, _ context: RunContext
  ) async throws -> SourceAccount {
    let account = try await asked(client, context)
    let state = BronzeState(lake: lake, source: source)
    guard let known = try state.account() else {
      if notes { try state.setAccount(account) }
      return account
    }
    guard known.agrees(with: account) else { throw refusal(known, account, source, lake) }
    if notes { try hold(client.options.apiVersion, state, context) }
    if notes, known.id == nil, account.id != nil { try state.setAccount(account) }
    return known.id == nil ? account : known
  }

  /// Copies are of one API version: with another one everything is read again.
  private static func hold(_ version: String, _ state: BronzeState, _ context: RunContext) throws {
    guard let known: FeedCursor = try state.feed() else { return }
    var cursor = known
    if let before = cursor.adopt(version) {
      context.log(
        .warning, "api_version_changed",
        ["before": .string(before), "now": .string(version), "consequence": "everything is listed again"])
    }
    if cursor != known { try state.setFeed(cursor) }
  }

  private static func refusal(
    _ known: SourceAccount, _ found: SourceAccount, _ source: String, _ lake: LakeFolder
  ) -> PlatformError {
    PlatformError(
      .configuration, "source \(source) holds \(known.description), and the key is for \(found.description)",
      context: ["source": source, "lake": lake.root.path, "since run": known.runID],
      nextStep: "set STRIPE_API_KEY (and STRIPE_ACCOUNT) to that account's, or give this one a source name of its own")
  }
}
