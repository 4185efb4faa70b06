import BronzeStore
package import Foundation
package import PlatformCore

extension EventLog {
  /// How far a log was read: always the end of a line.
  ///
  /// It stays good when its segment is gone: reading goes on with what followed.
  package struct Position: Codable, Sendable, Hashable, Comparable {
    /// The segment's file name.
    package let segment: String
    /// Bytes from the segment's beginning.
    package let offset: Int

    /// Names a position.
    package init(segment: String, offset: Int) {
      self.segment = segment
      self.offset = offset
    }

    package static func < (one: Position, other: Position) -> Bool {
      // Names begin with the segment's number, in ten digits.
      (one.segment, one.offset) < (other.segment, other.offset)
    }
  }

  /// One event as the log holds it.
  package struct Line: Sendable, Equatable {
    /// Its end: what to read after next.
    package let position: Position
    /// A line of bronze, `{"data":…,"meta":{…}}`, without its line end.
    package let bytes: [UInt8]
  }
}

/// Reads a log from a position on, in the process that writes it or in another one.
///
/// Lines never change under a reader: a segment only grows, and after any failure a new one is begun. Another process
/// may see lines that are not on the disk yet; those of the writing process's own reader are. Calls block.
package struct EventLogReader: Sendable {
  private static let readBytes = 1 << 18
  /// What one call holds at most, but for its last line.
  private static let batchBytes = 16 << 20

  private let folder: LakeFolder
  private let end: @Sendable () -> EventLog.Position?

  /// A reader of the log in a folder; it need not be there yet.
  package init(folder: URL) {
    self.init(folder: folder) { nil }
  }

  /// - Parameter end: what lies behind it is not read; nil for all there is.
  init(folder: URL, upTo end: @escaping @Sendable () -> EventLog.Position?) {
    self.folder = LakeFolder(root: folder.appending(path: EventLog.segmentFolder))
    self.end = end
  }

  /// Whether a position lies behind all that the log's writer has written or will write: it is another log's.
  package func isPastEnd(_ position: EventLog.Position) -> Bool { end().map { position.segment > $0.segment } ?? false }

  /// The names of the segments there are, in their order.
  ///
  /// - Throws: `inputOutput`.
  package func segments() throws(PlatformError) -> [String] {
    try folder.names(in: "").filter { SegmentName($0) != nil }
  }

  /// The lines behind a position, from the oldest there is without one; none where nothing follows yet.
  ///
  /// - Parameter limit: the most lines; fewer are answered when they are large.
  /// - Throws: `inputOutput`.
  package func read(
    after start: EventLog.Position?, limit: Int = 1_000
  ) throws(PlatformError) -> [EventLog.Line] {
    // In this order: what is in the list before the last one is whole by then.
    var batch = Batch(limit: limit, end: end())
    for segment in try segments() where segment >= start?.segment ?? "" {
      do throws(PlatformError) {
        try read(segment, from: segment == start?.segment ? start?.offset ?? 0 : 0, &batch)
      } catch {
        // Removed meanwhile, as one that is not needed any more.
        guard error.status == .inputMissing else { throw error }
      }
      if batch.isFull { break }
    }
    return batch.lines
  }

  private struct Batch {
    let limit: Int
    let end: EventLog.Position?
    private(set) var lines: [EventLog.Line] = []
    private(set) var isFull = false
    private var bytes = 0

    init(limit: Int, end: EventLog.Position?) {
      self.limit = limit
      self.end = end
    }

    mutating func add(_ line: EventLog.Line) {
      if let end, line.position > end { return isFull = true }
      lines.append(line)
      bytes += line.bytes.count
      isFull = lines.count >= limit || bytes >= EventLogReader.batchBytes
    }
  }

  /// Adds the whole lines of a segment, as long as there is room for them.
  private func read(_ segment: String, from start: Int, _ batch: inout Batch) throws(PlatformError) {
    let input = try folder.open(segment)
    var offset = start
    var rest: [UInt8] = []
    while true {
      let more = try input.read(Self.readBytes, at: offset + rest.count)
      if more.isEmpty { return }
      var searched = rest.count
      rest += more
      var begin = 0
      while let newline = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let position = EventLog.Position(segment: segment, offset: offset + newline + 1)
        batch.add(EventLog.Line(position: position, bytes: Array(rest[begin..<newline])))
        if batch.isFull { return }
        begin = newline + 1
        searched = begin
      }
      rest.removeFirst(begin)
      offset += begin
    }
  }
}
