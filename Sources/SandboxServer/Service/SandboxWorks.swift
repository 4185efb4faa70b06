import Foundation
import PlatformCore
import Sandbox
import Synchronization

/// A store with the threads that act on it by themselves: deliveries, and the passing of time.
final class SandboxWorks: Sendable {
  let store: SandboxStore
  let faults: FaultInjector
  let seeding = SandboxSeeding()
  let endpoints: [SandboxService.Endpoint]
  private let options: SandboxServiceOptions
  private let workers: Mutex<Workers?>

  private struct Workers {
    let webhooks: WebhookWorker
    let ticker: WorldTicker
  }

  init(_ options: SandboxServiceOptions) throws {
    self.options = options
    let store = try SandboxStore(options.folder.map { .file($0.storeFile) } ?? .memory, clock: options.clock)
    self.store = store
    faults = FaultInjector(options.faults, rateLimit: options.rateLimit)
    do {
      try WorldSeeder(store).prepareToServe()
      endpoints = try options.webhookURLs.map { url in
        let (record, isNew) = try store.write { try $0.endpoint(for: url) }
        return SandboxService.Endpoint(
          url: url, id: record.id, secret: record.hidden["secret"].string ?? "", isNew: isNew)
      }
    } catch {
      store.close()
      throw error
    }
    workers = Mutex(Self.start(store, faults, options))
  }

  private static func start(
    _ store: SandboxStore, _ faults: FaultInjector, _ options: SandboxServiceOptions
  ) -> Workers {
    var webhooks = options.webhooks
    webhooks.fault = { faults.webhookFault(type: $0, url: $1) }
    webhooks.log = options.log
    webhooks.clock = options.clock
    return Workers(
      webhooks: WebhookWorker(store: store, options: webhooks),
      ticker: WorldTicker(store: store, clock: options.clock, log: options.log))
  }

  /// Deletes everything; the webhook URLs get endpoints again, with the secrets they had.
  func erase() throws {
    try workers.withLock { workers in
      guard let running = workers else { return }
      running.webhooks.stop()  // it remembers deliveries by numbers that will be given again
      running.ticker.stop()
      defer { workers = Self.start(store, faults, options) }
      try store.erase()
      for endpoint in endpoints {
        _ = try store.write { try $0.endpoint(for: endpoint.url, secret: endpoint.secret).isNew }
      }
    }
  }

  /// Lets the passing of time be noticed.
  func clockWasSet() { workers.withLock { $0?.ticker.look() } }

  /// The books at this moment.
  func ledger() throws -> JSON {
    let now = Int64(options.clock.now.timeIntervalSince1970)
    return .object(try store.read { try Ledger.json($0, at: now) })
  }

  /// Makes a seeded world, in a store that holds nothing but the endpoints of the webhook URLs.
  ///
  /// Nothing is delivered and no time passes meanwhile; afterwards the world goes on from its end.
  func seed(_ plan: SeedPlan, progress: (WorldSeeder.Progress) throws -> Void) throws {
    try workers.withLock { workers in
      guard let running = workers else { return }
      let seeder = WorldSeeder(store)
      try seeder.check(plan, ignoring: Set(endpoints.map(\.id)))
      running.webhooks.stop()
      running.ticker.stop()
      defer { workers = Self.start(store, faults, options) }
      try store.erase()
      try seeder.seed(plan, progress: progress)
      for endpoint in endpoints {
        _ = try store.write { try $0.endpoint(for: endpoint.url, secret: endpoint.secret).isNew }
      }
    }
  }

  /// Ends the threads and closes the store; a second call does nothing.
  func stop() {
    seeding.stop()
    workers.withLock { workers in
      guard let running = workers.take() else { return }
      running.webhooks.stop()
      running.ticker.stop()
      store.close()
    }
  }
}
