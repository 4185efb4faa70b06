import CommandLineKit

/// A small tree of commands with one of every kind of argument.
struct Math: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "math", abstract: "Does sums.",
    discussion: """
      EXAMPLES:
        math add 1 2 3
        math stats average --kind median 1 2 3
      """,
    version: "1.0.0", subcommands: [AddCommand.self, Multiply.self, Stats.self])
}

struct SharedOptions: ParsableArguments {
  @Flag(name: [.customLong("hex-output"), .customShort("x")], help: "Use hexadecimal digits for the result.")
  var hexOutput: Bool

  @Option(env: "MATH_LIMIT", help: "The largest result that is shown.")
  var limit: Int?

  mutating func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
  }
}

struct AddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Prints the sum of the values.")
  @OptionGroup(title: "Shared options") var shared: SharedOptions
  @Argument(help: "Whole numbers.") var values: [Int] = []
}

struct Multiply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Prints the product of the values.")
  @Option(name: .shortAndLong, help: ArgumentHelp("A number to multiply with.", valueName: "number"))
  var factor: [Int]
  @Option(name: .customLong("label")) var title = "product"
  @Flag(name: .short, help: "Say more.") var verbosity: Int
  @Argument() var first: Int
  @Argument() var second: Int?
  mutating func run() async throws { throw ExitCode(Int32(first * factor.reduce(1, *))) }
}

struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints statistics.", subcommands: [Average.self, Quantiles.self])
}

struct Average: ParsableCommand {
  enum Kind: String, CaseIterable, ExpressibleByArgument { case mean, median, mode }
  static let configuration = CommandConfiguration(abstract: "Prints the average of the values.")
  @Option(help: "The kind of average.") var kind = Kind.mean
  @Argument(help: "Numbers.") var values: [Double] = []

  mutating func validate() throws {
    if kind == .mode, values.isEmpty { throw ValidationError("The mode needs at least one value") }
  }
}

struct Quantiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints quantiles of a column of a file, whose name may be long enough for a second line.",
    shouldDisplay: false)
  @Option(env: "COLUMN", help: "The column.") var column: String
  @Option(help: ArgumentHelp("Not for the help.", isHidden: true)) var secretLevel = 1
  @Argument() var file: String
}
