/// A stretch of `created`, in Unix seconds; without an end it reaches into the future.
struct TimeRange: Codable, Sendable, Equatable {
  var from: Int64
  /// The first second behind it.
  var before: Int64?

  var end: Int64 { before ?? .max }
}

/// Stretches of `created` that were read, sorted and apart.
struct TimeRanges: Codable, Sendable, Equatable {
  private(set) var ranges: [TimeRange] = []

  /// Adds a stretch; what touches becomes one.
  mutating func add(_ range: TimeRange) {
    guard range.from < range.end else { return }
    var (from, end) = (range.from, range.end)
    var apart: [TimeRange] = []
    for known in ranges {
      if known.end < from || known.from > end {
        apart.append(known)
      } else {
        (from, end) = (min(from, known.from), max(end, known.end))
      }
    }
    apart.append(TimeRange(from: from, before: end == .max ? nil : end))
    ranges = apart.sorted { $0.from < $1.from }
  }

  /// What of everything from a second on is not in here, newest first.
  func missing(from start: Int64) -> [TimeRange] {
    var missing: [TimeRange] = []
    var next: Int64? = start
    for range in ranges {
      guard let begin = next else { break }
      if range.from > begin { missing.append(TimeRange(from: begin, before: range.from)) }
      next = range.before.map { max($0, begin) }
    }
    if let next { missing.append(TimeRange(from: next, before: nil)) }
    return missing.reversed()
  }
}
