extension World {
  /// Does what falls due for payments, refunds, disputes and payouts.
  func runPayment(_ job: Job) throws {
    switch job.kind {
    case .settleCharge: try settleCharge(job.target)
    case .finishPayment: try finishPayment(job.target)
    case .expireAuthorization: try expireAuthorization(job.target)
    case .finishRefund: try finishRefund(job.target)
    case .openDispute: try openDispute(job.target, index: Int(job.data ?? "") ?? 0)
    case .decideDispute: try decideDispute(job.target, job.data ?? "")
    case .loseDispute: try loseDispute(job.target)
    case .releaseFunds: try releaseFunds(job)
    case .payPayout: try payPayout(job.target)
    case .makePayout: try makePayouts()
    default: break
    }
  }
}
