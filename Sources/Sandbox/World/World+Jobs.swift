import PlatformCore
import SQLiteClient

extension World {
  // MARK: the list

  /// Puts a job on the world's list.
  package func schedule(_ job: Job) throws {
    let row = try state.database.statement(
      "insert into jobs (clock, due, kind, target, data) values (?1, ?2, ?3, ?4, ?5)")
    row.bind(1, job.clock ?? "")
    row.bind(2, job.due)
    row.bind(3, job.kind.rawValue)
    row.bind(4, job.target)
    row.bind(5, job.data)
    try row.step()
    if job.clock == nil { state.jobWasScheduled(due: job.due) }
  }

  /// Takes an object's jobs off the list: those of the kinds named, or all.
  package func unschedule(_ target: String, _ kinds: Job.Kind...) throws {
    let names = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    let row = try state.database.statement(
      "delete from jobs where target = ?1" + (kinds.isEmpty ? "" : " and kind in (\(names))"))
    row.bind(1, target)
    try row.step()
  }

  /// Takes everything that waits on a test clock off the list.
  func unscheduleAll(on clock: String) throws {
    let row = try state.database.statement("delete from jobs where clock = ?1")
    row.bind(1, clock)
    try row.step()
  }

  /// The next job that is due by then on a clock (nil for real time); nil when there is none.
  package func nextJob(clock: String?, by time: Int64) throws -> Job? {
    let row = try state.database.statement(
      """
      select number, due, kind, target, data from jobs where clock = ?1 and due <= ?2 order by due, number limit 1
      """)
    row.bind(1, clock ?? "")
    row.bind(2, time)
    guard try row.step() else { return nil }
    defer { row.reset() }
    guard let kind = Job.Kind(rawValue: row.text(2) ?? "") else {
      throw PlatformError(.bug, "a job of an unknown kind", context: ["kind": row.text(2) ?? ""])
    }
    var job = Job(kind, row.text(3) ?? "", due: row.int64(1), clock: clock, data: row.text(4))
    job.number = row.int64(0)
    return job
  }

  /// Takes one job off the list.
  package func remove(_ job: Job) throws {
    let row = try state.database.statement("delete from jobs where number = ?1")
    row.bind(1, job.number)
    try row.step()
  }

  // MARK: running

  /// Runs everything that is due by then on a clock (nil for real time), in the order it falls due, at most `limit`
  /// jobs.
  ///
  /// Each job acts at its own time. Returns whether more is due.
  package func runDue(clock: String?, until time: Int64, limit: Int = .max) throws -> Bool {
    var count = 0
    while count < limit {
      guard let job = try nextJob(clock: clock, by: time) else { return false }
      try remove(job)
      now = job.due
      try run(job)
      count += 1
    }
    return try nextJob(clock: clock, by: time) != nil
  }

  /// Does one job.
  func run(_ job: Job) throws {
    switch job.kind {
    case .renewSubscription, .announceRenewal, .endTrial, .announceTrialEnd, .cancelSubscription, .expireIncomplete,
      .resumeCollection, .finalizeInvoice, .retryInvoice, .invoiceOverdue:
      try runBilling(job)
    case .settleCharge, .finishPayment, .expireAuthorization, .finishRefund, .openDispute, .decideDispute,
      .loseDispute, .releaseFunds, .payPayout, .makePayout:
      try runPayment(job)
    case .advanceClock, .expireClock:
      try runClock(job)
    case .expireCoupon: try expireCoupon(job.target)
    }
  }
}
