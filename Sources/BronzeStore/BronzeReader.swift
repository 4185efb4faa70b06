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

  /// The entities there are, sorted; none where nothing was fetched yet.
  ///
  /// - Throws: `inputOutput`.
  package func entities() throws(PlatformError) -> [String] { try values("entity", in: folder) }

  /// The parts of an entity in the order they were written: by day, run and number.
  ///
  /// - Throws: `inputOutput`.
  package func parts(of entity: String) throws(PlatformError) -> [BronzePart] {
    let folder = BronzePart.folder(source, entity)
    var parts: [BronzePart] = []
    for day in try values("dt", in: folder) {
      for runID in try values("run_id", in: "\(folder)/dt=\(day)") {
        let inner = "\(folder)/dt=\(day)/run_id=\(runID)"
        let found = try lake.names(in: inner).compactMap {
          BronzePart(folder: inner, entity: entity, day: day, runID: runID, fileName: $0)
        }
        parts += found.sorted { $0.number < $1.number }
      }
    }
    return parts
  }

  /// How many bytes a part has now; nil where it is gone, or is no file.
  package func bytes(of part: BronzePart) -> Int? { lake.size(of: part.path) }

  /// Opens a part at the end of a whole line.
  ///
  /// - Throws: `inputMissing` or `inputOutput`.
  package func open(
    _ part: BronzePart, at position: BronzePosition = .start, limits: JSONLimits = .standard
  ) throws(PlatformError) -> BronzePartReader {
    BronzePartReader(part: part, input: try lake.open(part.path), position: position, limits: limits)
  }

  private func values(_ key: String, in folder: String) throws(PlatformError) -> [String] {
    try lake.names(in: folder).filter { $0.hasPrefix(key + "=") && $0.utf8.count > key.utf8.count + 1 }
      .map { String($0.dropFirst(key.count + 1)) }
  }
}
