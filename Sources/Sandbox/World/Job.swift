/// Something that falls due at a moment of the world: a renewal, a retry, the end of a trial.
package struct Job: Sendable, Equatable {
  /// What is to be done.
  package var kind: Kind
  /// The id of the object it is about.
  package var target: String
  /// When, in Unix seconds on its clock.
  package var due: Int64
  /// The test clock it waits on; nil for real time.
  package var clock: String?
  /// Whatever else the kind needs.
  package var data: String?
  /// Its number in the store, in the order of making; 0 before it is kept.
  package internal(set) var number: Int64 = 0

  /// A job that is not on the list yet.
  package init(_ kind: Kind, _ target: String, due: Int64, clock: String?, data: String? = nil) {
    self.kind = kind
    self.target = target
    self.due = due
    self.clock = clock
    self.data = data
  }

  /// The kinds of work that the world does by itself.
  package enum Kind: String, CaseIterable, Sendable {
    // Billing.
    case renewSubscription, announceRenewal, endTrial, announceTrialEnd, cancelSubscription, expireIncomplete
    case resumeCollection, finalizeInvoice, retryInvoice, invoiceOverdue
    // Payments.
    case settleCharge, finishPayment, expireAuthorization, finishRefund, openDispute, decideDispute, loseDispute
    case releaseFunds, payPayout, makePayout
    // The sandbox itself.
    case advanceClock, expireClock, expireCoupon
  }
}
