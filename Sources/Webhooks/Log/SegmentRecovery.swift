import BronzeStore
import Foundation
import JSONReader
import PlatformCore

/// Finds what the log's last process left unsealed, and cuts it to its whole lines.
struct SegmentRecovery {
  private let folder: URL
  private let index: EventIndex
  private let context: RunContext

  init(_ folder: URL, _ index: EventIndex, _ context: RunContext) {
    self.folder = folder
    self.index = index
    self.context = context
  }

  /// What an unsealed segment holds.
  private struct Found {
    /// The bytes before its first broken line, and the ids in them.
    var bytes = 0
    var ids: Set<String> = []
    /// The whole lines behind that, and theirs.
    var rest: [UInt8] = []
    var restIDs: Set<String> = []
    var size = 0
  }

  /// The names of all segments there are or were, and those that are to be sealed.
  ///
  /// A line that did not reach the disk whole is the last of its segment, and nobody was told that it is kept. Where
  /// whole lines stand behind a broken one the disk has changed what it had taken: they go into a segment of their own,
  /// so that what a reader has seen at an offset never becomes something else.
  func recover() throws(PlatformError) -> (names: [SegmentName], closed: [EventLog.Closed]) {
    let files = try LakeFolder(root: folder).names(in: "").compactMap { SegmentName($0) }
    let sealed = try index.segments().map(\.name)
    var names = files + sealed
    var closed: [EventLog.Closed] = []
    // The newest first: what could not be cut off after a failure stands in a later one if it was sent again.
    var later: Set<String> = []
    for name in files.sorted(by: >) where !sealed.contains(name) {
      let found = try read(name, without: later)
      if !found.rest.isEmpty {
        let carried = carriedName(of: name.day, names)
        try AtomicFile.replace(folder.appending(path: carried.fileName), with: found.rest)
        names.append(carried)
        closed.append(EventLog.Closed(name: carried, bytes: found.rest.count, ids: found.restIDs))
      }
      try cut(name, found)
      if found.bytes > 0 { closed.append(EventLog.Closed(name: name, bytes: found.bytes, ids: found.ids)) }
      later.formUnion(found.ids)
      later.formUnion(found.restIDs)
    }
    _ = SegmentFile.sync(folder: folder)
    return (names, closed.sorted { $0.name < $1.name })
  }

  private func carriedName(of day: String, _ names: [SegmentName]) -> SegmentName {
    SegmentName(
      number: (names.map(\.number).max() ?? 0) + 1, day: day, runID: context.runID,
      part: names.filter { $0.runID == context.runID }.map { $0.part + 1 }.max() ?? 0)
  }

  /// Leaves the lines before the first broken one; a segment without any is removed. What is cut off and holds more
  /// than half a line is kept beside the segment.
  private func cut(_ name: SegmentName, _ found: Found) throws(PlatformError) {
    let path = path(of: name)
    if found.bytes < found.size {
      context.log(
        found.rest.isEmpty ? .warning : .error, "webhook_log_cut",
        [
          "segment": .string(name.fileName), "bytes": .integer(found.size - found.bytes),
          "kept_bytes": .integer(found.bytes), "carried_lines": .integer(found.restIDs.count),
        ])
      try keepCut(name, from: found.bytes)
      if isLinked(name) {
        let kept = try bytes(of: name, in: 0..<found.bytes)
        try AtomicFile.replace(URL(fileURLWithPath: path), with: kept)
      } else if truncate(path, off_t(found.bytes)) != 0 {
        throw SegmentFile.failure(.inputOutput, path, errno)
      }
    }
    if found.bytes == 0 {
      unlink(path)
    } else {
      // Written before a kill, it may not be on the disk; from now on its events count as stored.
      try SegmentFile.sync(file: path)
    }
  }

  private func path(of name: SegmentName) -> String { folder.appending(path: name.fileName).path }

  /// Whether it is in bronze, under a second name of the same file, as where the index was lost.
  private func isLinked(_ name: SegmentName) -> Bool {
    var status = stat()
    return stat(path(of: name), &status) == 0 && status.st_nlink > 1
  }

  /// Reads a segment. Where it ends in lines of the ids that are given, these are not of it: as after a failure, which
  /// ends a segment.
  private func read(_ name: SegmentName, without later: Set<String>) throws(PlatformError) -> Found {
    let input = try LakeFolder(root: folder).open(name.fileName)
    // A line is a level deeper than its event, and earlier versions took events of the usual depth.
    let document = JSONDocument(limits: JSONLimits(depth: JSONLimits.standard.depth + 1))
    var found = Found()
    var tail: (bytes: Int, ids: Set<String>) = (0, [])
    var rest: [UInt8] = []
    var isBroken = false
    while true {
      let more = try input.read(1 << 20, at: found.size)
      if more.isEmpty {
        if !isLinked(name) { (found.bytes, found.ids) = (found.bytes - tail.bytes, found.ids.subtracting(tail.ids)) }
        return found
      }
      found.size += more.count
      var searched = rest.count
      rest += more
      var begin = 0
      while let newline = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = rest[begin...newline]
        let id = Self.id(line.dropLast(), document)
        isBroken = isBroken || id == nil
        if let id, !isBroken {
          found.bytes += line.count
          found.ids.insert(id)
          if later.contains(id) {
            tail.bytes += line.count
            tail.ids.insert(id)
          } else {
            tail = (0, [])
          }
        } else if let id, !later.contains(id) {
          found.rest += line
          found.restIDs.insert(id)
        }
        begin = newline + 1
        searched = begin
      }
      rest.removeFirst(begin)
    }
  }

  private static func id(_ line: ArraySlice<UInt8>, _ document: JSONDocument) -> String? {
    line.withUnsafeBytes { bytes in
      guard let value = try? document.parse(bytes), value["meta"]?.kind == .object else { return nil }
      return value["data"]?["id"]?.stringValue
    }
  }

  private func keepCut(_ name: SegmentName, from bytes: Int) throws(PlatformError) {
    let cut = try self.bytes(of: name, in: bytes..<Int.max)
    guard cut.contains(UInt8(ascii: "\n")) else { return }
    try AtomicFile.replace(folder.appending(path: name.fileName + ".cut"), with: cut)
  }

  /// What a segment holds of a range.
  private func bytes(of name: SegmentName, in range: Range<Int>) throws(PlatformError) -> [UInt8] {
    let input = try LakeFolder(root: folder).open(name.fileName)
    var found: [UInt8] = []
    while found.count < range.count {
      let more = try input.read(min(1 << 20, range.count - found.count), at: range.lowerBound + found.count)
      if more.isEmpty { break }
      found += more
    }
    return found
  }
}
