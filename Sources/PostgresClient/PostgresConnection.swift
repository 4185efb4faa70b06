import CLibpq
import Foundation
import PlatformCore

/// One connection to PostgreSQL through libpq, on a thread of its own; statements run one after another.
///
/// Works behind PgBouncer in transaction mode: no prepared statements, no session state. Inside `transaction` times
/// are written in UTC; behind a pooler a single statement outside of one uses the server's time zone. An open
/// transaction belongs to the connection: let one task use it at a time.
package actor PostgresConnection {
  private let executor: BlockingExecutor
  private let handle: ConnectionHandle
  private nonisolated let canceller: CancelHandle
  /// What was reached.
  package nonisolated let facts: ConnectionFacts

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private init(executor: BlockingExecutor, opened: OpenedConnection) {
    self.executor = executor
    self.handle = opened.handle
    self.canceller = opened.handle.canceller
    self.facts = opened.facts
  }

  /// Connects to a `postgresql://` URL or a libpq keyword string; waits 10 s unless `connect_timeout` says otherwise.
  ///
  /// - Throws: `.unavailable`, `.permission` or `.configuration`, never with the password.
  package static func connect(
    _ url: String, applicationName: String = "okapi"
  ) async throws -> PostgresConnection {
    let executor = BlockingExecutor(label: "postgres")
    let opened = try await Opener(executor: executor).open(url, applicationName: applicationName)
    return PostgresConnection(executor: executor, opened: opened)
  }

  /// Runs one or several statements separated by semicolons; what they answer is dropped.
  ///
  /// - Throws: the server's error, with its SQLSTATE as `code`.
  package func execute(_ sql: String) async throws {
    _ = try await interruptible { try $0.run(sql) }
  }

  /// Runs one statement with bound values `$1`, `$2` …; the whole answer is held in memory.
  ///
  /// - Throws: the server's error, with its SQLSTATE as `code`.
  package func query(_ sql: String, _ parameters: [PostgresParameter] = []) async throws -> PostgresResult {
    let encoded = try EncodedParameters(parameters)
    return PostgresResult(try await interruptible { try $0.run(sql, encoded) })
  }

  /// Runs a `COPY … FROM STDIN` and sends the buffers as one stream; rows may cross from buffer to buffer.
  ///
  /// - Returns: the number of rows stored.
  package func copyIn(_ sql: String, _ buffers: [[UInt8]]) async throws -> Int {
    try await interruptible { try $0.copyIn(sql, buffers) }
  }

  /// Runs a `COPY … TO STDOUT` and hands over one row at a time, with the newline that ends it.
  ///
  /// An error from `receive` stops the copy and is thrown on.
  /// - Returns: the number of rows received.
  package func copyOut(
    _ sql: String, _ receive: @Sendable (UnsafeRawBufferPointer) throws -> Void
  ) async throws -> Int {
    try await interruptible { try $0.copyOut(sql, receive) }
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws or the task is cancelled.
  ///
  /// - Parameter settings: run-time parameters for this transaction only, as in `["lock_timeout": "5s"]`.
  package func transaction<Answer: Sendable>(
    isolation level: IsolationLevel = .readCommitted, isReadOnly: Bool = false,
    settings: KeyValuePairs<String, String> = [:],
    _ body: @Sendable (isolated PostgresConnection) async throws -> Answer
  ) async throws -> Answer {
    var begin = "BEGIN ISOLATION LEVEL \(level.rawValue)" + (isReadOnly ? " READ ONLY" : "")
    begin += "; " + ConnectionHandle.setUp(for: "LOCAL")
    for (name, value) in settings {
      begin += "; SET LOCAL \(PostgresIdentifier.quoted(name)) = \(PostgresLiteral.quoted(value))"
    }
    do {
      try await execute(begin)
      let answer = try await body(self)
      try await interruptible { try $0.commit() }
      return answer
    } catch {
      handle.rollBack()
      throw error
    }
  }

  /// Asks the server to stop the statement that runs now, if any; may be called from anywhere.
  package nonisolated func cancel() { canceller.cancel() }

  /// Ends the connection; later calls fail.
  package func close() { handle.finish() }

  private func interruptible<Answer>(_ body: (ConnectionHandle) throws -> Answer) async throws -> Answer {
    try await withTaskCancellationHandler {
      do {
        if Task.isCancelled { throw PlatformError.statementCancelled }
        return try canceller.whileRunning { try body(handle) }
      } catch let error as PlatformError where Task.isCancelled && error.code == "57014" {
        throw PlatformError.statementCancelled
      }
    } onCancel: {
      cancel()
    }
  }
}

/// How much a transaction sees of others.
package enum IsolationLevel: String, Sendable {
  /// Each statement sees what was committed before it.
  case readCommitted = "READ COMMITTED"
  /// All statements see one snapshot.
  case repeatableRead = "REPEATABLE READ"
  /// As if transactions ran one after another; be ready to retry 40001.
  case serializable = "SERIALIZABLE"
}

/// A connection fresh from `Opener`, on its way into the actor that keeps it.
struct OpenedConnection: @unchecked Sendable {  // handed over once; the opener keeps nothing
  let handle: ConnectionHandle
  let facts: ConnectionFacts
}

/// Connects on the thread that the connection will live on.
private actor Opener {
  private let executor: BlockingExecutor
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(executor: BlockingExecutor) { self.executor = executor }

  func open(_ url: String, applicationName: String) throws -> OpenedConnection {
    if Task.isCancelled { throw PlatformError.statementCancelled }
    let handle = try ConnectionHandle(try ConnectionSettings(url), applicationName: applicationName)
    return OpenedConnection(handle: handle, facts: try handle.becomeReady())
  }
}
