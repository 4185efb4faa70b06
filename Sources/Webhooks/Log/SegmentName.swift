import BronzeStore

/// What one file of the log is called: it fixes the file of bronze that it becomes.
///
/// `0000000012.2026-11-22.20261122T072500Z-1a2b3c4d.00003.jsonl`: its place in the log, the UTC day of its lines, the
/// run that wrote it and its place among that run's.
struct SegmentName: Sendable, Hashable, Comparable {
  let number: Int
  let day: String
  let runID: String
  let part: Int

  init(number: Int, day: String, runID: String, part: Int) {
    self.number = number
    self.day = day
    self.runID = runID
    self.part = part
  }

  /// The segment of a file; nil for other files. A run's id may hold dots, nothing else here does.
  init?(_ fileName: String) {
    guard let found = fileName.wholeMatch(of: /([0-9]{10})\.([0-9]{4}-[0-9]{2}-[0-9]{2})\.(.+)\.([0-9]{5,9})\.jsonl/),
      let number = Int(found.1), let part = Int(found.4)
    else { return nil }
    self.init(number: number, day: String(found.2), runID: String(found.3), part: part)
  }

  /// What the file names of a number begin with: behind all of lower numbers, before all of its own.
  static func prefix(of number: Int) -> String { digits(number, 10) }

  var fileName: String { "\(Self.prefix(of: number)).\(day).\(runID).\(Self.digits(part, 5)).jsonl" }

  /// The file of bronze that it becomes.
  func bronzePart(of source: String) -> BronzePart {
    BronzePart(source: source, entity: BronzePart.webhookEvents, day: day, runID: runID, number: part)
  }

  static func < (one: SegmentName, other: SegmentName) -> Bool { one.number < other.number }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
