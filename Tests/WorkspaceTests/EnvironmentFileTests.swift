import PlatformCore
import Testing

@testable import Workspace

@Suite("Settings files")
struct EnvironmentFileTests {
  @Test(
    "a line gives a key and a value",
    arguments: [
      ("KEY=value", "value"), ("KEY = value ", "value"), ("  KEY=value", "value"), ("export KEY=value", "value"),
      ("export  KEY=value", "value"), ("KEY=", ""), ("KEY=# nothing", ""), ("KEY=value # comment", "value"),
      ("KEY=pass#word", "pass#word"), ("KEY=a=b=c", "a=b=c"), ("KEY=\"a b\"", "a b"), ("KEY='a b' # comment", "a b"),
      ("KEY=\"a # b\"", "a # b"), ("KEY='it''", nil), ("KEY=\"say \\\"hi\\\"\\n\"", "say \"hi\"\n"),
      ("KEY='no \\n escape'", "no \\n escape"), ("KEY=\"\"", ""), ("KEY=it's", "it's"), ("KEY=ü€", "ü€"),
      ("KEY=two words", "two words"), ("KEY=value\r", "value"),
    ])
  func values(_ line: String, _ value: String?) throws {
    guard let value else {
      #expect(throws: PlatformError.self) { try EnvironmentFile(line, name: ".env.dev") }
      return
    }
    let file = try EnvironmentFile(line, name: ".env.dev")
    #expect(file.entries == [.init(key: "KEY", value: value, line: 1)])
  }

  @Test("blank lines and comments count as lines")
  func lines() throws {
    let file = try EnvironmentFile("\u{FEFF}# head\r\n\r\nA=1\r\n  # more\nB=2\n", name: "f")
    #expect(file.entries.map(\.key) == ["A", "B"])
    #expect(file.entries.map(\.line) == [3, 5])
    #expect(try EnvironmentFile("", name: "f").entries.isEmpty)
  }

  @Test(
    "a bad line is named by file, line and reason, and never shown",
    arguments: [
      ("secretvalue", "there is no '='"), ("=secretvalue", "there is no name before '='"),
      ("SECRET KEY=x", "the name before '=' may hold letters, digits and '_' only"),
      ("1SECRET=x", "the name before '=' may hold letters, digits and '_' only"),
      ("KEY=\"secretvalue", "the closing quote is missing"), ("KEY='secretvalue", "the closing quote is missing"),
      ("KEY=\"secret\" value", "there is more after the closing quote"),
      ("export secretvalue", "there is no '='"),
    ])
  func damage(_ line: String, _ reason: String) throws {
    let error = #expect(throws: PlatformError.self) {
      try EnvironmentFile("A=1\n\n\(line)\nB=2", name: ".env.prod")
    }
    let rendered = try #require(error).rendered
    #expect(
      rendered == """
        error: A line of the settings file cannot be read
        cause: \(reason)
        where: file .env.prod, line 3
        next:  write it as KEY=VALUE; # starts a comment
        """)
    #expect(error?.status == .configuration)
    #expect(!rendered.contains("secret"))
  }
}
