extension World {
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
    }
  }
}
