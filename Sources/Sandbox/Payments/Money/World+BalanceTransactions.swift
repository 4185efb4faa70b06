import SQLiteClient

extension World {
  /// Books a movement: makes its balance transaction and moves the balance.
  func book(_ movement: BalanceMovement) throws -> Record {
    let net = movement.amount - movement.fee
    let availableOn =
      movement.isAvailableAtOnce
      ? now : CivilDate.startOfDay(now) + (settings.availabilityDays + 1) * CivilDate.day
    var transaction = Record(blank: .balanceTransaction, created: now)
    transaction["amount"] = .integer(movement.amount)
    transaction["available_on"] = .integer(availableOn)
    transaction["balance_type"] = "payments"
    transaction["currency"] = .string(movement.currency)
    transaction["description"] = .text(movement.description)
    transaction["fee"] = .integer(movement.fee)
    transaction["fee_details"] = .array(movement.fee == 0 ? [] : [feeDetail(movement)])
    transaction["net"] = .integer(net)
    transaction["reporting_category"] = .string(movement.category)
    transaction["source"] = .string(movement.source)
    transaction["status"] = movement.isAvailableAtOnce ? "available" : "pending"
    transaction["type"] = .string(movement.type)
    if movement.sourceType != "card" { transaction.hidden["source_type"] = .string(movement.sourceType) }
    try save(&transaction)
    try moveBalance(
      movement.currency, movement.sourceType, available: movement.isAvailableAtOnce ? net : 0,
      pending: movement.isAvailableAtOnce ? 0 : net)
    if !movement.isAvailableAtOnce { try scheduleRelease(availableOn) }
    return transaction
  }

  private func feeDetail(_ movement: BalanceMovement) -> JSON {
    [
      "amount": .integer(movement.fee), "application": nil, "currency": .string(movement.currency),
      "description": .string(movement.feeDescription), "type": "stripe_fee",
    ]
  }

  /// One job a day makes all money of that day available; with it the next automatic payout is set.
  private func scheduleRelease(_ day: Int64) throws {
    let target = "balance_\(day)"
    guard try !hasJob(.releaseFunds, target) else { return }
    try schedule(Job(.releaseFunds, target, due: day, clock: nil))
    try schedulePayouts()
  }

  /// Whether a job of that kind waits for the target.
  func hasJob(_ kind: Job.Kind, _ target: String) throws -> Bool {
    let row = try state.database.statement("select 1 from jobs where target = ?1 and kind = ?2 limit 1")
    row.bind(1, target)
    row.bind(2, kind.rawValue)
    defer { row.reset() }
    return try row.step()
  }

  /// Makes the money of a day available and emits `balance.available`.
  ///
  /// It takes a thousand transactions at a time and puts itself back on the list, so that nobody waits for a big day.
  func releaseFunds(_ job: Job) throws {
    let page = ListQuery(
      .balanceTransaction, [.equalsNumber("available_on", job.due), .equals("status", "pending")], limit: 1_000)
    let transactions = try records(page)
    for var transaction in transactions {
      transaction["status"] = "available"
      try save(&transaction)
      try refreshDispute(transaction)
      let net = transaction.int("net")
      try moveBalance(
        transaction.text("currency") ?? "", transaction.hidden["source_type"].string ?? "card", available: net,
        pending: -net)
    }
    if transactions.count == page.limit { return try schedule(job) }
    try emit("balance.available", object: try state.reader.balance())
  }

  /// Adds to the totals of the balance.
  func moveBalance(_ currency: String, _ sourceType: String, available: Int64, pending: Int64) throws {
    let row = try state.database.statement(
      """
      insert into balances (currency, source_type, available, pending) values (?1, ?2, ?3, ?4) \
      on conflict (currency, source_type) do update \
      set available = available + excluded.available, pending = pending + excluded.pending
      """)
    row.bind(1, currency)
    row.bind(2, sourceType)
    row.bind(3, available)
    row.bind(4, pending)
    try row.step()
  }
}
