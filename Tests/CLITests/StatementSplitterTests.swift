import Foundation
import Testing

@testable import CLI

/// Where a statement ends.
@Suite("Statement splitter") struct StatementSplitterTests {
  private func split(_ lines: String...) -> (ended: [String], left: String?) {
    var statements = StatementSplitter()
    let ended = lines.flatMap { statements.add($0) }
    return (ended.map(trimmed), statements.finish().map(trimmed))
  }

  private func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

  @Test("several of a line, one of several lines, and what no semicolon ends")
  func lines() {
    #expect(split("select 1; select", "2;", "select 3") == (["select 1", "select\n2"], "select 3"))
    #expect(split("select 1;") == (["select 1"], nil))
  }

  @Test(
    "a semicolon inside something ends nothing",
    arguments: [
      "select ';'", "select 'it''s; so'", #"select ";" from x"#, "select 1 /* a; b */", "select 1 -- a; b\n, 2",
      "select $$;$$", "select $a$ ; $$ ; $a$",
    ])
  func quoted(_ statement: String) {
    var statements = StatementSplitter()
    let ended = (statement + ";").split(separator: "\n").flatMap { statements.add(String($0)) }
    #expect(ended == [statement])
    #expect(!statements.isWithinStatement)
  }

  @Test("a text and a comment that go on hold the statement open; blanks and comments alone are none")
  func open() {
    #expect(split("select 'a;", "b';") == (["select 'a;\nb'"], nil))
    #expect(split("/* a;", "b */ select 1;") == (["/* a;\nb */ select 1"], nil))
    #expect(split(";;", " -- nothing;", "/* ; */ ;") == ([], nil))
  }
}
