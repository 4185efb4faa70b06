import BronzeStore
import Foundation
import PlatformCore

/// What tells the lake that segments went to from an empty folder in its place, as while its disk is not mounted: what
/// is put there would be taken for shipped, and be out of sight later.
///
/// A random id stands in the lake and in the log's folder, there by the lake's address: with another address it is
/// another lake.
struct LakeMark {
  private let lake: LakeFolder
  private let path: String
  private let file: URL

  init(_ options: EventLogOptions) {
    lake = options.lake
    path = "_state/webhooks/\(options.source).json"
    file = options.folder.appending(path: "lakes.json")
  }

  private struct Mark: Codable { let id: String }

  /// Makes sure that it is the lake of before, or marks a new one.
  ///
  /// - Throws: `unavailable` where the mark is not there or another's, and what the lake says.
  func require() throws(PlatformError) {
    let address = lake.location(of: "")
    let found = try lake.read(path).flatMap { try? JSONDecoder().decode(Mark.self, from: Data($0)) }?.id
    var known =
      (try? Data(contentsOf: file)).flatMap { try? JSONDecoder().decode([String: String].self, from: $0) } ?? [:]
    if let before = known[address] {
      if found == before { return }
      throw PlatformError(
        .unavailable, "this is not the lake that webhook events were brought to before",
        cause: found == nil ? "it lacks the mark of then" : "it has the mark of another one",
        context: ["mark": lake.location(of: path)],
        nextStep: "mount or put back that lake; where a new one is to take its place, remove \(file.path)",
        isRetryable: true)
    }
    let id = found ?? UUID().uuidString
    if found == nil { try lake.replace(path, with: try Self.bytes(Mark(id: id))) }
    known[address] = id
    try AtomicFile.replace(file, with: try Self.bytes(known))
  }

  private static func bytes(_ document: some Encodable) throws(PlatformError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(document)) + [UInt8(ascii: "\n")]
    } catch {
      throw PlatformError(.bug, "the mark of a lake cannot be written", cause: "\(error)")
    }
  }
}
