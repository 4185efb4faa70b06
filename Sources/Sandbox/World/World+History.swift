import SQLiteClient

extension World {
  /// Writes down when a subscription's status, prices, quantities or discounts change: what recurring revenue was at a
  /// moment of the past cannot be told from the objects as they are now.
  func noteHistory(of record: Record) throws {
    let old = record.sequence == 0 ? nil : try find(record.type, record.id)
    let entry = HistoryEntry(record)
    if let old, HistoryEntry(old) == entry { return }
    let row = try state.database.statement(
      """
      insert into subscription_history (at, subscription, item, status, price, quantity, discounts) \
      values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      """)
    row.bind(1, now)
    row.bind(2, entry.subscription)
    row.bind(3, entry.item)
    row.bind(4, entry.status)
    row.bind(5, entry.price)
    row.bind(6, entry.quantity)
    row.bind(7, entry.discounts)
    try row.step()
  }
}

/// What matters to recurring revenue, of a subscription or of one of its items.
struct HistoryEntry: Equatable {
  var subscription: String
  /// The item's id; nil for the subscription itself.
  var item: String?
  /// The subscription's status; `deleted` for an item that was taken out.
  var status: String?
  var price: String?
  var quantity: Int64?
  /// The discounts' ids, separated by blanks.
  var discounts: String

  init(_ record: Record) {
    discounts = (record["discounts"].array ?? []).compactMap(\.id).joined(separator: " ")
    if record.type == .subscription {
      subscription = record.id
      status = record.text("status")
    } else {
      subscription = record.reference("subscription") ?? ""
      item = record.id
      status = record.isDeleted ? "deleted" : nil
      price = record["price"].id
      quantity = record["quantity"].integer
    }
  }

  init(_ row: SQLiteStatement) {
    subscription = row.text(1) ?? ""
    item = row.text(2)
    status = row.text(3)
    price = row.text(4)
    quantity = row.isNull(5) ? nil : row.int64(5)
    discounts = row.text(6) ?? ""
  }
}
