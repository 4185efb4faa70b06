import Foundation
import PlatformCore
import StripeModel
import TestSupport
import Testing

/// One bronze, two homes: PostgreSQL and silver hold the same, and what differs is named.
@Suite("Tables and silver") struct CrossCheckProgramTests {
  private struct Report: Decodable {
    struct Table: Decodable {
      struct Finding: Decodable {
        let kind: String
        let id: String
        let field: String?
        let postgres: String?
        let lake: String?
      }
      let table: String
      let postgres: Int
      let lake: Int
      let equal: Int
      let counts: [String: Int]
      let findings: [Finding]
    }
    let equal: Bool
    let tables: [Table]

    subscript(_ name: String) -> Table? { tables.first { $0.table == name } }
    var kinds: Set<String> { Set(tables.flatMap(\.counts.keys)) }
    var findings: String { tables.flatMap { one in one.findings.map { "\(one.table) \($0)" } }.joined(separator: "\n") }
  }

  private func verify(_ program: SyncProgram, status: Int32) async throws -> Report {
    let outcome = try await program.run(["verify", "--source", "lake", "--json", "--log-level", "error"])
    let report = try JSONDecoder().decode(Report.self, from: Data(outcome.stdout.utf8))
    #expect(outcome.status == status, "\(report.findings) \(outcome.stderr)")
    return report
  }

  private func run(_ program: SyncProgram, _ arguments: String...) async throws {
    let outcome = try await program.run(arguments + ["--log-level", "error"])
    #expect(outcome.status == 0, "\(outcome.stdout.suffix(2000)) \(outcome.stderr.suffix(2000))")
  }

  @Test("the same rows in both, also after changes and from bronze alone; who is behind, and what is wrong, is named")
  func agreement() async throws {
    try await SyncLab.run { lab in
      try await lab.seed(customers: 25, months: 3)
      let program = SyncProgram(lab, kills: 0)
      try await program.sync()
      try await run(program, "lake", "run")
      let first = try await verify(program, status: 0)
      #expect(first.equal && first.tables.count > 15)
      let charges = try #require(first["charges"])
      #expect(charges.equal == charges.postgres && charges.equal == charges.lake)
      #expect(String(charges.equal) == (try await lab.value("select count(*) from {s}.charges")))

      var random = RandomChanges(lab, seed: 31)
      try await random.make(150)
      try lab.standStill(true)
      try await program.sync()
      let behind = try await verify(program, status: 1)
      #expect(
        !behind.equal && behind.kinds.isSubset(of: ["newer_in_postgres", "missing_in_lake"]), "\(behind.findings)")
      try await run(program, "lake", "run")
      #expect(try await verify(program, status: 0).equal)

      let id = try #require(try await lab.value("select min(id) from {s}.charges"))
      try await lab.execute("update {s}.charges set amount = amount + 1 where id = '\(id)'")
      let wrong = try await verify(program, status: 1)
      #expect(wrong.kinds == ["differs"])
      let finding = try #require(wrong["charges"]?.findings.first)
      #expect(wrong["charges"]?.findings.count == 1 && finding.id == id && finding.field == "amount")
      #expect(finding.postgres.flatMap { Int($0) } == finding.lake.flatMap { Int($0) }.map { $0 + 1 })

      // An empty database, filled from bronze and nothing else.
      let tables = ResourceName.allCases.map(\.definition.table) + ["_bronze_parts", "_coverage"]
      try await lab.execute("truncate \(tables.map { "{s}.\($0)" }.joined(separator: ", "))")
      try await run(program, "ingest", "--source", "bronze")
      #expect(try await verify(program, status: 0).equal)
      try await run(program, "verify", "--source", "api")
    }
  }
}
