import BronzeStore
package import Foundation
import JSONReader
import PlatformCore

extension EventLogReader {
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
      var end = EventLog.Position(segment: segment, offset: 0)
      while true {
        let lines = try reader.read(after: end).prefix { $0.position.segment == segment }
        guard let last = lines.last else { break }
        end = last.position
        for line in lines {
          if let id = (try? document.parse(line.bytes))?["data"]?["id"]?.stringValue { try body(id) }
        }
      }
    }
  }
}
