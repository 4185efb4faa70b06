import BronzeStore
import Foundation
package import PlatformCore
package import PostgresClient
package import ResourceStore

/// Who is at work on a source, as the row of `_leases` tells others.
package struct LeaseHolder: Sendable, Equatable {
  /// The command, such as `sync`.
  package let command: String
  /// Its run.
  package let runID: String
  /// The machine.
  package let host: String
  /// The process.
  package let pid: Int64
  /// Since when, RFC 3339.
  package let since: String
}

/// The right to sync a source: one row of `_leases`, which its holder renews every `heartbeat`.
///
/// A row and no lock of the server's, which would belong to one connection: it survives reconnecting and a pooler. A
/// holder that has not renewed it for `expiry` is taken over, and so is one that has certainly ended.
package actor SyncLease {
  /// How often it is renewed.
  package static let heartbeat: Duration = .seconds(15)
  /// How long a holder may stay silent before another may take over.
  package static let expiry: Duration = .seconds(90)

  private static let name = "sync"
  private let connect: @Sendable () async throws -> PostgresConnection
  private let table: String
  private let context: RunContext
  private let token: String
  private let expiry: Duration
  private var connection: PostgresConnection?

  /// A lease that is not held yet.
  package init(
    names: StoreNames, context: RunContext, expiry: Duration = SyncLease.expiry,
    connect: @escaping @Sendable () async throws -> PostgresConnection
  ) {
    self.connect = connect
    self.context = context
    self.expiry = expiry
    table = names.table("_leases")
    token = (ProcessIdentity.current?.text ?? "?") + "#" + String(UInt64.random(in: .min ... .max), radix: 36)
  }

  /// Takes it, at once or when it is free; renews it where it is held.
  ///
  /// - Parameter onWait: told once who is waited for.
  /// - Throws: `LeaseTaken` where another holds it and nobody waits; the server's errors.
  package func take(waits: Bool = false, onWait: @Sendable (LeaseHolder) -> Void = { _ in }) async throws {
    var hasTold = false
    while let holder = try await holderAfterTrying() {
      guard waits else { throw LeaseTaken(holder: holder) }
      if !hasTold { onWait(holder) }
      hasTold = true
      try await Task.sleep(for: .milliseconds(500))
    }
  }

  /// Gives it back; what cannot be given back expires.
  package func release() async {
    // The connection may have been cut since the last heartbeat; then a second one is tried.
    for _ in 0..<2 {
      guard let connection = try? await opened() else { break }
      let released = try? await connection.query(
        "delete from \(table) where name = $1 and token = $2", [.text(Self.name), .text(token)])
      await connection.close()
      self.connection = nil
      if released != nil { break }
    }
  }

  /// Tries to take or to renew it; answers who else has it.
  private func holderAfterTrying() async throws -> LeaseHolder? {
    do {
      let connection = try await opened()
      let known = try await holder(over: connection)
      let holdersToken = known?.token ?? ""
      let hasEnded = ProcessIdentity(holdersToken.prefix { $0 != "#" })?.hasEnded ?? false
      let taken = try await connection.query(
        """
        insert into \(table) as held (name, token, command, run_id, host, pid, taken_at, heartbeat_at)
        values ($1, $2, $3, $4, $5, $6::bigint, now(), now())
        on conflict (name) do update set token = excluded.token, command = excluded.command, run_id = excluded.run_id,
          host = excluded.host, pid = excluded.pid, heartbeat_at = now(),
          taken_at = case when held.token = excluded.token then held.taken_at else now() end
        where held.token in (excluded.token, $7) or held.heartbeat_at < now() - $8::bigint * interval '1 millisecond'
        returning (xmax = 0) as is_new
        """,
        [
          .text(Self.name), .text(token), .text(context.command), .text(context.runID),
          .text(ProcessInfo.processInfo.hostName), .integer(Int64(ProcessInfo.processInfo.processIdentifier)),
          .text(hasEnded ? holdersToken : ""), .integer(Int64(expiry / .milliseconds(1))),
        ])
      guard taken.count == 0 else {
        if !holdersToken.isEmpty, holdersToken != token {
          context.log(.warning, "lease_taken_over", ["run_of_holder": .string(known?.holder.runID ?? "?")])
        }
        return nil
      }
      // Not the one known before the try: another may have taken it in between.
      if let holder = try await holder(over: connection)?.holder { return holder }
      return try await holderAfterTrying()  // it was given back meanwhile
    } catch {
      // The next try has a connection of its own.
      await connection?.close()
      connection = nil
      throw error
    }
  }

  private func holder(over connection: PostgresConnection) async throws -> (token: String, holder: LeaseHolder)? {
    let known = try await connection.query(
      """
      select token, command, run_id, coalesce(host, '?'), coalesce(pid, 0),
        to_char(taken_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      from \(table) where name = $1
      """, [.text(Self.name)])
    guard known.count > 0 else { return nil }
    let holder = LeaseHolder(
      command: known[0, 1] ?? "?", runID: known[0, 2] ?? "?", host: known[0, 3] ?? "?", pid: known.integer(0, 4) ?? 0,
      since: known[0, 5] ?? "?")
    return (known[0, 0] ?? "", holder)
  }

  private func opened() async throws -> PostgresConnection {
    if let connection { return connection }
    let opened = try await connect()
    connection = opened
    return opened
  }
}

/// Another process has the lease.
package struct LeaseTaken: Error {
  /// Who.
  package let holder: LeaseHolder

  /// As the user is told.
  package var platformError: PlatformError {
    PlatformError(
      .temporary, "another okapi is syncing this source",
      cause: "\(holder.command) of process \(holder.pid) on \(holder.host), run \(holder.runID), since \(holder.since)",
      nextStep: "wait for it to end and run the command again, or give --wait", isRetryable: true)
  }
}

extension SyncLease {
  /// Runs `body` under the lease, which is renewed meanwhile and given back afterwards, also where the body fails.
  ///
  /// An outage of the server does not end the body by itself; a lease that another took meanwhile does.
  package func hold<Answer: Sendable>(
    waits: Bool, every interval: Duration = SyncLease.heartbeat, onWait: @Sendable (LeaseHolder) -> Void = { _ in },
    _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    do {
      try await take(waits: waits, onWait: onWait)
    } catch let taken as LeaseTaken {
      throw taken.platformError
    }
    let result: Result<Answer, any Error>
    do {
      result = .success(try await Self.whileRenewing(self, every: interval, body))
    } catch let taken as LeaseTaken {
      result = .failure(taken.platformError)
    } catch {
      result = .failure(error)
    }
    // A task that was cancelled can no longer speak to the server; this one only gives back.
    await Task { await release() }.value
    return try result.get()
  }

  private static func whileRenewing<Answer: Sendable>(
    _ lease: SyncLease, every interval: Duration, _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        while (try? await Task.sleep(for: interval)) != nil {
          do {
            try await lease.take()
          } catch let taken as LeaseTaken {
            throw taken
          } catch {
            // The server is away for a moment: whoever needs it says so.
          }
        }
        return nil
      }
      defer { group.cancelAll() }
      while let ended = try await group.next() {
        if let answer = ended { return answer }
      }
      throw CancellationError()
    }
  }
}
