import StripeModel

/// What is done of a resource's backfill: `_state/checkpoints/<source>/<entity>.json`.
struct Checkpoint: Codable, Sendable, Equatable {
  /// The runs whose bronze holds what was read, oldest first.
  var runs: [String]
  /// The server's time when the first of them began.
  var begunAt: Int64
  /// What was asked for; another wish begins anew.
  var request: [String]
  /// The stretches of `created` that were read.
  var done = TimeRanges()
  /// The test clocks whose objects were read.
  var clocks: [String] = []
  /// Whether all of it was read.
  var isFinished = false

  enum CodingKeys: String, CodingKey {
    case runs, request, done, clocks
    case begunAt = "begun_at"
    case isFinished = "is_finished"
  }
}
