extension World {
  /// Does what falls due for subscriptions and invoices; what has gone meanwhile is left alone.
  func runBilling(_ job: Job) throws {
    switch job.kind {
    case .finalizeInvoice, .retryInvoice, .invoiceOverdue:
      guard var invoice = try find(.invoice, job.target), !invoice.isDeleted else { return }
      switch job.kind {
      case .finalizeInvoice: try finalizeOnTime(&invoice)
      case .retryInvoice: try retry(&invoice)
      default: try noteDueDate(invoice, isNear: job.data == "soon")
      }
      try announceInvoiceCustomer(invoice)
    default:
      guard let subscription = try find(.subscription, job.target) else { return }
      try runSubscription(job.kind, subscription)
      if let customer = subscription.reference("customer") { try announceCustomer(customer) }
    }
  }

  private func runSubscription(_ kind: Job.Kind, _ subscription: Record) throws {
    switch kind {
    case .renewSubscription: try renew(subscription)
    case .announceRenewal: try announceRenewal(subscription)
    case .endTrial: try endTrial(subscription)
    case .announceTrialEnd:
      if subscription.status == "trialing" { try emit("customer.subscription.trial_will_end", subscription) }
    case .cancelSubscription:
      var state = try load(subscription)
      if state.isAlive { try endAtMoment(&state) }
    case .expireIncomplete: try expireIncomplete(subscription)
    case .resumeCollection:
      var record = subscription
      record["pause_collection"] = nil
      try save(&record, emitting: "customer.subscription.updated")
    default: break
    }
  }
}
