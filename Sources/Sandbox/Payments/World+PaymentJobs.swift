extension World {
  /// Does what falls due for payments, refunds, disputes and payouts.
  func runPayment(_ job: Job) throws {
    switch job.kind {
    case .settleCharge: try settleCharge(job.target)
    case .finishPayment: try finishPayment(job.target)
    case .expireAuthorization: try expireAuthorization(job.target)
    case .releaseFunds: try releaseFunds(job)
    default: break
    }
  }
}
