/// One file of bronze: what one run wrote of one entity on one day, one JSON object a line.
package struct BronzePart: Sendable, Equatable {
  /// The entity of captured webhook events: of no table, and no source of what is known of objects at a moment.
  package static let webhookEvents = "webhook_events"

  /// Stands in the id of each run that applies captured events, with a number behind it.
  package static let applyMark = ".apply-"

  /// Where it lies in the lake.
  package let path: String
  /// What it holds: a table's name, or another stream's.
  package let entity: String
  /// The UTC day of ingestion, `2026-11-21`.
  package let day: String
  /// The run that wrote it.
  package let runID: String
  /// Its place among the parts of that run and entity, from 0.
  package let number: Int
  /// Whether it was compacted: the lines of other parts, gzipped; never appended to.
  package let isCompacted: Bool

  /// Names a part of a source.
  package init(
    source: String, entity: String, day: String, runID: String, number: Int, isCompacted: Bool = false
  ) {
    self.init(
      folder: Self.folder(source, entity) + "/dt=\(day)/run_id=\(runID)", entity, day, runID, number, isCompacted)
  }

  private init(
    folder: String, _ entity: String, _ day: String, _ runID: String, _ number: Int, _ isCompacted: Bool
  ) {
    self.isCompacted = isCompacted
    self.entity = entity
    self.day = day
    self.runID = runID
    self.number = number
    let digits = String(number)
    path =
      folder + "/part-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + ".jsonl"
      + (isCompacted ? ".gz" : "")
  }

  /// The part a file name stands for; nil for other files.
  init?(folder: String, entity: String, day: String, runID: String, fileName: String) {
    guard let name = fileName.wholeMatch(of: /part-([0-9]{5,9})\.jsonl(\.gz)?/), let number = Int(name.1) else {
      return nil
    }
    self.init(folder: folder, entity, day, runID, number, name.2 != nil)
  }

  /// The folder of an entity; without one, that of all entities of a source.
  static func folder(_ source: String, _ entity: String? = nil) -> String {
    "bronze/source=\(source)" + (entity.map { "/entity=\($0)" } ?? "")
  }

  /// Whether a run wrote it that applied captured events: it bears no witness of the batch.
  package var isOfCapturedEvents: Bool { runID.contains(Self.applyMark) }

  /// The folder it lies in.
  var folder: String { String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) }
}

/// How far a part was read: always the end of a whole line.
package struct BronzePosition: Sendable, Equatable {
  /// Bytes of lines from the part's beginning, unpacked.
  package var bytes: Int
  /// Lines from the part's beginning.
  package var lines: Int

  /// The beginning.
  package static let start = BronzePosition(bytes: 0, lines: 0)

  /// Names a position.
  package init(bytes: Int, lines: Int) {
    self.bytes = bytes
    self.lines = lines
  }
}
