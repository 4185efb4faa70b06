import CommandLineKit

/// `okapi lake …`.
struct LakeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lake",
    abstract: "Makes checked silver and gold tables of what Stripe said.",
    discussion: """
      Bronze is what Stripe said, word by word. Silver is typed, one row per object. Gold is facts and dimensions.
      Both are
      Parquet files in LAKE_URL, which DuckDB, Spark and everybody else reads.
      """,
    subcommands: [
      LakeExtractCommand.self, LakeTransformCommand.self, LakeQualityCommand.self, LakeRunCommand.self,
      LakeReplayCommand.self, LakeCompactCommand.self, LakeQueryCommand.self, LakeShellCommand.self,
      LakeRunsCommand.self, LakeShowCommand.self,
    ])
}
