import BronzeStore
package import Foundation
import JSONReader
package import PlatformCore

extension EventLogReader {
  /// The names of segments that bronze does not hold, in their order: what is kept back there keeps no other back.
  ///
  /// - Parameter paths: of the files that bronze holds, also of those that others have taken the place of.
  /// - Throws: `inputOutput`.
  package func segments(missingAmong paths: Set<String>, of source: String) throws(PlatformError) -> [String] {
    try segments().filter { SegmentName($0).map { !paths.contains($0.bronzePart(of: source).path) } ?? false }
  }

  /// The lines of one segment, behind the last one that was read of it; none at its end.
  ///
  /// - Throws: `inputOutput`.
  package func read(
    _ segment: String, after last: EventLog.Position?, limit: Int = 1_000
  ) throws(PlatformError) -> [EventLog.Line] {
    let start = last ?? EventLog.Position(segment: segment, offset: 0)
    return try read(after: start, limit: limit).filter { $0.position.segment == segment }
  }

  /// Names the events of segments that are not in bronze yet, for whoever looks for them there.
  ///
  /// - Parameter log: the folder that this reads; what was shipped stands in its index.
  /// - Throws: `inputOutput`, and what `body` throws.
  package static func unshippedIDs(_ log: URL, _ body: (_ id: String) throws -> Void) throws {
    let reader = EventLogReader(folder: log)
    // The index is made by who writes the log.
    let segments = try reader.segments()
    if segments.isEmpty { return }
    let shipped = try EventIndex(folder: log).segments().filter { $0.shippedAt != nil }.map(\.name.fileName)
    let document = JSONDocument()
    for segment in segments where !shipped.contains(segment) {
      var last: EventLog.Position?
      while true {
        let lines = try reader.read(segment, after: last)
        guard let end = lines.last else { break }
        last = end.position
        for line in lines {
          if let id = (try? document.parse(line.bytes))?["data"]?["id"]?.stringValue { try body(id) }
        }
      }
    }
  }
}
