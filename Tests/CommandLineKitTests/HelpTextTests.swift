import CommandLineKit
import Testing

@Suite("Help texts")
struct HelpTextTests {
  private func answer(_ arguments: [String]) -> String? {
    do {
      var command = try Math.parseAsRoot(arguments)
      try command.run()
      return nil
    } catch {
      let outcome = Math.outcome(of: error)
      return outcome.isAnswer && outcome.code == .success ? outcome.text : nil
    }
  }

  @Test("the root shows its commands and examples", arguments: [[], ["--help"], ["-h"], ["help"]])
  func root(_ arguments: [String]) {
    let expected = """
      OVERVIEW: Does sums.

      USAGE: math <subcommand>

      OPTIONS:
        --version                 Show the version.
        -h, --help                Show this help.

      SUBCOMMANDS:
        add                       Prints the sum of the values.
        multiply                  Prints the product of the values.
        stats                     Prints statistics.

      EXAMPLES:
        math add 1 2 3
        math stats average --kind median 1 2 3

      See 'math help <subcommand>' for more.
      """
    #expect(answer(arguments) == expected)
  }

  @Test("a folder of commands shows what is in it, without what is hidden", arguments: [["stats"], ["help", "stats"]])
  func folder(_ arguments: [String]) {
    let expected = """
      OVERVIEW: Prints statistics.

      USAGE: math stats <subcommand>

      OPTIONS:
        -h, --help                Show this help.

      SUBCOMMANDS:
        average                   Prints the average of the values.

      See 'math help stats <subcommand>' for more.
      """
    #expect(answer(arguments) == expected)
  }

  @Test(
    "shared options stand under their heading", arguments: [["add", "-h"], ["help", "add"], ["add", "1", "--help"]])
  func group(_ arguments: [String]) {
    let expected = """
      OVERVIEW: Prints the sum of the values.

      USAGE: math add [<options>] [<values> ...]

      ARGUMENTS:
        <values>                  Whole numbers.

      OPTIONS:
        -h, --help                Show this help.

      SHARED OPTIONS:
        -x, --hex-output          Use hexadecimal digits for the result.
        --limit <limit>           The largest result that is shown. (env: MATH_LIMIT)
      """
    #expect(answer(arguments) == expected)
  }

  @Test("required, repeated, counted and defaulted arguments are told apart")
  func shapes() {
    let expected = """
      OVERVIEW: Prints the product of the values.

      USAGE: math multiply --factor <number> ... [--label <label>] [-v] <first>
             [<second>]

      ARGUMENTS:
        <first>
        <second>

      OPTIONS:
        -f, --factor <number>     A number to multiply with.
        --label <label>           (default: product)
        -v                        Say more.
        -h, --help                Show this help.
      """
    #expect(answer(["help", "multiply"]) == expected)
  }

  @Test("known values and the default are named")
  func values() {
    let expected = """
      OVERVIEW: Prints the average of the values.

      USAGE: math stats average [--kind <kind>] [<values> ...]

      ARGUMENTS:
        <values>                  Numbers.

      OPTIONS:
        --kind <kind>             The kind of average. (values: mean, median, mode;
                                  default: mean)
        -h, --help                Show this help.
      """
    #expect(answer(["help", "stats", "average"]) == expected)
  }

  @Test("hidden options stay out, long texts are wrapped")
  func hidden() {
    let expected = """
      OVERVIEW: Prints quantiles of a column of a file, whose name may be long enough
      for a second line.

      USAGE: math stats quantiles --column <column> <file>

      ARGUMENTS:
        <file>

      OPTIONS:
        --column <column>         The column. (env: COLUMN)
        -h, --help                Show this help.
      """
    #expect(answer(["help", "stats", "quantiles"]) == expected)
  }

  @Test("the version is the root's")
  func version() {
    #expect(answer(["--version"]) == "1.0.0")
    #expect(answer(["stats", "--version"]) == nil)
  }

  @Test("all commands can be listed for a snapshot of every help")
  func everyCommand() {
    let names = Math.allPaths().map { path in path.map { $0.commandName }.joined(separator: " ") }
    #expect(
      names == [
        "math", "math add", "math multiply", "math stats", "math stats average", "math stats quantiles",
      ])
    #expect(Math.helpMessage(for: Average.self).contains("USAGE: math stats average"))
  }
}
