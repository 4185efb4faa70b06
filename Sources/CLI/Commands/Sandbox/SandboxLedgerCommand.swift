import CommandLineKit
import Foundation
import PlatformCore
import Sandbox
import SandboxServer
import StripeModel

/// `okapi sandbox ledger`: what the books of a sandbox are.
struct SandboxLedgerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Prints the truth about a sandbox: counts, money, recurring revenue, disputes.",
    discussion: """
      Every number is counted out of the stored objects, none is read from a running total. The equations of the books
      are checked too (an invoice is its lines less its discounts, a balance is its transactions, …); the exit status
      is 1 when one does not hold.

      EXAMPLES:
        okapi sandbox ledger
        okapi sandbox ledger --json
        okapi sandbox ledger --data ./ci-sandbox --json
      """)

  @OptionGroup(title: "Store") var store: SandboxStoreOptions
  @OptionGroup(title: "Common options") var global: GlobalOptions

  func run() async throws {
    try await global.withRuntime("sandbox ledger", announcing: .none) { runtime in
      let ledger = try await SandboxLedger.read(store.folder(runtime.settings))
      if runtime.wantsJSON {
        try Terminal.printResult(String(decoding: JSONWriter.bytes(ledger, pretty: true), as: UTF8.self))
      } else {
        try Terminal.printResult(SandboxLedger.text(ledger))
      }
      return (ledger["problems"].array ?? []).isEmpty ? .done : .differences
    }
  }
}

/// A ledger, from the running sandbox or from the store itself, and as people read it.
enum SandboxLedger {
  static func read(_ folder: SandboxFolder) async throws -> JSON {
    try await blocking {
      if let running = RunningSandbox.find(inFolder: folder.url) { return try running.get("/_okapi/ledger") }
      return try folder.withStore(creating: false) { store in
        let now = Int64(Date().timeIntervalSince1970)
        return .object(try store.read { try Ledger.json($0, at: now) })
      }
    }
  }

  static func text(_ ledger: JSON) -> String {
    var sections = [counts(ledger), money(ledger)]
    if let revenue = revenue(ledger) { sections.append(revenue) }
    let open = ledger["open_disputes"].array?.count ?? 0
    let problems = ledger["problems"].array ?? []
    var last = "open disputes: \(open)\n"
    last += problems.isEmpty ? "the books add up" : "the books do not add up:"
    for problem in problems.prefix(20) {
      let numbers = [problem["expected"].integer ?? 0, problem["found"].integer ?? 0]
      last += "\n  \(problem["rule"].string ?? "") \(problem["id"].string ?? ""): "
      last += "expected \(numbers[0]), found \(numbers[1])"
    }
    return (sections + [last]).joined(separator: "\n\n")
  }

  private static func counts(_ ledger: JSON) -> String {
    var table = TextTable(["resource", "objects"])
    for member in ledger["counts"].object?.members ?? [] where (member.value.integer ?? 0) > 0 {
      table.add([.text(member.name), .number(Int(member.value.integer ?? 0))])
    }
    return table.rendered
  }

  private static func money(_ ledger: JSON) -> String {
    var table = TextTable([
      "currency", "charges", "refunds", "disputes", "fees", "net", "paid out", "available", "pending",
    ])
    for entry in ledger["money"].array ?? [] {
      let currency = entry["currency"].string ?? ""
      func cell(_ value: JSON) -> TextTable.Cell {
        .figure(CurrencyExponent.format(minorUnits: value.integer ?? 0, currency: currency))
      }
      table.add([
        .text(currency), cell(entry["charges"]["amount"]), cell(entry["refunds"]["amount"]),
        cell(entry["disputes"]["amount"]), cell(entry["fees"]), cell(entry["net"]), cell(entry["payouts"]),
        cell(entry["available"]), cell(entry["pending"]),
      ])
    }
    return table.rendered
  }

  /// The last month's recurring revenue; all months are in the JSON.
  private static func revenue(_ ledger: JSON) -> String? {
    let months = ledger["mrr"].array ?? []
    guard let last = months.last?["month"].string else { return nil }
    var table = TextTable(["MRR \(last)", "per month", "subscriptions"])
    for month in months where month["month"].string == last {
      let currency = month["currency"].string ?? ""
      table.add([
        .text(currency), .figure(CurrencyExponent.format(minorUnits: month["mrr"].integer ?? 0, currency: currency)),
        .number(Int(month["subscriptions"].integer ?? 0)),
      ])
    }
    return table.rendered
  }
}
