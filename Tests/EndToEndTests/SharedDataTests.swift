import Foundation
import TestSupport
import Testing

/// Real exports, official fixtures and recorded answers, which are not part of the repository: `make test-shared`.
@Suite(.serialized) struct SharedDataTests {
  /// Files of Stripe's objects, by the word in their `object`.
  private static let tables = [
    "customer": "customers", "payment_method": "payment_methods", "product": "products", "price": "prices",
    "subscription": "subscriptions", "subscription_item": "subscription_items", "invoice": "invoices",
    "line_item": "invoice_line_items", "invoice_payment": "invoice_payments", "payment_intent": "payment_intents",
    "charge": "charges", "refund": "refunds", "dispute": "disputes", "balance_transaction": "balance_transactions",
  ]

  /// `<shared>/stripe/<name>`; missing data is a failure, never a reason to skip.
  private static func shared(_ name: String) throws -> String {
    let root = try #require(ProcessInfo.processInfo.environment["OKAPI_SHARED"], "run `make test-shared SHARED=…`")
    let path = "\(root)/stripe/\(name)"
    try #require(FileManager.default.fileExists(atPath: path), "\(path) is not there")
    return path
  }

  private static func json(_ path: String) throws -> JSONAny {
    try JSONDecoder().decode(JSONAny.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test("the real dump loads without a reject, equals its files, and a changed cent is found and repaired")
  func sandboxDump() async throws {
    let dump = try Self.shared("sandbox-dump")
    try await LoadedSource.empty { source in
      let load = ["ingest", "--source", "json", "--json-dir", dump, "--json"]
      let verify = ["verify", "--source", "json", "--json-dir", dump, "--json"]
      let first = try await source.run(load)
      #expect(first.status == 0, "\(first.stderr)")
      let report = try first.document()
      #expect(report["rejects"]?.array?.isEmpty == true && report["incomplete"]?.array?.isEmpty == true)
      let placeholders = (report["resources"]?.array ?? []).filter { $0["placeholders"]?.integer != 0 }
      #expect(placeholders.map { $0["resource"]?.string } == ["balance_transactions"])
      #expect(placeholders.first?["placeholders"]?.integer == 3)

      let second = try await source.run(load)
      #expect(second.status == 0)
      #expect(try second.document()["changed_rows"]?.integer == 0)
      for resource in try second.document()["resources"]?.array ?? [] {
        for count in ["inserted", "updated", "deleted"] {
          #expect(resource[count]?.integer == 0, "\(resource["resource"]?.string ?? ""): \(count)")
        }
      }
      #expect(try await source.run(verify).status == 0)

      let id = try #require(try await source.cell("select min(id) from charges"))
      let change = "update charges set amount = amount + 1 where id = '\(id)'"
      #expect(try await source.run("db", "query", "--write", change).status == 0)
      let differing = try await source.run(verify)
      #expect(differing.status == 1, "\(differing.stderr)")
      let findings = (try differing.document()["resources"]?.array ?? []).flatMap { $0["findings"]?.array ?? [] }
      #expect(findings.contains { $0["id"]?.string == id && $0["field"]?.string == "amount" })
      #expect(try await source.run(verify + ["--repair"]).status == 0)
      #expect(try await source.run(verify).status == 0)
    }
  }

  @Test("every declared object of the official fixtures loads")
  func officialFixtures() async throws {
    let fixtures = try Self.json(try Self.shared("fixtures/fixtures3.json"))["resources"]?.members ?? [:]
    var byMode: [Bool: [Found]] = [:]
    for (object, table) in Self.tables {
      let fixture = try #require(fixtures[object], "no fixture of a \(object)")
      // Made up object by object: one of them is of the live mode, which never mixes with test data.
      byMode[fixture["livemode"] == .boolean(true), default: []].append(Found(table: table, id: "", value: fixture))
    }
    for (_, objects) in byMode {
      try await LoadedSource.empty { source in
        let export = source.folder.url.appendingPathComponent("export")
        try Self.write(objects, to: export)
        let run = try await source.run("ingest", "--source", "json", "--json-dir", export.path, "--json")
        try Self.expectNothingLost(run, "fixtures")
        let read = (try run.document()["resources"]?.array ?? []).filter { $0["files"]?.integer == 1 }
        #expect(read.count == objects.count && read.allSatisfy { $0["read"]?.integer ?? 0 >= 1 })
        #expect(try await source.run("verify", "--source", "json", "--json-dir", export.path).status == run.status)
      }
    }
  }

  @Test("every object in recorded answers loads, in each of the shapes it was seen in")
  func recorded() async throws {
    let folder = try Self.shared("recorded")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
    #expect(names.count > 15)
    var loaded = 0
    for name in names {
      var found: [Bool: [Found]] = [:]
      Self.collect(try Self.json("\(folder)/\(name)"), isLive: false, into: &found)
      for (_, objects) in found {
        loaded += objects.count
        try await LoadedSource.empty { source in
          // An object is recorded again and again as it moves: each time is an export of its own.
          for (round, objects) in Self.rounds(objects).enumerated() {
            let export = source.folder.url.appendingPathComponent("round-\(round)")
            try Self.write(objects, to: export)
            let run = try await source.run(
              "ingest", "--source", "json", "--json-dir", export.path, "--json",
              "--exported-at", "2026-01-01T00:00:\(round < 10 ? "0" : "")\(round)Z")
            try Self.expectNothingLost(run, "\(name), round \(round)")
          }
        }
      }
    }
    #expect(loaded > 150)
  }

  private static func expectNothingLost(_ run: TestBinary.Outcome, _ place: String) throws {
    // 65 is right where a recorded list was cut short (`has_more`).
    #expect([0, 65].contains(run.status), "\(place): \(run.stderr)")
    let report = try run.document()
    #expect(report["rejects"] == .array([]), "\(place)")
    #expect(report["failed_files"] == .object([:]), "\(place)")
  }

  private struct Found {
    let table: String
    let id: String
    let value: JSONAny
  }

  /// Every whole object of a declared kind, wherever it stands; what the recording cut says so (`_trimmed`).
  private static func collect(_ value: JSONAny, isLive: Bool, into found: inout [Bool: [Found]]) {
    for element in value.array ?? [] { collect(element, isLive: isLive, into: &found) }
    guard let members = value.members else { return }
    let isLive = members["livemode"].map { $0 == .boolean(true) } ?? isLive
    if let table = members["object"]?.string.flatMap({ tables[$0] }), let id = members["id"]?.string,
      members["_trimmed"] == nil
    {
      found[isLive, default: []].append(Found(table: table, id: id, value: value))
    }
    for (_, member) in members.sorted(by: { $0.key < $1.key }) { collect(member, isLive: isLive, into: &found) }
  }

  /// The first time each object is seen, then the second, and so on.
  private static func rounds(_ objects: [Found]) -> [[Found]] {
    var times: [String: Int] = [:]
    var rounds: [[Found]] = []
    for object in objects {
      let time = times["\(object.table) \(object.id)", default: 0]
      times["\(object.table) \(object.id)"] = time + 1
      if time == rounds.count { rounds.append([]) }
      rounds[time].append(object)
    }
    return rounds
  }

  private static func write(_ objects: [Found], to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (table, objects) in Dictionary(grouping: objects, by: \.table) {
      let lines = try objects.map { String(decoding: try JSONEncoder().encode($0.value), as: UTF8.self) }
      try Data((lines.joined(separator: "\n") + "\n").utf8)
        .write(to: folder.appendingPathComponent("\(table).jsonl"))
    }
  }
}
