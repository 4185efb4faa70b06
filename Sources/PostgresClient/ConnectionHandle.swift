import CLibpq
import Foundation
import PlatformCore

/// Owns one `PGconn` and turns its answers into values and errors. Blocking; used by one thread at a time.
final class ConnectionHandle {
  private var connection: OpaquePointer?
  let canceller: CancelHandle
  private let settings: ConnectionSettings
  /// What one `PQputCopyData` takes at most, so that libpq's own buffer stays small.
  private static let sliceBytes = 256 << 10

  init(_ settings: ConnectionSettings, applicationName: String) throws(PlatformError) {
    guard let opened = settings.connect(applicationName: applicationName) else {
      throw PlatformError(.bug, "libpq could not allocate a connection")
    }
    guard PQstatus(opened) == CONNECTION_OK else {
      let words = String(cString: PQerrorMessage(opened))
      PQfinish(opened)
      throw settings.failure(words)
    }
    // Without a processor of its own libpq prints notices to stderr, among our logs.
    PQsetNoticeProcessor(opened, { _, _ in }, nil)
    connection = opened
    canceller = CancelHandle(opened)
    self.settings = settings
  }

  deinit { if let connection { PQfinish(connection) } }

  func finish() {
    if let connection { PQfinish(connection) }
    connection = nil
  }

  /// What every session or transaction of ours begins with.
  ///
  /// Just-in-time compilation is off: our statements are long and read few rows each, so compiling one costs more, up
  /// to minutes, than it ever saves.
  static func setUp(for scope: String) -> String {
    ["TimeZone = 'UTC'", "DateStyle = 'ISO, YMD'", "jit = off"].map { "SET \(scope) \($0)" }.joined(separator: "; ")
  }

  /// Learns whether a pooler stands between, and writes times in UTC where the session is ours.
  func becomeReady() throws -> ConnectionFacts {
    let open = try self.open()
    // A pooler invents the process number of its cancel key; a server tells its own.
    let answer = PostgresResult(try run("SELECT pg_backend_pid()"))
    let isPooled = answer[0, 0] != String(PQbackendPID(open))
    if !isPooled { try run(Self.setUp(for: "SESSION")) }
    return ConnectionFacts(open, isPooled: isPooled)
  }

  @discardableResult
  func run(_ sql: String) throws -> ResultStorage {
    let open = try self.open()
    return try checked(PQexec(open, sql), sql)
  }

  func run(_ sql: String, _ parameters: EncodedParameters) throws -> ResultStorage {
    let open = try self.open()
    return try checked(
      parameters.withPointers { PQexecParams(open, sql, $1, nil, $0, nil, nil, 0) }, sql)
  }

  func commit() throws {
    let tag = try run("COMMIT").commandTag
    guard tag == "COMMIT" else {
      throw PlatformError(
        .bug, "the transaction was rolled back instead of committed",
        cause: "a statement in it had failed and the failure was not passed on")
    }
  }

  /// Ends an open transaction without a word; a dead connection has none. Runs in a cancelled task too.
  func rollBack() {
    guard let connection, PQstatus(connection) == CONNECTION_OK, PQtransactionStatus(connection) != PQTRANS_IDLE
    else { return }
    PQclear(PQexec(connection, "ROLLBACK"))
  }

  func copyIn(_ sql: String, _ buffers: [[UInt8]]) throws -> Int {
    let open = try self.open()
    try start(sql, expecting: PGRES_COPY_IN)
    var isSent = true
    sending: for buffer in buffers {
      var offset = 0
      while offset < buffer.count {
        let size = min(Self.sliceBytes, buffer.count - offset)
        let status = buffer.withUnsafeBytes { bytes in
          PQputCopyData(open, bytes.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self), Int32(size))
        }
        isSent = status == 1 && !Task.isCancelled
        if !isSent { break sending }
        offset += size
      }
    }
    if isSent {
      isSent = PQputCopyEnd(open, nil) == 1
    } else {
      _ = PQputCopyEnd(open, "the copy was cancelled")
    }
    let words = isSent ? "" : String(cString: PQerrorMessage(open))
    return PostgresResult(try drain(sql, fallback: words)).affectedRows
  }

  func copyOut(_ sql: String, _ receive: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
    let open = try self.open()
    try start(sql, expecting: PGRES_COPY_OUT)
    var failure: (any Error)?
    var line: UnsafeMutablePointer<CChar>?
    var length = PQgetCopyData(open, &line, 0)
    while length > 0 {
      if failure == nil {
        do {
          try receive(UnsafeRawBufferPointer(start: line, count: Int(length)))
        } catch {
          failure = error
          stopServer()
        }
      }
      PQfreemem(line)
      length = PQgetCopyData(open, &line, 0)
    }
    let words = length == -2 ? String(cString: PQerrorMessage(open)) : ""
    do {
      let rows = PostgresResult(try drain(sql, fallback: words)).affectedRows
      if let failure { throw failure }
      return rows
    } catch {
      throw failure ?? error
    }
  }

  /// A cancel request from inside `whileRunning`, where `canceller.cancel()` would wait for itself.
  private func stopServer() {
    guard let connection, let request = PQgetCancel(connection) else { return }
    var reason = [CChar](repeating: 0, count: 256)
    _ = PQcancel(request, &reason, Int32(reason.count))
    PQfreeCancel(request)
  }

  private func open() throws(PlatformError) -> OpaquePointer {
    guard let connection else {
      throw PlatformError(.bug, "the connection to PostgreSQL was used after it was closed")
    }
    return connection
  }

  private func start(_ sql: String, expecting status: ExecStatusType) throws {
    let open = try self.open()
    guard let pointer = PQexec(open, sql) else { throw failure(nil, sql) }
    let result = ResultStorage(pointer)
    guard result.status == status else {
      _ = try checked(result, sql)
      throw PlatformError(.bug, "a COPY in the other direction was expected", context: ["statement": shortened(sql)])
    }
  }

  /// Collects what is left of a COPY; the first error wins.
  private func drain(_ sql: String, fallback: String) throws -> ResultStorage {
    let open = try self.open()
    var last: ResultStorage?
    var failed: ResultStorage?
    while let pointer = PQgetResult(open) {
      let result = ResultStorage(pointer)
      if result.status == PGRES_FATAL_ERROR, failed == nil { failed = result }
      last = result
    }
    if let failed { throw failure(failed, sql) }
    guard let last, fallback.isEmpty else { throw failure(nil, sql, fallback: fallback) }
    return last
  }

  private func checked(_ pointer: OpaquePointer?, _ sql: String) throws -> ResultStorage {
    guard let pointer else { throw failure(nil, sql) }
    return try checked(ResultStorage(pointer), sql)
  }

  private func checked(_ result: ResultStorage, _ sql: String) throws -> ResultStorage {
    switch result.status {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
      return result
    case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
      endStrayCopy(result.status)
      throw PlatformError(
        .usage, "COPY with STDIN or STDOUT does not run as a plain statement",
        context: ["statement": shortened(sql)])
    default:
      throw failure(result, sql)
    }
  }

  /// Leads a COPY that nobody feeds back to the idle state.
  private func endStrayCopy(_ status: ExecStatusType) {
    if status == PGRES_COPY_IN {
      _ = PQputCopyEnd(connection, "not supported here")
    } else {
      stopServer()
      var line: UnsafeMutablePointer<CChar>?
      while PQgetCopyData(connection, &line, 0) > 0 { PQfreemem(line) }
    }
    while let rest = PQgetResult(connection) { PQclear(rest) }
  }

  private func failure(_ result: ResultStorage?, _ sql: String, fallback: String = "") -> PlatformError {
    let isLost = connection.map { PQstatus($0) != CONNECTION_OK } ?? true
    let words = connection.map { String(cString: PQerrorMessage($0)) } ?? ""
    let report = ServerReport(result, fallback: fallback.isEmpty ? words : fallback, isConnectionLost: isLost)
    var error = report.error
    if report.isAboutStatement { error = error.adding("statement", shortened(sql)) }
    return settings.withoutPassword(error)
  }
}

/// The beginning of a statement, on one line; statements that may set a password are not shown.
private func shortened(_ sql: String) -> String {
  guard !sql.uppercased().contains("PASSWORD") else { return "(not shown)" }
  let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  return line.count > 200 ? line.prefix(200) + " …" : line
}
