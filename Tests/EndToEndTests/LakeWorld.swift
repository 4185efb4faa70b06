import Foundation
import HTTPClient
import TestSupport
import Testing

/// A sandbox with a company in it, and a lake beside it.
struct LakeWorld {
  let home: ProgramHome
  let url: String
  var lake: URL { home.folder.appending(path: "lake") }

  static func with(customers: Int, months: Int, _ body: @Sendable (LakeWorld) async throws -> Void) async throws {
    try await ProgramHome.with { home in
      let size = ["--customers", String(customers), "--months", String(months)]
      let seeded = try await home.run("sandbox", "seed", size[0], size[1], size[2], size[3])
      try #require(seeded.status == 0, "\(seeded.stderr)")
      let started = try await home.run("sandbox", "serve", "--background", "--port", "0", "--json")
      try await body(LakeWorld(home: home, url: try #require(try started.document()["url"]?.string)))
    }
  }

  func lake(_ arguments: String...) async throws -> TestBinary.Outcome { try await lake(arguments) }

  func lake(_ arguments: [String]) async throws -> TestBinary.Outcome { try await start(arguments).outcome() }

  func start(_ arguments: [String], of folder: String? = nil) throws -> RunningBinary {
    try TestBinary.start(
      ["lake"] + arguments,
      environment: ["LAKE_URL": folder ?? lake.path, "LOG_LEVEL": "error", "OKAPI_HOME": home.home],
      directory: home.folder)
  }

  func query(_ sql: String, of folder: String? = nil) async throws -> [[String?]] {
    let answer = try await start(["query", "--json", sql], of: folder).outcome()
    try #require(answer.status == 0, "\(answer.stderr)")
    return try answer.rows()
  }

  @discardableResult
  func send(_ method: String, _ path: String, _ form: String = "") throws -> JSONAny {
    let answer = try HTTPClient().send(
      .init(method, url + path, headers: [("Authorization", "Bearer sk_test_x")], body: Array(form.utf8)))
    return try JSONDecoder().decode(JSONAny.self, from: Data(answer.body))
  }

  /// Every accepted file of silver and gold with the hash of its bytes; without a folder of the lake there is.
  func accepted(of lake: String? = nil) throws -> [String: String] {
    var hashes: [String: String] = [:]
    let folder = URL(filePath: lake ?? self.lake.path).appending(path: "_state/manifests/_latest")
    // A run that was killed may have left a part of one beside them.
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".json") {
      let model = try JSONDecoder().decode(JSONAny.self, from: Data(contentsOf: folder.appending(path: name)))
      for file in model["files"]?.array ?? [] { hashes[file["path"]?.string ?? ""] = file["sha256"]?.string }
    }
    return hashes
  }

  func files(_ entity: String, _ layer: String = "bronze") throws -> [URL] {
    let folder = lake.appending(path: "\(layer)/source=stripe/entity=\(entity)")
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
    return (found ?? []).filter { !$0.hasDirectoryPath }.sorted { $0.path < $1.path }
  }

  /// Holds gold against the sandbox's own books: every currency, to the minor unit, and every id once.
  func expectBooks() async throws { #expect(try await figures() == books()) }

  /// What the sandbox's own books say now: of every currency the money, and how many objects there are.
  func books() async throws -> [String] {
    let ledger = try await home.run("sandbox", "ledger", "--json").document()
    var lines: [String] = []
    for money in ledger["money"]?.array ?? [] {
      let amounts = [
        money["charges"]?["amount"], money["refunds"]?["amount"], money["disputes"]?["amount"], money["fees"],
      ].map { String($0?.integer ?? -1) }
      lines.append(([money["currency"]?.string ?? ""] + amounts).joined(separator: " "))
    }
    let counts = try #require(ledger["counts"]?.members)
    return try lines.sorted()
      + Self.counted.map { object, table in
        "\(table) \(try #require(counts[object]?.integer)), each once"
      }
  }

  /// The same of a lake's gold and silver; without a folder of the lake there is.
  func figures(of folder: String? = nil) async throws -> [String] {
    let counts = Self.counted.enumerated().map { place, counted in
      """
      union all select \(place + 1), '\(counted.table) ' || count(*) filter (not is_deleted)
        || case when count(*) = count(distinct \(counted.table.dropLast())_id) then ', each once'
          else ', some twice' end
      from silver.\(counted.table)
      """
    }
    let lines = try await query(
      """
      select line from (
        select 0 as place, currency || ' ' || sum(captured_minor) || ' ' || sum(refunded_minor) || ' '
          || sum(disputed_minor) || ' ' || coalesce(sum(fee_minor), 0) as line
        from gold.fct_payments group by currency
        \(counts.joined(separator: "\n  "))
      ) order by place, line
      """, of: folder)
    return lines.map { $0[0] ?? "" }
  }

  private static let counted: [(object: String, table: String)] = [
    ("charges", "charges"), ("customers", "customers"), ("invoices", "invoices"), ("invoiceitems", "invoice_items"),
    ("invoice_line_items", "invoice_line_items"), ("balance_transactions", "balance_transactions"),
  ]
}
