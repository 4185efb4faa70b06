import BronzeStore
import Foundation
import JSONReader
import PlatformCore

/// Finds what the log's last process left unsealed, and cuts it to its whole lines.
struct SegmentRecovery {
  private let folder: URL
  private let index: EventIndex
  private let log: Log

  init(_ folder: URL, _ index: EventIndex, _ log: Log) {
    self.folder = folder
    self.index = index
    self.log = log
  }

  /// The names of all segments there are or were, and those that are to be sealed.
  func recover() throws(PlatformError) -> (names: [SegmentName], closed: [EventLog.Closed]) {
    let files = try LakeFolder(root: folder).names(in: "").compactMap { SegmentName($0) }
    let sealed = try index.segments().map(\.name)
    var closed: [EventLog.Closed] = []
    for name in files where !sealed.contains(name) {
      if let left = try recover(name) { closed.append(left) }
    }
    return (files + sealed, closed)
  }

  /// Nil for a segment without a whole line, which is removed.
  ///
  /// Lines that reached the disk in part are the last of a file: nobody was told that they are kept. What is cut off
  /// and holds more than half a line is kept beside the segment.
  private func recover(_ name: SegmentName) throws(PlatformError) -> EventLog.Closed? {
    let path = folder.appending(path: name.fileName).path
    let (bytes, size, ids) = try wholeLines(name)
    if bytes < size {
      log(
        .warning, "webhook_log_cut",
        ["segment": .string(name.fileName), "bytes": .integer(size - bytes), "kept_bytes": .integer(bytes)])
      try keepCut(name, from: bytes)
      guard truncate(path, off_t(bytes)) == 0 else { throw SegmentFile.failure(.inputOutput, path, errno) }
    }
    if bytes == 0 { unlink(path) }
    return bytes == 0 ? nil : EventLog.Closed(name: name, bytes: bytes, ids: ids)
  }

  /// The bytes of the lines up to the first broken one, the file's size, and the ids in them.
  private func wholeLines(_ name: SegmentName) throws(PlatformError) -> (bytes: Int, size: Int, ids: Set<String>) {
    let input = try LakeFolder(root: folder).open(name.fileName)
    let document = JSONDocument()
    var ids: Set<String> = []
    var (bytes, size) = (0, 0)
    var rest: [UInt8] = []
    var isBroken = false
    while true {
      let more = try input.read(1 << 20, at: size)
      if more.isEmpty { return (bytes, size, ids) }
      size += more.count
      if isBroken { continue }
      var searched = rest.count
      rest += more
      var begin = 0
      while !isBroken, let newline = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        if let id = Self.id(rest[begin..<newline], document) {
          ids.insert(id)
          begin = newline + 1
          searched = begin
        } else {
          isBroken = true
        }
      }
      bytes += begin
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
    let input = try LakeFolder(root: folder).open(name.fileName)
    var cut: [UInt8] = []
    while true {
      let more = try input.read(1 << 20, at: bytes + cut.count)
      if more.isEmpty { break }
      cut += more
    }
    guard cut.contains(UInt8(ascii: "\n")) else { return }
    try AtomicFile.replace(folder.appending(path: name.fileName + ".cut"), with: cut)
  }
}
