import Testing

@testable import CLI

/// Lines of names, and tables without what says nothing.
@Suite("Short reports") struct ShortListTests {
  @Test("names stand on one line of at most 100 columns, and what does not fit is counted")
  func names() {
    #expect(shortList("empty: ", ["a", "b"]) == "empty: a, b")
    #expect(shortList("empty: ", ["a"]) == "empty: a")
    let many = (1...40).map { "resource_\($0)" }
    let line = shortList("not offered here: ", many)
    #expect(line.count <= 100 && line.count > 85)
    #expect(line.hasPrefix("not offered here: resource_1, ") && line.hasSuffix(" more (--json names them)"))
    let shown = line.split(separator: ",").count
    #expect(line.contains(" and \(40 - shown) more"))
    // A name is never left out altogether.
    #expect(shortList("x: ", [String(repeating: "n", count: 200), "b"]).contains("nnn and 1 more"))
  }

  @Test("a long sentence is set on several lines, a short one is left alone")
  func sentences() {
    #expect(wrapped("charges: refused") == "charges: refused")
    let lines = wrapped("charges: " + Array(repeating: "permission", count: 30).joined(separator: " ")).split(
      separator: "\n")
    #expect(
      lines.count == 4 && lines.allSatisfy { $0.count <= 100 } && lines.dropFirst().allSatisfy { $0.hasPrefix("  p") })
    #expect(wrapped(String(repeating: "x", count: 300)).count == 300)
  }

  @Test("columns in which nothing happened are left out, the first one never")
  func idleColumns() {
    var table = TextTable(["name", "read", "rejected", "reason", "seconds"])
    table.add("a", 0, 0, .text(nil), .figure("0.0"))
    table.add("b", 3, 0, "", .figure("0.0"))
    #expect(
      table.withoutIdleColumns.rendered == """
        name  read  seconds
        ----  ----  -------
        a        0      0.0
        b        3      0.0
        """)
  }
}
