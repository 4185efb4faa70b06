import DuckDBClient
import StripeModel
import Testing

/// Which observation a row stands for, what deletions do to it, and what outlives a newer content.
@Suite struct SilverVersionTests {
  private typealias Line = SilverLab.Line
  private typealias Objects = SilverObjects
  private static let state = "name, is_deleted, deleted_at, is_placeholder, observed_at, dt"

  private func customers(_ runs: [[Line]], _ columns: String = state) async throws -> [[String?]] {
    let lab = try await SilverLab(.customer)
    for lines in runs { #expect(try await lab.run(lines) == [:]) }
    return try await lab.rows("customers", columns)
  }

  private func living(_ name: String, _ second: Int, sequence: Int = 1) -> Line {
    Line("customers", Objects.customer(name: name), at: second, sequence: sequence)
  }

  private func stub(_ second: Int) -> Line { Line("customers", Objects.stub("customer", "cus_1"), at: second) }

  private func at(_ second: Int) -> String { "2026-03-01 10:00:0\(second)+00" }

  @Test("the newest observation wins, whatever came first; an event's snapshot wins over a read of its second")
  func newest() async throws {
    let expected = [["C", "false", nil, "false", at(5), Objects.day]]
    #expect(try await customers([[living("B", 3), living("C", 5), living("A", 1)]]) == expected)
    #expect(try await customers([[living("C", 5)], [living("B", 3)]]) == expected)
    #expect(try await customers([[living("B", 5, sequence: 1), living("C", 5, sequence: 2)]]) == expected)
    #expect(try await customers([[living("C", 5, sequence: 2)], [living("B", 5, sequence: 1)]]) == expected)
  }

  @Test("a deletion keeps the content, dates from the first stub, and a newer content revives")
  func deletions() async throws {
    let deleted = [["A", "true", at(4), "false", at(3), Objects.day]]
    #expect(try await customers([[living("A", 3), stub(6), stub(4)]]) == deleted)
    #expect(try await customers([[stub(6)], [living("A", 3)], [stub(4)]]) == deleted)
    // A stub older than the content says nothing; one of its second does.
    #expect(try await customers([[living("A", 3), stub(2)]]) == [["A", "false", nil, "false", at(3), Objects.day]])
    #expect(try await customers([[living("A", 3), stub(3)]]) == [["A", "true", at(3), "false", at(3), Objects.day]])
    let revived = [["B", "false", nil, "false", at(7), Objects.day]]
    #expect(try await customers([[living("A", 3), stub(4), living("B", 7)]]) == revived)
    #expect(try await customers([[living("A", 3)], [stub(4)], [living("B", 7)]]) == revived)
    // The later of two stubs counts on when a content between them comes late.
    let between = [["B", "true", at(8), "false", at(6), Objects.day]]
    #expect(try await customers([[living("A", 3), stub(4), stub(8)], [living("B", 6)]]) == between)
  }

  @Test("a stub of what was never seen is a placeholder, which moves to its day when the content comes")
  func placeholders() async throws {
    let lone: [String?] = [nil, "true", at(4), "true", at(6), "unknown"]
    #expect(try await customers([[stub(4), stub(6)]]) == [lone])
    #expect(try await customers([[stub(6)], [stub(4)]]) == [lone])
    #expect(try await customers([[stub(4)], [living("A", 3)]]) == [["A", "true", at(4), "false", at(3), Objects.day]])
    #expect(try await customers([[stub(4)], [living("A", 5)]]) == [["A", "false", nil, "false", at(5), Objects.day]])
  }

  @Test("what Stripe only sends when asked keeps its newest value, null or absent as it may be later")
  func expandOnly() async throws {
    func line(_ second: Int, _ tax: String) -> Line {
      Line("customers", Objects.customer(more: tax), at: second)
    }
    let columns = "cash_balance, observed_at"
    let old = line(1, #","cash_balance":{"eur":1}"#)
    let middle = line(3, #","cash_balance":{"eur":3}"#)
    for silent in [line(5, ""), line(5, #","cash_balance":null"#)] {
      #expect(try await customers([[old], [silent]], columns) == [[#"{"eur":1}"#, at(5)]])
      // The version of the value decides, not that of the row.
      #expect(try await customers([[old], [silent], [middle]], columns) == [[#"{"eur":3}"#, at(5)]])
      #expect(try await customers([[middle], [silent], [old]], columns) == [[#"{"eur":3}"#, at(5)]])
    }
  }

  @Test("what was written after an instant does not exist as of it")
  func asOf() async throws {
    let lab = try await SilverLab(.customer)
    try await lab.run([living("A", 1), living("B", 5)], asOf: at(4))
    #expect(try await lab.rows("customers", "name") == [["A"]])
  }
}
