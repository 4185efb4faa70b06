import Digest
import Foundation
import PlatformCore

/// Events that could not be applied, a file each, until they are tried again.
struct SetAsideEvents: Sendable {
  /// One of them.
  struct Entry: Codable, Sendable, Equatable {
    /// The event's id; empty where it has none.
    var id: String
    /// Why it could not be applied.
    var reason: String
    /// When that was, RFC 3339.
    var since: String
    /// How often it was tried.
    var attempts: Int
    /// The event's JSON.
    var event: String
  }

  private let folder: URL

  /// The place in a log's folder; made when it is needed.
  init(inLog log: URL) { folder = log.appending(path: "set-aside", directoryHint: .isDirectory) }

  /// How many there are.
  var count: Int { names.count }

  /// The files of all, oldest first as far as names tell.
  var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".json") }.sorted()
  }

  /// Sets an event aside, or notes that it failed again.
  ///
  /// - Throws: `output` or `inputOutput`.
  func add(_ event: [UInt8], id: String, reason: String, at now: Date) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let name = try Self.name(of: event, id: id)
    let known = try? entry(name)
    let entry = Entry(
      id: id, reason: reason, since: known?.since ?? now.rfc3339, attempts: (known?.attempts ?? 0) + 1,
      event: String(decoding: event, as: UTF8.self))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try AtomicFile.replace(folder.appending(path: name), with: Array(encoder.encode(entry)) + [UInt8(ascii: "\n")])
  }

  /// Reads one; nil where it is gone.
  ///
  /// - Throws: `data` for a file that holds something else, `inputOutput`.
  func entry(_ name: String) throws(PlatformError) -> Entry? {
    let file = folder.appending(path: name)
    do {
      return try JSONDecoder().decode(Entry.self, from: try Data(contentsOf: file))
    } catch let error as DecodingError {
      throw PlatformError(
        .data, "a file of an event that was set aside is damaged", cause: Self.words(of: error),
        context: ["file": file.path],
        nextStep: "remove it: okapi webhooks replay applies the event again, from the log")
    } catch {
      // Applied and forgotten by another process, since its name was read.
      if let error = error as? CocoaError, [.fileNoSuchFile, .fileReadNoSuchFile].contains(error.code) { return nil }
      throw PlatformError(
        .inputOutput, "a file of an event that was set aside cannot be read", cause: "\(error)",
        context: ["file": file.path])
    }
  }

  /// What is wrong with a file, without what it holds.
  private static func words(of error: DecodingError) -> String {
    switch error {
    case .dataCorrupted: "it is no JSON"
    case .keyNotFound(let key, _): "it has no \(key.stringValue)"
    default: "it is no event that was set aside"
    }
  }

  /// Forgets one that was applied.
  func remove(_ event: [UInt8], id: String) throws {
    let file = folder.appending(path: try Self.name(of: event, id: id))
    if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
  }

  /// Ids come from outside: what is no plain name is named by its hash.
  private static func name(of event: [UInt8], id: String) throws(PlatformError) -> String {
    let isPlain = id.wholeMatch(of: /[A-Za-z0-9_-]{1,100}/) != nil
    return (isPlain ? id : try SHA256Digest.hex(of: event)) + ".json"
  }
}
