import BronzeStore
import Foundation
package import PlatformCore
import StripeClient
import StripeModel

/// Keeps the tables equal to the API: reads it into bronze, loads that, reads what the tables still lack.
///
/// One at a time for a source, in its tables (`SyncLease`) and in its part of the lake (`LakeLock`). Killed at any
/// moment, the next one completes it: the cursor moves after bronze is on the disk, the tables' positions after the
/// rows are committed, and what is to be read again is found in the tables themselves.
package struct Sync: Sendable {
  private let options: SyncOptions
  private let context: RunContext

  /// Prepares a sync; nothing is sent.
  package init(_ options: SyncOptions, context: RunContext) {
    self.options = options
    self.context = context
  }

  var runID: String { context.runID }
  private var lease: SyncLease { SyncLease(names: options.names, context: context, connect: options.connect) }

  /// Syncs once.
  ///
  /// - Throws: `temporary` naming who is at work already; what ends the whole run, as a refused key or a database that
  ///   is gone. What was read until then is loaded, and the next sync goes on there.
  package func run() async throws -> SyncReport {
    try await lease.hold(waits: options.waits, onWait: told) {
      var round = SyncRound(options, context: context, memory: SyncMemory())
      try await underLock { try await round.run() }
      return round.report
    }
  }

  /// Syncs again and again until the task is cancelled, and through outages of either side; answers the last report.
  ///
  /// - Parameter onRound: told of each round that changed something or was not all well.
  /// - Throws: as `run`, but outages and whatever else passes.
  package func watch(
    every interval: Duration, onRound: @escaping @Sendable (SyncReport) -> Void = { _ in }
  ) async throws -> SyncReport {
    let lease = lease
    var outages = OutageLog(context.log)
    do {
      try await takeThroughOutages(lease, interval, &outages)
    } catch {
      guard Task.isCancelled else { throw error }
      return SyncReport(runID: context.runID)
    }
    return try await lease.hold(waits: options.waits, onWait: told) { [outages] in
      var loop = SyncLoop(sync: self, interval: interval, outages: outages, onRound: onRound)
      return try await loop.run()
    }
  }

  private func takeThroughOutages(
    _ lease: SyncLease, _ interval: Duration, _ outages: inout OutageLog
  ) async throws {
    while true {
      do {
        return try await lease.take(waits: options.waits, onWait: told)
      } catch let taken as LeaseTaken {
        throw taken.platformError
      } catch  where OutageLog.passes(error) && !Task.isCancelled {
        outages.note(.database, error)
        try await Task.sleep(for: outages.pause(after: interval))
      }
    }
  }

  @Sendable private func told(of holder: LeaseHolder) {
    context.log(
      .warning, "sync_awaited", ["run_of_holder": .string(holder.runID), "host": .string(holder.host)])
  }

  /// Runs `body` as the only one that writes to the lake.
  private func underLock(waits: Bool = false, _ body: () async throws -> Void) async throws {
    let waits = waits || options.waits
    let lock = try await LakeLock.take(in: options.lake, of: options.source, for: context, waits: waits) { holder in
      context.log(.warning, "lake_awaited", ["holder": .string(holder?.command ?? "?")])
    }
    defer { withExtendedLifetime(lock) {} }
    try await body()
  }

  /// A round of a watch: says little, waits for the lake.
  func round(_ memory: inout SyncMemory, readsOnly: Bool = false) async throws -> SyncReport {
    let quiet = RunContext(
      runID: context.runID, command: context.command, log: context.log.raised(to: .warning), clock: context.clock)
    var round = SyncRound(options, context: quiet, memory: memory)
    defer { memory = round.memory }
    try await underLock(waits: true) {
      if readsOnly { try await round.readOnly() } else { try await round.run() }
    }
    return round.report
  }
}
