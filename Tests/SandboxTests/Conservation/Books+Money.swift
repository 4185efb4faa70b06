@testable import Sandbox

extension Books {
  // MARK: invoice = lines − discounts + tax

  func checkInvoice(_ invoice: Record) {
    guard !invoice.isDeleted else { return }
    let id = invoice.id
    let lines = children(.lineItem, of: id)
    let sum = lines.total { $0.int("amount") }
    let off = Self.sum(invoice["total_discount_amounts"])
    let tax = Self.sum(invoice["total_taxes"])
    let own = lines.total { Self.sum(.array(Self.ownDiscounts($0))) }
    expect(invoice.int("subtotal") == sum - own, "\(id): subtotal \(invoice.int("subtotal")), lines \(sum) − \(own)")
    expect(invoice.int("total") == sum - off + tax, "\(id): total \(invoice.int("total")) is not \(sum) − \(off)")
    expect(lines.total { Self.sum($0["discount_amounts"]) } == off, "\(id): the lines' discounts are not \(off)")
    for line in lines {
      let part = Self.sum(line["discount_amounts"])
      expect(part >= 0 && part <= max(0, line.int("amount")), "\(line.id): \(part) off \(line.int("amount"))")
      expect(line["currency"] == invoice["currency"], "\(line.id): currency \(line["currency"]) on \(id)")
    }
    let shown = invoice["lines"]["data"].array ?? []
    let ordered = lines.sorted {
      ($0.hidden["position"].integer ?? 0, $0.sequence) < ($1.hidden["position"].integer ?? 0, $1.sequence)
    }
    expect(shown == ordered.prefix(10).map { .object($0.body) }, "\(id): shows other lines than it has")
    expect(invoice["lines"]["total_count"].integer ?? -1 == Int64(lines.count), "\(id): counts its lines wrong")
    checkDue(invoice)
    checkPaid(invoice)
  }

  private func checkDue(_ invoice: Record) {
    let id = invoice.id
    let due = invoice.int("amount_due")
    let total = invoice.int("total")
    expect(due >= 0 && invoice.int("amount_remaining") == due - invoice.int("amount_paid"), "\(id): remaining")
    let moved = children(.customerBalanceTransaction, of: id).total { $0.int("amount") }
    switch invoice.status {
    case "draft":
      expect(due == max(0, total), "\(id): a draft of \(total) with \(due) due")
      expect(moved == 0, "\(id): a draft moved the balance")
    default:
      let change = invoice.int("ending_balance") - invoice.int("starting_balance")
      expect(total == due + change, "\(id): total \(total), due \(due), balance changed by \(change)")
      let isGone = find(.customer, invoice.reference("customer") ?? "")?.isDeleted ?? true
      let expected = invoice.status == "void" ? 0 : change
      expect(moved == expected || isGone, "\(id): the balance moved by \(moved), not \(expected)")
    }
  }

  private func checkPaid(_ invoice: Record) {
    let id = invoice.id
    let payments = children(.invoicePayment, of: id)
    let paid = payments.filter { $0.status == "paid" }.total { $0.int("amount_paid") }
    expect(invoice.int("amount_paid") == paid, "\(id): paid \(invoice.int("amount_paid")), payments \(paid)")
    if invoice.status == "paid" { expect(invoice.int("amount_remaining") == 0, "\(id): paid, yet something is left") }
    if ["draft", "void"].contains(invoice.status) { expect(paid == 0, "\(id): \(invoice.status) with \(paid) paid") }
    var live = 0
    for payment in payments {
      guard let intent = find(.paymentIntent, payment["payment"]["payment_intent"].reference ?? "") else {
        expect(payment["payment"]["type"] == "payment_record", "\(payment.id): without a payment")
        continue
      }
      let received = intent.int("amount_received")
      expect(
        received == (payment.status == "paid" ? payment.int("amount_paid") : 0),
        "\(payment.id): \(payment.status), and \(intent.id) received \(received)")
      expect(intent["currency"] == invoice["currency"], "\(intent.id): another currency than \(id)")
      guard !["succeeded", "canceled"].contains(intent.status) else { continue }
      live += 1
      expect(intent.int("amount") == invoice.int("amount_remaining"), "\(intent.id): not the rest of \(id)")
      expect(
        ["open", "uncollectible"].contains(invoice.status),
        "\(intent.id): may still be paid, \(id) is \(invoice.status)")
    }
    expect(live <= 1, "\(id): can be paid twice")
  }

  // MARK: payment = charge

  func checkIntent(_ intent: Record) {
    let id = intent.id
    let charges = children(.charge, of: id)
    let good = charges.filter { $0.status == "succeeded" }
    let captured = good.filter { $0.flag("captured") }.total { $0.int("amount_captured") }
    expect(
      intent.int("amount_received") == captured,
      "\(id): received \(intent.int("amount_received")), captured \(captured)")
    let running =
      good.filter { $0.flag("captured") || !$0.flag("refunded") } + charges.filter { $0.status == "pending" }
    switch intent.status {
    case "succeeded":
      expect(running.count == 1 && captured > 0 && captured <= intent.int("amount"), "\(id): succeeded, \(captured)")
    case "requires_capture":
      expect(running.count == 1 && captured == 0, "\(id): holds nothing")
      expect(intent.int("amount_capturable") == intent.int("amount"), "\(id): capturable")
    case "processing": expect(running.count == 1 && captured == 0, "\(id): processes nothing")
    default: expect(running.isEmpty, "\(id): \(intent.status) with a live charge")
    }
    if intent.status != "requires_capture" { expect(intent.int("amount_capturable") == 0, "\(id): capturable") }
    for charge in running {
      expect(charge.id == intent.reference("latest_charge"), "\(charge.id): not the latest of \(id)")
      expect(charge.int("amount") == intent.int("amount"), "\(charge.id): \(charge.int("amount")) for \(id)")
      expect(charge["currency"] == intent["currency"], "\(charge.id): another currency than \(id)")
    }
  }

  // MARK: charge − refunds − disputes − fees = balance transactions

  func checkCharge(_ charge: Record) {
    let id = charge.id
    let refunds = children(.refund, of: id)
    let disputes = children(.dispute, of: id)
    let given = refunds.filter { !["failed", "canceled"].contains($0.status) }
    let isCaptured = charge.status == "succeeded" && charge.flag("captured")
    let captured = isCaptured ? charge.int("amount_captured") : 0
    let refunded = given.total { $0.int("amount") }
    expect(
      refunded == charge.int("amount_refunded"), "\(id): \(charge.int("amount_refunded")) refunded, refunds \(refunded)"
    )
    expect(charge.int("amount_refunded") <= charge.int("amount"), "\(id): refunded more than it is")
    expect(charge.flag("refunded") == (charge.int("amount_refunded") == charge.int("amount")), "\(id): `refunded`")
    let isBooked = !charge["balance_transaction"].isNull
    expect(isCaptured || !isBooked, "\(id): booked without a capture")
    let fee = isBooked ? Self.fee(captured, charge.text("currency") ?? "") : 0
    let back = given.filter { !$0["balance_transaction"].isNull }.total { $0.int("amount") }
    let withdrawn = disputes.filter { !$0.status.hasPrefix("warning") && $0.status != "won" }.total { $0.int("amount") }
    let fees = Int64(disputes.filter { !$0.status.hasPrefix("warning") }.count) * 1_500
    let expected = (isBooked ? captured : 0) - back - withdrawn - fee - fees
    let booked = net(id) + (refunds + disputes).total { net($0.id) }
    expect(booked == expected, "\(id): booked \(booked), objects say \(expected)")
    if isBooked {
      expect(back + withdrawn <= captured, "\(id): \(captured) captured, \(back) + \(withdrawn) given back")
    }
  }

  func checkDispute(_ dispute: Record) {
    let own = children(.balanceTransaction, of: dispute.id).sorted { $0.sequence < $1.sequence }
    expect(dispute["balance_transactions"] == .array(own.map { .object($0.body) }), "\(dispute.id): its transactions")
  }

  private func net(_ source: String) -> Int64 {
    children(.balanceTransaction, of: source).total { $0.int("amount") - $0.int("fee") }
  }

  /// 2.9 %, half up, and 30 hundredths; 300 thousandths.
  private static func fee(_ amount: Int64, _ currency: String) -> Int64 {
    (amount * 29 + 500) / 1_000 + (currency == "kwd" ? 300 : 30)
  }

  /// What a line's own discounts took, without its share of the invoice's.
  private static func ownDiscounts(_ line: Record) -> [JSON] {
    let ids = (line["discounts"].array ?? []).compactMap(\.reference)
    return (line["discount_amounts"].array ?? []).filter { ids.contains($0["discount"].reference ?? "") }
  }

  private static func sum(_ amounts: JSON) -> Int64 {
    (amounts.array ?? []).reduce(0) { $0 + ($1["amount"].integer ?? 0) }
  }
}

extension [Record] {
  func total(_ amount: (Record) -> Int64) -> Int64 { reduce(0) { $0 + amount($1) } }
}
