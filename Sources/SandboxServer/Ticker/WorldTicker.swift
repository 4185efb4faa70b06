import Foundation
package import PlatformCore
package import Sandbox

/// Runs what falls due in real time: a thread that sleeps until the earliest job, and works in units that end soon.
package final class WorldTicker: @unchecked Sendable {  // `condition` guards all that changes
  private let store: SandboxStore
  private let clock: WallClock
  private let log: Log
  private let condition = NSCondition()
  /// When to look again, in Unix seconds; nil to sleep until there is news.
  private var next: Int64? = .min
  private var isStopping = false
  private var hasStopped = false

  /// Jobs in one unit of work: other requests wait no longer than these take.
  private static let jobsPerUnit = 20
  /// A job that fails is tried again so much later, and lets the others by.
  private static let postponedSeconds: Int64 = 3_600
  /// After a failure of the store itself.
  private static let waitAfterFailureSeconds: Int64 = 5

  /// Starts the thread; it runs until `stop`.
  package init(store: SandboxStore, clock: WallClock = .system, log: Log = .silent) {
    self.store = store
    self.clock = clock
    self.log = log
    store.listen { [weak self] news in
      if let due = news.earliestJob { self?.wake(by: due) }
      return self?.isOver == false
    }
    let thread = Thread { [self] in run() }
    thread.name = "okapi ticker"
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Ends after the unit at hand; what is left is done when a server runs again.
  package func stop() {
    condition.withLock {
      isStopping = true
      condition.broadcast()
      while !hasStopped { condition.wait() }
    }
  }

  /// Looks at once for what is due: the clock was set.
  func look() { wake(by: .min) }

  private var isOver: Bool { condition.withLock { isStopping } }

  private func wake(by due: Int64) {
    condition.withLock {
      next = min(next ?? due, due)
      condition.broadcast()
    }
  }

  private func run() {
    while waitUntilDue() {
      let now = Int64(clock.now.timeIntervalSince1970)
      do {
        let upcoming: Int64?
        do {
          upcoming = try runUnit(until: now, jobs: Self.jobsPerUnit)
        } catch {
          // One of them failed and took the others with it: now one by one.
          upcoming = try runFirst(until: now)
        }
        if let upcoming { wake(by: upcoming) }
      } catch {
        log(.error, "jobs_failed", ["error": .string(Self.words(error))])
        wake(by: now + Self.waitAfterFailureSeconds)
      }
    }
    condition.withLock {
      hasStopped = true
      condition.broadcast()
    }
  }

  /// Runs what is due, and returns when the next job is.
  private func runUnit(until now: Int64, jobs: Int) throws -> Int64? {
    try store.write(at: now) { world in
      if try world.runDue(clock: nil, until: now, limit: jobs) { return now }
      return try world.nextJob(clock: nil, by: .max)?.due
    }
  }

  /// Runs the first job that is due, or postpones it when it fails.
  private func runFirst(until now: Int64) throws -> Int64? {
    do {
      return try runUnit(until: now, jobs: 1)
    } catch {
      let job = try store.write(at: now) { world -> Job? in
        guard var job = try world.nextJob(clock: nil, by: now) else { return nil }
        try world.remove(job)
        job.due = now + Self.postponedSeconds
        try world.schedule(job)
        return job
      }
      guard let job else { return now }
      log(
        .error, "job_failed",
        ["kind": .string(job.kind.rawValue), "target": .string(job.target), "error": .string(Self.words(error))])
      return now
    }
  }

  private static func words(_ error: any Error) -> String {
    (error as? PlatformError)?.rendered ?? String(describing: error)
  }

  /// Sleeps until something is due; false when it is time to stop.
  private func waitUntilDue() -> Bool {
    condition.withLock {
      while !isStopping {
        guard let due = next else {
          condition.wait()
          continue
        }
        let seconds = due == .min ? 0 : Double(due) - clock.now.timeIntervalSince1970
        if seconds <= 0 {
          next = nil
          return true
        }
        // A machine that slept, or whose clock was set, is noticed within a minute.
        _ = condition.wait(until: Date(timeIntervalSinceNow: min(seconds, 60)))
      }
      return false
    }
  }
}
