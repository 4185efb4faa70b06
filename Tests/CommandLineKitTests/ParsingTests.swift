import CommandLineKit
import Testing

@Suite("Parsing")
struct ParsingTests {
  private func add(_ line: String, environment: [String: String] = [:]) throws -> AddCommand {
    let words = line.split(separator: " ").map(String.init)
    return try #require(try Math.parseAsRoot(["add"] + words, environment: environment) as? AddCommand)
  }

  private func multiply(_ words: [String]) throws -> Multiply {
    try #require(try Math.parseAsRoot(["multiply"] + words) as? Multiply)
  }

  @Test("positionals are collected in order, options may stand anywhere")
  func positionals() throws {
    let command = try add("1 --limit 9 2 -x 3")
    #expect(command.values == [1, 2, 3])
    #expect(command.shared.limit == 9)
    #expect(command.shared.hexOutput)
  }

  @Test("nothing given leaves the defaults")
  func defaults() throws {
    let command = try add("")
    #expect(command.values.isEmpty)
    #expect(command.shared.limit == nil)
    #expect(!command.shared.hexOutput)
    #expect(try multiply(["-f", "1", "1"]).title == "product")
  }

  @Test(
    "a value may be attached or follow, negative numbers are values",
    arguments: [
      (["-f", "3", "2"], [3]), (["-f3", "2"], [3]), (["-f=3", "2"], [3]), (["--factor", "3", "2"], [3]),
      (["--factor=3", "2"], [3]), (["-f", "-3", "2"], [-3]), (["-f", "3", "2", "--factor=4"], [3, 4]),
      (["-vf3", "2"], [3]),
    ])
  func attached(_ words: [String], _ expected: [Int]) throws {
    let command = try multiply(words)
    #expect(command.factor == expected)
    #expect(command.first == 2)
    #expect(command.second == nil)
  }

  @Test("an attached value keeps its equals signs")
  func equals() throws {
    #expect(try multiply(["-f1", "--label=a=b=", "2"]).title == "a=b=")
  }

  @Test("a single option takes its last value")
  func last() throws {
    #expect(try add("--limit 1 --limit 2").shared.limit == 2)
  }

  @Test("flags are counted")
  func counted() throws {
    #expect(try multiply(["-f1", "-vv", "2", "-v"]).verbosity == 3)
    #expect(try multiply(["-f1", "2"]).verbosity == 0)
  }

  @Test("everything after -- is positional; a negative number is one anyway")
  func terminator() throws {
    let command = try #require(
      try Math.parseAsRoot(["stats", "quantiles", "--column", "c", "--", "--column"]) as? Quantiles)
    #expect(command.file == "--column")
    #expect(command.column == "c")
    #expect(try add("-1 -- -2").values == [-1, -2])
  }

  @Test("a lone dash is a value")
  func dash() throws {
    let command = try #require(try Math.parseAsRoot(["stats", "quantiles", "--column", "-", "-"]) as? Quantiles)
    #expect(command.file == "-")
    #expect(command.column == "-")
  }

  @Test("the environment stands in for a missing option, and only for that")
  func environment() throws {
    #expect(try add("", environment: ["MATH_LIMIT": "7"]).shared.limit == 7)
    #expect(try add("--limit 8", environment: ["MATH_LIMIT": "7"]).shared.limit == 8)
    #expect(try add("", environment: ["MATH_LIMIT": ""]).shared.limit == nil)
    let command = try Math.parseAsRoot(["stats", "quantiles", "f"], environment: ["COLUMN": "c"])
    #expect((command as? Quantiles)?.column == "c")
  }

  @Test("help is not looked for behind the terminator")
  func helpBehindTerminator() throws {
    let command = try Math.parseAsRoot(["stats", "quantiles", "--column", "c", "--", "--help"])
    #expect((command as? Quantiles)?.file == "--help")
  }

  @Test("two parses do not share values")
  func independence() throws {
    let first = try add("--limit 1 1")
    let second = try add("--limit 2 2 2")
    #expect(first.values == [1] && second.values == [2, 2])
    #expect(first.shared.limit == 1 && second.shared.limit == 2)
  }

  @Test("an awaiting command runs through the existential")
  func asynchronous() async throws {
    var command = try #require(try Math.parseAsRoot(["multiply", "-f2", "-f3", "7"]) as? any AsyncParsableCommand)
    await #expect(throws: ExitCode(42)) { try await command.run() }
  }

  @Test("names are derived from types and properties")
  func names() {
    #expect(AddCommand.commandName == "add")
    #expect(Multiply.commandName == "multiply")
  }
}
