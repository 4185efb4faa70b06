package import JSONReader
package import PlatformCore

/// Finds what a lake's bronze holds of one source. Calls block.
package struct BronzeReader: Sendable {
  /// The folder of the source's bronze, in the lake.
  package var folder: String { BronzePart.folder(source) }

  private let lake: LakeFolder
  private let source: String

  /// Reads a source of a lake.
  package init(lake: LakeFolder, source: String) {
    self.lake = lake
    self.source = source
  }

  /// Reads a part to its end.
  ///
  /// - Throws: `data` where a compacted one is damaged, `inputMissing` or `inputOutput`.
  package func requireReadable(_ part: BronzePart) throws(PlatformError) {
    let input = try BronzePartInput(part, in: lake)
    var read = 0
    while true {
      let count = try input.read(1 << 18, at: read).count
      if count == 0 { return }
      read += count
    }
  }

  /// The entities there are, sorted; none where nothing was fetched yet.
  ///
  /// - Throws: `inputOutput`.
  package func entities() throws(PlatformError) -> [String] { try values("entity", in: folder) }

  /// The parts of an entity in the order they were written: by day, run and number.
  ///
  /// - Throws: `inputOutput`.
  package func parts(of entity: String) throws(PlatformError) -> [BronzePart] {
    try sizedParts(of: entity).map(\.part)
  }

  /// The same with the bytes that each file has now; nil of what is no file.
  ///
  /// - Throws: `inputOutput`.
  package func sizedParts(of entity: String) throws(PlatformError) -> [(part: BronzePart, bytes: Int?)] {
    let folder = BronzePart.folder(source, entity)
    let found = try lake.files(below: folder).compactMap { file -> (part: BronzePart, bytes: Int?)? in
      let names = file.path.dropFirst(folder.count + 1).split(separator: "/").map(String.init)
      guard names.count == 3, let day = Self.value("dt", names[0]), let runID = Self.value("run_id", names[1]) else {
        return nil
      }
      let inner = "\(folder)/\(names[0])/\(names[1])"
      return BronzePart(folder: inner, entity: entity, day: day, runID: runID, fileName: names[2])
        .map { ($0, file.bytes) }
    }
    // Sorted by path already, but for numbers of more than five digits.
    return found.sorted { one, other in
      one.part.folder == other.part.folder
        ? (one.part.number, one.part.path) < (other.part.number, other.part.path)
        : one.part.folder.utf8.lexicographicallyPrecedes(other.part.folder.utf8)
    }
  }

  /// How many bytes a part has now; nil where it is gone, or is no file.
  ///
  /// - Throws: what the server of a bucket says.
  package func bytes(of part: BronzePart) throws(PlatformError) -> Int? { try lake.size(of: part.path) }

  /// What the run noted that wrote a part; nil where it left nothing.
  ///
  /// - Throws: `data` for a file that holds something else, `inputOutput`.
  package func manifest(of runID: String) throws(PlatformError) -> RunManifest? {
    try BronzeState(lake: lake, source: source).manifest(of: runID)
  }

  /// Opens a part at the end of a whole line.
  ///
  /// - Throws: `inputMissing` or `inputOutput`.
  package func open(
    _ part: BronzePart, at position: BronzePosition = .start, limits: JSONLimits = .standard
  ) throws(PlatformError) -> BronzePartReader {
    BronzePartReader(part: part, input: try BronzePartInput(part, in: lake), position: position, limits: limits)
  }

  /// When the oldest line of an object was ingested, RFC 3339 with milliseconds; nil without a whole line.
  ///
  /// - Throws: `inputOutput`.
  package func oldestIngestion() throws(PlatformError) -> String? {
    var oldest: String?
    for entity in try entities() where entity != BronzePart.webhookEvents {
      // Parts are named by the day of their lines, and a part's first line is its oldest.
      var day: String?
      for part in try parts(of: entity) {
        if let day, part.day > day { break }
        guard let moment = try firstIngestion(of: part) else { continue }
        day = part.day
        oldest = min(oldest ?? moment, moment)
      }
    }
    return oldest
  }

  /// When the first whole line of a part was ingested that says it.
  func firstIngestion(of part: BronzePart) throws(PlatformError) -> String? {
    let input = try BronzePartInput(part, in: lake)
    var line: [UInt8] = []
    var read = 0
    while true {
      let more = try input.read(1 << 16, at: read)
      if more.isEmpty { return nil }
      read += more.count
      var rest = more[...]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        line += rest[..<end]
        if let moment = EnvelopeReader.ingestedAt(line) { return moment }
        line.removeAll()
        rest = rest[(end + 1)...]
      }
      line += rest
    }
  }

  /// The error of a part that is not as it was written.
  package static func damaged(_ location: String, _ cause: String) -> PlatformError {
    PlatformError(
      .data, "a part of bronze is damaged", cause: cause, context: ["file": location],
      nextStep: "put it back from a copy of the lake; what it held is nowhere else in bronze")
  }

  private func values(_ key: String, in folder: String) throws(PlatformError) -> [String] {
    try lake.names(in: folder).compactMap { Self.value(key, $0) }
  }

  /// The value in a folder's name, as of `dt=2026-11-21`.
  private static func value(_ key: String, _ name: String) -> String? {
    name.hasPrefix(key + "=") && name.utf8.count > key.utf8.count + 1 ? String(name.dropFirst(key.count + 1)) : nil
  }
}
