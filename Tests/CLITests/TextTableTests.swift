import Testing

@testable import CLI

@Suite("Tables")
struct TextTableTests {
  @Test("words stand left, numbers right with thousands separators")
  func alignment() {
    var table = TextTable(["resource", "read", "seconds"])
    table.add("charges", 1_234_567, .figure("12.5"))
    table.add("invoices", 12, .empty)
    let expected = """
      resource       read  seconds
      --------  ---------  -------
      charges   1,234,567     12.5
      invoices         12
      """
    #expect(table.rendered == expected)
  }

  @Test("rows are filled up and cut to the headings")
  func lengths() {
    var table = TextTable(["a", "b"])
    table.add("x")
    table.add("y", "z", "lost")
    #expect(table.rendered == "a  b\n-  -\nx\ny  z")
    #expect(!table.isEmpty)
    #expect(TextTable(["a", "b"]).rendered == "a  b\n-  -")
    #expect(TextTable(["a"]).isEmpty)
  }

  @Test("a column with a word in it is not numeric")
  func mixed() {
    var table = TextTable(["value"])
    table.add(1)
    table.add("unknown")
    #expect(table.rendered == "value\n-------\n1\nunknown")
  }

  @Test("control characters cannot steer the terminal, wide letters take two columns")
  func safety() {
    var table = TextTable(["name", "x"])
    table.add("a\u{1B}[2Jb\n", "1")
    table.add("日本", "2")
    #expect(table.rendered == "name           x\n-------------  -\na\\u{1B}[2Jb\\n  1\n日本           2")
  }

  @Test("a wide cell is cut")
  func cut() {
    var table = TextTable(["name"], widestColumn: 6)
    table.add("abcdefghij")
    table.add("abcdef")
    #expect(table.rendered == "name\n------\nabcde…\nabcdef")
  }

  @Test(
    "numbers are grouped by thousands",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (-1000, "-1,000"), (-999, "-999"), (123_456_789, "123,456,789"),
    ])
  func thousands(_ number: Int, _ text: String) {
    #expect(grouped(number) == text)
  }

  @Test("the smallest number has no positive twin")
  func smallest() {
    #expect(grouped(Int64.min) == "-9,223,372,036,854,775,808")
  }

  @Test(
    "bytes in decimal units",
    arguments: [(0.0, "0 B"), (999.0, "999 B"), (1000.0, "1.0 kB"), (4_250_000.0, "4.3 MB"), (3e12, "3.0 TB")])
  func bytes(_ bytes: Double, _ text: String) {
    #expect(byteText(bytes) == text)
  }

  @Test("times as a clock", arguments: [(0.0, "0:00"), (65.4, "1:05"), (7384.0, "2:03:04"), (-3.0, "0:00")])
  func clock(_ seconds: Double, _ text: String) {
    #expect(clockText(seconds) == text)
  }
}
