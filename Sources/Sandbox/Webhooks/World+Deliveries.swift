import SQLiteClient

extension World {
  /// Records that an attempt was made; with `retryAt` (Unix milliseconds) a failed one is tried again then.
  ///
  /// An attempt that was dropped meanwhile stays so.
  package func record(_ attempt: Delivery, retryAt: Int64? = nil) throws {
    let wasDelivered = try isDelivered(attempt.event, to: attempt.endpoint)
    let row = try state.database.statement(
      """
      update deliveries set due = null, status = ?2, response = ?3, error = ?4, sent = ?5 \
      where number = ?1 and due is not null
      """)
    row.bind(1, attempt.number)
    row.bind(2, attempt.status.rawValue)
    row.bind(3, attempt.response.map(Int64.init))
    row.bind(4, attempt.error)
    row.bind(5, attempt.sent)
    try row.step()
    guard state.database.changedRows > 0 else { return }
    switch attempt.status {
    case .delivered where !wasDelivered, .dropped where attempt.attempt != Delivery.byHand:
      try countDown(attempt.event)
    default: break
    }
    if attempt.status == .failed, let retryAt {
      state.queueDelivery(
        Delivery(
          event: attempt.event, endpoint: attempt.endpoint, attempt: attempt.attempt + 1, dueMilliseconds: retryAt))
    }
  }

  /// Sends an event again: to one endpoint, or to all that ask for events of its type. Returns to how many.
  ///
  /// - Throws: `resource_missing` for an event or an endpoint that is not there.
  package func resend(event id: String, to endpoint: String? = nil) throws -> Int {
    let event = try require(.event, id, param: "event")
    let targets =
      if let endpoint {
        [try require(.webhookEndpoint, endpoint, param: "webhook_endpoint")]
      } else {
        try records(ListQuery(.webhookEndpoint)).filter { Events.matches(event.text("type") ?? "", $0) }
      }
    for target in targets { queueByHand(event.id, target.id) }
    return targets.count
  }

  /// Sends an event to an endpoint once more, at once.
  package func queueByHand(_ event: String, _ endpoint: String) {
    state.queueDelivery(
      Delivery(event: event, endpoint: endpoint, attempt: Delivery.byHand, dueMilliseconds: wallTime * 1_000))
  }

  /// Gives up at most `limit` deliveries that wait for an endpoint: it is disabled or deleted. Returns whether more
  /// wait.
  package func dropDeliveries(to endpoint: String, limit: Int = 500) throws -> Bool {
    let waiting = try state.reader.dueDeliveries(to: endpoint, by: .max, limit: limit)
    for var delivery in waiting {
      delivery.status = .dropped
      try record(delivery)
    }
    return waiting.count == limit
  }

  private func isDelivered(_ event: String, to endpoint: String) throws -> Bool {
    let row = try state.database.statement(
      "select 1 from deliveries where event = ?1 and endpoint = ?2 and status = 'delivered' limit 1")
    row.bind(1, event)
    row.bind(2, endpoint)
    defer { row.reset() }
    return try row.step()
  }

  /// One endpoint less is waited for.
  private func countDown(_ id: String) throws {
    guard var event = try find(.event, id), event.int("pending_webhooks") > 0 else { return }
    event["pending_webhooks"] = .integer(event.int("pending_webhooks") - 1)
    try save(&event)
  }
}
