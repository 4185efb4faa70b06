import BronzeStore
import Webhooks

extension EventLogReader {
  /// The end of the last segment that some files of bronze hold; nil where they hold none.
  ///
  /// - Parameter paths: of the files, in the lake; also of those that others have taken the place of.
  /// - Throws: `inputOutput`.
  func shippedEnd(among paths: Set<String>, of source: String) throws -> EventLog.Position? {
    // They are shipped in their order: what stands before one that is there is there as well.
    let shipped = try segments().last { segment in
      BronzePart(ofSegment: segment, source: source).map { paths.contains($0.path) } ?? false
    }
    return shipped.map { EventLog.Position(segment: $0, offset: 1 << 40) }
  }
}

extension BronzePart {
  /// The file of bronze that a segment becomes, as its name says: `<number>.<day>.<run>.<part>.jsonl`.
  fileprivate init?(ofSegment name: String, source: String) {
    let words = name.split(separator: ".", omittingEmptySubsequences: false)
    guard words.count >= 5, let number = Int(words[words.count - 2]) else { return nil }
    self.init(
      source: source, entity: Self.webhookEvents, day: String(words[1]),
      // A run's id may hold dots.
      runID: words[2..<(words.count - 2)].joined(separator: "."), number: number)
  }
}
