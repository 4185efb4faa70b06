@testable import Sandbox

/// The test's own copy of all that a sandbox holds, and the equations of money over it.
///
/// Nothing here comes from the engine's totals or from `Ledger`: each side of an equation is added up from objects.
final class Books: @unchecked Sendable {  // the writing thread looks at it only while the test waits
  private var records: [String: Record] = [:]
  private var order: [RecordType: [String]] = [:]
  private var children: [String: [RecordType: Set<String>]] = [:]
  /// By currency: what moved on the balance without payouts, and what was paid out.
  private var earned: [String: Int64] = [:]
  private var paidOut: [String: Int64] = [:]
  /// By currency: what is there, and what is on its way.
  private var available: [String: Int64] = [:]
  private var pending: [String: Int64] = [:]
  /// What does not hold.
  private(set) var problems: [String] = []

  // MARK: what there is

  func find(_ type: RecordType, _ id: String) -> Record? { records[id].flatMap { $0.type == type ? $0 : nil } }
  func find(id: String) -> Record? { records[id] }
  func count(_ type: RecordType) -> Int { order[type]?.count ?? 0 }
  func ids(_ type: RecordType) -> [String] { order[type] ?? [] }
  func all(_ type: RecordType, where isWanted: (Record) -> Bool = { _ in true }) -> [Record] {
    ids(type).compactMap { records[$0] }.filter(isWanted)
  }

  /// The children of an object that are not deleted, by id.
  func children(_ type: RecordType, of id: String) -> [Record] {
    (children[id]?[type] ?? []).sorted().compactMap { records[$0] }.filter { !$0.isDeleted }
  }

  // MARK: taking over

  /// Takes over what a unit of work changed, and checks every equation that it touches.
  func take(_ changed: [Record]) {
    for record in changed where record.type != .event { keep(record) }
    var roots: Set<String> = []
    for record in changed where record.type != .event { roots.formUnion(self.roots(record)) }
    for id in roots.sorted() { check(id) }
    for record in changed where record.type != .event { checkReferences(record) }
  }

  private func keep(_ record: Record) {
    if let old = records[record.id] {
      move(old, -1)
    } else {
      order[record.type, default: []].append(record.id)
    }
    for parent in Self.parents(record) { children[parent, default: [:]][record.type, default: []].insert(record.id) }
    records[record.id] = record
    move(record, 1)
  }

  private func move(_ record: Record, _ sign: Int64) {
    let currency = record.text("currency") ?? ""
    if record.type == .balanceTransaction {
      let net = sign * (record.int("amount") - record.int("fee"))
      if record.text("source")?.hasPrefix("po_") != true { earned[currency, default: 0] += net }
      if record.status == "available" {
        available[currency, default: 0] += net
      } else {
        pending[currency, default: 0] += net
      }
    }
    if record.type == .payout, !["failed", "canceled"].contains(record.status) {
      paidOut[currency, default: 0] += sign * record.int("amount")
    }
  }

  private static func parents(_ record: Record) -> [String] {
    let names: [String] =
      switch record.type {
      case .lineItem, .invoiceItem: ["invoice", "customer"]
      case .charge, .invoicePayment: ["payment_intent", "invoice"]
      case .refund, .dispute: ["charge"]
      case .balanceTransaction: ["source"]
      case .customerBalanceTransaction: ["customer", "invoice"]
      case .subscriptionItem: ["subscription"]
      case .subscription, .paymentMethod: ["customer"]
      default: []
      }
    return names.compactMap { record.reference($0) } + [record["payment"]["payment_intent"].reference].compactMap { $0 }
  }

  /// The objects whose equations a change touches.
  private func roots(_ record: Record) -> [String] {
    let direct = [record.id] + Self.parents(record)
    // A balance transaction belongs to its refund, and that one to its charge.
    return direct + direct.compactMap { records[$0] }.filter { $0.type != record.type }.flatMap(Self.parents)
  }

  private func check(_ id: String) {
    guard let record = records[id] else { return }
    switch record.type {
    case .invoice: checkInvoice(record)
    case .paymentIntent: checkIntent(record)
    case .charge: checkCharge(record)
    case .customer: checkCustomer(record)
    case .subscription: checkSubscription(record)
    case .dispute: checkDispute(record)
    default: break
    }
  }

  /// Notes what does not hold.
  func expect(_ holds: Bool, _ words: @autoclosure () -> String) {
    if !holds { problems.append(words()) }
  }

  // MARK: the balance

  /// Balance transactions = available + pending + paid out.
  func checkBalance(_ lines: [RecordReader.BalanceLine]) {
    for line in lines {
      let sum = line.sources.reduce((available: Int64(0), pending: Int64(0))) {
        ($0.available + $1.available, $0.pending + $1.pending)
      }
      let currency = line.currency
      let (moved, paid) = (earned[currency, default: 0], paidOut[currency, default: 0])
      expect(sum.available == available[currency, default: 0], "available \(currency)")
      expect(sum.pending == pending[currency, default: 0], "pending \(currency)")
      expect(moved == sum.available + sum.pending + paid, "\(currency): \(moved) moved, \(sum), \(paid) paid out")
    }
    expect(Set(earned.keys).isSubset(of: lines.map(\.currency)), "a currency without a balance")
  }
}
