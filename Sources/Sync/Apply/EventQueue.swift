import BronzeStore
package import Foundation
import JSONReader
import PlatformCore
package import Webhooks

/// The log as its applier sees it: what comes next, how far it is, and what was set aside.
package actor EventQueue {
  /// An event of the log.
  struct Item: Sendable {
    let event: [UInt8]
    /// When it was received, Unix seconds.
    let receivedAt: Int64?
    let position: EventLog.Position
  }

  /// Some events that are set aside.
  struct SetAside: Sendable {
    var events: [[UInt8]] = []
    /// What is wrong with the files that could not be read.
    var damaged: [PlatformError] = []
    /// How many files were looked at, from the first.
    var files = 0
  }

  /// What events at hand hold at most, but for the last of them.
  private static let batchBytes = 16 << 20

  /// `apply.json` in the log's folder.
  private struct Mark: Codable {
    var position: EventLog.Position
    var updatedAt: String

    enum CodingKeys: String, CodingKey {
      case position
      case updatedAt = "updated_at"
    }
  }

  private let executor = BlockingExecutor(label: "okapi.apply.queue")
  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  nonisolated let aside: SetAsideEvents
  private let file: URL
  private let reader: EventLogReader
  private let document = JSONDocument()
  private var position: EventLog.Position?
  private var hasRead = false

  /// The queue of the log in a folder; nothing is read.
  ///
  /// - Parameter reader: of that log; nil for one that reads all lines there are.
  package init(folder: URL, reader: EventLogReader? = nil) {
    self.reader = reader ?? EventLogReader(folder: folder)
    file = Self.file(in: folder)
    aside = SetAsideEvents(inLog: folder)
  }

  private static func file(in folder: URL) -> URL { folder.appending(path: "apply.json") }

  /// Refuses another lake than the one that the log's segments are brought to.
  ///
  /// - Throws: `unavailable`, and what the lake says.
  func require(_ lake: LakeFolder, of source: String) throws {
    try LakeMark(lake: lake, source: source, log: file.deletingLastPathComponent()).check()
  }

  /// Whether an applier still has to read a segment of the log in a folder; true where none ever ran.
  package static func isNeeded(_ segment: String, in folder: URL) -> Bool {
    guard let mark = try? mark(file(in: folder)) else { return true }
    return mark.position.segment <= segment
  }

  private static func mark(_ file: URL) throws -> Mark? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do {
      return try JSONDecoder().decode(Mark.self, from: try Data(contentsOf: file))
    } catch {
      throw PlatformError(
        .data, "the file that says how far the log of webhook events is applied is damaged",
        cause: "it is no JSON, or lacks what such a file holds",
        context: ["file": file.path],
        nextStep: "remove it: what the log holds is applied again, which changes nothing that is newer")
    }
  }

  /// The events behind the position; none where nothing is new.
  func next(_ limit: Int) throws -> [Item] {
    if !hasRead { position = try Self.mark(file)?.position }
    // As where the log was begun anew beside it: what is applied again changes nothing that is newer.
    if !hasRead, let known = position, reader.isPastEnd(known) { position = nil }
    hasRead = true
    return try reader.read(after: position, limit: limit).map(item)
  }

  /// The events of a segment, whatever is applied; none at its end.
  func read(_ segment: String, after last: EventLog.Position?, _ limit: Int) throws -> [Item] {
    try reader.read(segment, after: last, limit: limit).map(item)
  }

  /// The segments that some files of bronze do not hold.
  ///
  /// - Parameter paths: of the files; also of those that others have taken the place of.
  func segments(missingAmong paths: Set<String>, of source: String) throws -> [String] {
    try reader.segments(missingAmong: paths, of: source)
  }

  private func item(_ line: EventLog.Line) -> Item {
    let value = try? document.parse(line.bytes)
    // What cannot be taken apart is no event, and set aside as it is.
    let received = value?["meta"]?["ingested_at"]?.stringValue.flatMap { Date(rfc3339: $0) }
    return Item(
      event: value?["data"].map { Array($0.raw) } ?? line.bytes,
      receivedAt: received.map { Int64($0.timeIntervalSince1970) }, position: line.position)
  }

  /// Moves the position, once what these events tell is committed, or they are set aside.
  func move(behind items: [Item]) throws {
    guard let last = items.last else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let mark = Mark(position: last.position, updatedAt: Date().rfc3339)
    try AtomicFile.replace(file, with: Array(encoder.encode(mark)) + [UInt8(ascii: "\n")])
    position = last.position
  }

  /// Sets an event aside; answers its id.
  func setAside(_ event: [UInt8], _ reason: String, at now: Date) throws -> String {
    let id = id(of: event)
    try aside.add(event, id: id, reason: reason, at: now)
    return id
  }

  /// Takes events that were applied from those that are set aside. Mostly none is: only then is it looked.
  func forget(_ events: [[UInt8]]) throws {
    guard aside.count > 0 else { return }
    for event in events { try aside.remove(event, id: id(of: event)) }
  }

  /// The events of the first of some files, as many as are taken together; files that are gone meanwhile are left out.
  func setAside(in names: ArraySlice<String>, _ limit: Int) -> SetAside {
    var found = SetAside()
    var bytes = 0
    for name in names {
      found.files += 1
      do throws(PlatformError) {
        guard let entry = try aside.entry(name) else { continue }
        found.events.append(Array(entry.event.utf8))
        bytes += entry.event.utf8.count
      } catch {
        found.damaged.append(error)
      }
      if found.events.count >= limit || bytes >= Self.batchBytes { break }
    }
    return found
  }

  private func id(of event: [UInt8]) -> String { (try? document.parse(event))?["id"]?.stringValue ?? "" }
}
