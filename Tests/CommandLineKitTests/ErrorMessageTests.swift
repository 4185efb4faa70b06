import CommandLineKit
import Testing

@Suite("Error messages")
struct ErrorMessageTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let message: String
    var command = "math add"
    var environment: [String: String] = [:]
    var testDescription: String { "math " + line }
  }

  static let cases: [Case] = [
    Case(line: "ad", message: "Unknown subcommand 'ad'. Did you mean 'add'?", command: "math"),
    Case(line: "help mutliply", message: "Unknown subcommand 'mutliply'. Did you mean 'multiply'?", command: "math"),
    Case(
      line: "zebra", message: "Unknown subcommand 'zebra'. Known subcommands: add, multiply, stats", command: "math"),
    Case(line: "help add zebra", message: "Unexpected argument 'zebra'", command: "math add"),
    Case(
      line: "--limit 3 add", message: "Unknown option '--limit'. Options follow a subcommand: add, multiply, stats",
      command: "math"),
    Case(
      line: "stats medium", message: "Unknown subcommand 'medium'. Known subcommands: average", command: "math stats"),
    Case(line: "add one", message: "The value 'one' is invalid for '<values>'. Expected a whole number"),
    Case(
      line: "add 99999999999999999999",
      message: "The value '99999999999999999999' is invalid for '<values>'. Expected a whole number"),
    Case(line: "add --limmit 3", message: "Unknown option '--limmit'. Did you mean '--limit'?"),
    Case(line: "add --limmit=3", message: "Unknown option '--limmit'. Did you mean '--limit'?"),
    Case(line: "add -limit 3", message: "Unknown option '-limit'. Did you mean '--limit'?"),
    Case(line: "add --zebra", message: "Unknown option '--zebra'"),
    Case(line: "add -z", message: "Unknown option '-z'"),
    Case(line: "add -xz", message: "Unknown option '-z'"),
    Case(line: "add --hepl", message: "Unknown option '--hepl'. Did you mean '--help'?"),
    Case(line: "add --limit", message: "Missing value for '--limit <limit>'"),
    Case(line: "add --limit -x", message: "Missing value for '--limit <limit>'"),
    Case(line: "add --limit=", message: "The value '' is invalid for '--limit <limit>'. Expected a whole number"),
    Case(line: "add --limit=-1 2", message: "--limit must not be negative"),
    Case(line: "add --hex-output=yes", message: "The option '--hex-output' does not take a value, but 'yes' was given"),
    Case(line: "add -x=yes", message: "The option '-x' does not take a value, but 'yes' was given"),
    Case(
      line: "add",
      message:
        "The value 'lots' is invalid for '--limit <limit>' (from the environment variable MATH_LIMIT). "
        + "Expected a whole number",
      environment: ["MATH_LIMIT": "lots"]),
    Case(line: "multiply 2", message: "Missing expected argument '--factor <number>'", command: "math multiply"),
    Case(line: "multiply -f 2", message: "Missing expected argument '<first>'", command: "math multiply"),
    Case(line: "multiply -f", message: "Missing value for '-f <number>'", command: "math multiply"),
    Case(
      line: "multiply -f two 1", message: "The value 'two' is invalid for '-f <number>'. Expected a whole number",
      command: "math multiply"),
    Case(line: "multiply -f 2 1 2 3", message: "Unexpected argument '3'", command: "math multiply"),
    Case(line: "multiply -f 2 1 2 3 4", message: "2 unexpected arguments: '3', '4'", command: "math multiply"),
    Case(
      line: "stats average --kind medain",
      message:
        "The value 'medain' is invalid for '--kind <kind>'. Known values: mean, median, mode. Did you mean 'median'?",
      command: "math stats average"),
    Case(
      line: "stats average --kind sum",
      message: "The value 'sum' is invalid for '--kind <kind>'. Known values: mean, median, mode",
      command: "math stats average"),
    Case(
      line: "stats average --kind mode", message: "The mode needs at least one value", command: "math stats average"),
    Case(
      line: "stats average nan", message: "The value 'nan' is invalid for '<values>'. Expected a number",
      command: "math stats average"),
    Case(
      line: "stats quantiles f", message: "Missing expected argument '--column <column>'",
      command: "math stats quantiles"),
  ]

  @Test("a wrong line is answered exactly, with the help to read and status 64", arguments: cases)
  func message(_ example: Case) throws {
    let words = example.line.split(separator: " ").map(String.init)
    let error = #expect(throws: CommandFailure.self) {
      _ = try Math.parseAsRoot(words, environment: example.environment)
    }
    let failure = try #require(error)
    #expect(failure.message == example.message)
    #expect(failure.command == example.command)
    let outcome = Math.outcome(of: failure)
    #expect(outcome.text == "error: \(example.message)\nnext:  \(example.command) --help")
    #expect(outcome.code == ExitCode(64))
    #expect(!outcome.isAnswer)
  }

  @Test("a status ends without words, an unforeseen error with its own")
  func outcomes() {
    struct Broken: Error {}
    #expect(Math.outcome(of: ExitCode(65)).text.isEmpty)
    #expect(Math.outcome(of: ExitCode(65)).code == ExitCode(65))
    #expect(Math.outcome(of: Broken()).code == .failure)
    #expect(Math.outcome(of: Broken()).text == "error: Broken()")
    #expect(Math.outcome(of: ValidationError("no")).text == "error: no")
  }
}
