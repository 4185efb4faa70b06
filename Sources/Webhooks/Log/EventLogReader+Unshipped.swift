package import BronzeStore
import JSONReader

extension EventLogReader {
  /// Names the events of segments that are not in bronze yet, for whoever looks for them there.
  ///
  /// - Throws: `inputOutput`, what the lake says, and what `body` throws.
  package func unshippedIDs(
    _ lake: LakeFolder, of source: String, _ body: (_ id: String) throws -> Void
  ) throws {
    // They are shipped in their order: what stands before one that is there is there as well.
    let shipped = try segments().last { segment in
      guard let name = SegmentName(segment) else { return false }
      return try lake.size(of: name.bronzePart(of: source).path) != nil
    }
    let document = JSONDocument()
    var last = shipped.map { EventLog.Position(segment: $0, offset: 1 << 40) }
    while true {
      let lines = try read(after: last)
      guard let end = lines.last else { return }
      last = end.position
      for line in lines {
        if let id = (try? document.parse(line.bytes))?["data"]?["id"]?.stringValue { try body(id) }
      }
    }
  }
}
