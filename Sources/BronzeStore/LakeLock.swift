import Foundation
package import PlatformCore

/// Who holds the lake's lock, as the lock file tells others.
package struct LakeHolder: Codable, Sendable, Equatable {
  /// The process.
  package let pid: Int32
  /// The command, such as `sync`.
  package let command: String
  /// Its run.
  package let runID: String
  /// Since when, RFC 3339.
  package let since: String

  enum CodingKeys: String, CodingKey {
    case pid, command, since
    case runID = "run_id"
  }
}

/// Holds a lock as long as it lives.
protocol LakeHold: AnyObject, Sendable {}

/// The right to write a source's bronze and state: one at a time, let go when its process ends, however it ends.
package final class LakeLock: Sendable {
  /// Where the lock file of a source lies in the lake.
  package static func path(of source: String) -> String { "_state/locks/\(source)" }

  /// Stands in the place of a source for silver and gold, which one run builds or reads at a time. No source is
  /// named so.
  package static let models = ".models"

  private let lock: any LakeHold

  private init(_ lock: any LakeHold) { self.lock = lock }

  /// Takes the lock at once, or waits for it until it is free or the task is cancelled.
  ///
  /// - Parameter onWait: told once who is waited for.
  /// - Throws: `temporary` naming the holder where it does not wait, `output` when the file cannot be made.
  package static func take(
    in lake: LakeFolder, of source: String, for context: RunContext, waits: Bool = false,
    onWait: (LakeHolder?) -> Void = { _ in }
  ) async throws -> LakeLock {
    // Who only looks holds it for a moment: a few more tries tell him from a writer.
    var triesLeft = 5
    var hasTold = false
    let own = LakeHolder(
      pid: ProcessInfo.processInfo.processIdentifier, command: context.command, runID: context.runID,
      since: context.clock.now.rfc3339)
    while true {
      if let lock = try lake.lock(path(of: source), for: own) { return LakeLock(lock) }
      triesLeft -= 1
      if triesLeft <= 0 {
        let holder = try self.holder(in: lake, of: source)
        guard waits else { throw taken(by: holder, lake, source) }
        if !hasTold { onWait(holder) }
        hasTold = true
      }
      // Each look into a bucket is a call that somebody pays for.
      try await Task.sleep(
        for: triesLeft > 0 ? .milliseconds(20) : lake.isRemote ? .seconds(2) : .milliseconds(200))
    }
  }

  /// Whether nobody holds the lock; true also where it cannot be told, as nothing is there.
  package static func isFree(in lake: LakeFolder, of source: String) -> Bool {
    (try? lake.lock(path(of: source), for: LakeHolder(pid: getpid(), command: "", runID: "", since: ""))) != nil
  }

  /// Who holds the lock; nil where nobody has said so.
  ///
  /// - Throws: `inputOutput` when the file is there and cannot be read.
  package static func holder(in lake: LakeFolder, of source: String) throws(PlatformError) -> LakeHolder? {
    guard let bytes = try lake.read(path(of: source)) else { return nil }
    if lake.bucket != nil { return LakeLease.holder(in: bytes) }
    return try? JSONDecoder().decode(LakeHolder.self, from: Data(bytes))
  }

  private static func taken(by holder: LakeHolder?, _ lake: LakeFolder, _ source: String) -> PlatformError {
    let who = holder.map { "\($0.command) of process \($0.pid), run \($0.runID), since \($0.since)" }
    return PlatformError(
      .temporary,
      source == models
        ? "another okapi is at work on this lake's silver and gold"
        : "another okapi is writing source \(source) to this lake", cause: who,
      context: ["lake": lake.location],
      nextStep: "wait for it to end and run the command again, or give --wait", isRetryable: true)
  }
}
