import BronzeStore
import Foundation
import HTTPClient
import S3Client
import TestSupport
import Testing

/// A sandbox with a company in it, and a lake in a bucket of the tests' gateway.
struct LakeS3World: Sendable {
  let home: ProgramHome
  /// The sandbox.
  let url: String
  let prefix: String

  static func with(customers: Int, months: Int, _ body: @Sendable (LakeS3World) async throws -> Void) async throws {
    try S3Gateway.makeBucket()
    try await ProgramHome.with { home in
      let seeded = try await home.run("sandbox", "seed", "--customers", "\(customers)", "--months", "\(months)")
      try #require(seeded.status == 0, "\(seeded.stderr)")
      let started = try await home.run("sandbox", "serve", "--background", "--port", "0", "--json")
      try await body(
        LakeS3World(
          home: home, url: try #require(try started.document()["url"]?.string), prefix: "lake-\(UUID().uuidString)"))
    }
  }

  var location: String { "s3://\(S3Gateway.bucket)/\(prefix)" }
  var environment: [String: String] {
    S3Gateway.settings().merging(["LAKE_URL": location, "LOG_LEVEL": "error", "OKAPI_HOME": home.home]) { $1 }
  }

  func lake() throws -> LakeFolder {
    try LakeFolder(location: location, relativeTo: home.folder, variables: S3Gateway.settings(), scratch: home.folder)
  }

  func start(_ arguments: [String], _ settings: [String: String] = [:]) throws -> RunningBinary {
    try TestBinary.start(arguments, environment: environment.merging(settings) { $1 }, directory: home.folder)
  }

  func okapi(_ arguments: String..., settings: [String: String] = [:]) async throws -> TestBinary.Outcome {
    try await start(arguments, settings).outcome(timeout: .seconds(240))
  }

  func query(_ sql: String) async throws -> [[String?]] {
    let answer = try await okapi("lake", "query", "--json", sql)
    try #require(answer.status == 0, "\(answer.stderr)")
    return try answer.rows()
  }

  @discardableResult
  func send(_ method: String, _ path: String, _ form: String = "") throws -> JSONAny {
    let answer = try HTTPClient().send(
      .init(method, url + path, headers: [("Authorization", "Bearer sk_test_x")], body: Array(form.utf8)))
    return try JSONDecoder().decode(JSONAny.self, from: Data(answer.body))
  }

  /// The hashes of every file that is accepted in a lake.
  static func accepted(_ lake: LakeFolder) throws -> [String: String] {
    var hashes: [String: String] = [:]
    for name in try lake.names(in: "_state/manifests/_latest") {
      let bytes = try #require(try lake.read("_state/manifests/_latest/\(name)"))
      let model = try JSONDecoder().decode(JSONAny.self, from: Data(bytes))
      for file in model["files"]?.array ?? [] { hashes[file["path"]?.string ?? ""] = file["sha256"]?.string }
    }
    return hashes
  }

  func accepted() throws -> [String: String] { try Self.accepted(lake()) }

  /// Copies what lies below a folder of the lake to a folder of this machine.
  func download(_ path: String, to folder: URL) throws {
    let lake = try lake()
    for file in try lake.files(below: path) {
      let target = folder.appending(path: file.path)
      try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(try #require(try lake.read(file.path))).write(to: target)
    }
  }

  /// Holds gold against the sandbox's own books: every currency, to the minor unit; and no id is there twice.
  func expectBooks() async throws {
    let ledger = try await home.run("sandbox", "ledger", "--json").document()
    var books: [String] = []
    for money in ledger["money"]?.array ?? [] {
      let amounts = [
        money["charges"]?["amount"], money["refunds"]?["amount"], money["disputes"]?["amount"], money["fees"],
      ].map { String($0?.integer ?? -1) }
      books.append(([money["currency"]?.string ?? ""] + amounts).joined(separator: " "))
    }
    let gold = try await query(
      """
      select currency || ' ' || sum(captured_minor) || ' ' || sum(refunded_minor) || ' ' || sum(disputed_minor)
        || ' ' || coalesce(sum(fee_minor), 0)
      from gold.fct_payments group by currency order by currency
      """)
    #expect(gold.map { $0[0] } == books.sorted().map { Optional($0) })
    let counts = try #require(ledger["counts"]?.members)
    let rows = try await query(
      """
      select 'charges', count(*) filter (not is_deleted), count(*) - count(distinct charge_id) from silver.charges
      union all select 'customers', count(*) filter (not is_deleted), count(*) - count(distinct customer_id)
      from silver.customers
      union all select 'invoices', count(*) filter (not is_deleted), count(*) - count(distinct invoice_id)
      from silver.invoices
      """)
    for row in rows {
      #expect(row[1] == counts[row[0] ?? ""]?.integer.map { String($0) }, "\(row)")
      #expect(row[2] == "0", "\(row)")
    }
  }
}
