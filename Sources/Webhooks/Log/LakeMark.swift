package import BronzeStore
package import Foundation
package import PlatformCore

/// What tells the lake that segments went to from another in its place, such as an empty folder while its disk is not
/// mounted: what is put there would be taken for shipped, and be out of sight later.
///
/// A random id stands in the lake and in the log's folder, there by the lake's address: with another address it is
/// another lake.
package struct LakeMark: Sendable {
  private let lake: LakeFolder
  private let path: String
  private let file: URL

  /// The mark of a source's lake, as its log knows it; nothing is read.
  package init(lake: LakeFolder, source: String, log: URL) {
    self.lake = lake
    path = "_state/webhooks/\(source).json"
    file = log.appending(path: "lakes.json")
  }

  init(_ options: EventLogOptions) {
    self.init(lake: options.lake, source: options.source, log: options.folder)
  }

  private struct Mark: Codable { let id: String }

  /// What is known of the lake at an address.
  private struct Known: Codable {
    let id: String
    /// Its bronze's mode; nil where that is not known.
    var livemode: Bool?
  }

  private var address: String { lake.location(of: "") }

  /// The lakes of before by their address; nil for a log that has noted none, as of an earlier version.
  private func known() throws(PlatformError) -> [String: Known]? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do {
      return try JSONDecoder().decode([String: Known].self, from: try Data(contentsOf: file))
    } catch {
      throw PlatformError(
        .data, "the file that says which lake webhook events are brought to is damaged",
        cause: "it is no JSON, or lacks what such a file holds", context: ["file": file.path],
        nextStep: "make sure that the lake is there, then: echo '{}' > \(file.path)")
    }
  }

  private func found() throws(PlatformError) -> String? {
    try lake.read(path).flatMap { try? JSONDecoder().decode(Mark.self, from: Data($0)) }?.id
  }

  private func refusal(_ cause: String) -> PlatformError {
    PlatformError(
      .unavailable, "this is not the lake that webhook events were brought to before", cause: cause,
      context: ["lake": address, "mark": path],
      nextStep: "mount or put back that lake; where a new one is to take its place: echo '{}' > \(file.path)",
      isRetryable: true)
  }

  /// The mode of the lake's bronze as it was noted; nil where it was not.
  var livemode: Bool? { (try? known())?[address]?.livemode }

  /// Refuses another lake than the one that was known at its address. One that was never brought anything passes.
  ///
  /// - Throws: `unavailable` where the mark is not there or another's, `data`, and what the lake says.
  package func check() throws(PlatformError) {
    guard let before = try known()?[address]?.id else { return }
    let found = try found()
    if found == before { return }
    throw refusal(found == nil ? "it lacks the mark of then" : "it has the mark of another one")
  }

  /// The same, and marks a lake that is new.
  ///
  /// - Parameter holdsNewest: whether it has what was brought to it last; nil where nothing was.
  func require(_ holdsNewest: () throws(PlatformError) -> Bool?) throws(PlatformError) {
    try check()
    let known = try known()
    if known?[address] != nil { return }
    // A log of an earlier version has brought segments to a lake without a mark.
    if known == nil, try found() == nil, try holdsNewest() == false { throw refusal("it lacks what was brought last") }
    if try found() == nil { try make() }
    guard let id = try found() else { throw refusal("its mark cannot be read back") }
    try write((known ?? [:]).merging([address: Known(id: id)]) { $1 })
  }

  /// Notes the mode of the lake's bronze; false for a lake that is not marked.
  func note(livemode: Bool) throws(PlatformError) -> Bool {
    guard var all = try known(), let own = all[address] else { return false }
    if own.livemode != livemode {
      all[address]?.livemode = livemode
      try write(all)
    }
    return true
  }

  /// Of two that make it at the same time the first one's stays.
  private func make() throws(PlatformError) {
    let bytes = try Self.bytes(Mark(id: UUID().uuidString))
    // In a bucket it is written only where nobody has meanwhile.
    guard !lake.isRemote else { return try lake.replace(path, with: bytes) }
    let part = "\(path).\(UUID().uuidString)"
    try lake.replace(part, with: bytes)
    let isMade = link(lake.location(of: part), lake.location(of: path)) == 0 || errno == EEXIST
    try lake.remove(part)
    // Some file systems have no links.
    if !isMade { try lake.replace(path, with: bytes) }
    lake.syncFolders(from: "_state/webhooks")
  }

  private func write(_ known: [String: Known]) throws(PlatformError) {
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
