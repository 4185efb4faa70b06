/// What a run read and wrote: `_state/manifests/run_<run_id>.json`.
package struct RunManifest: Codable, Sendable, Equatable {
  /// A part that was written.
  package struct Output: Codable, Sendable, Equatable {
    /// Where it lies in the lake.
    package var path: String
    /// Its entity.
    package var entity: String
    /// Its lines.
    package var lines: Int
    /// Its bytes.
    package var bytes: Int
    /// SHA-256 of its bytes in hex, of files that are whole when they are written: silver, gold and compacted bronze.
    package var sha256: String?
    /// Of a compacted part: what it stands for.
    package var compacted: Compacted?

    /// Bundles the parts.
    package init(
      path: String, entity: String, lines: Int, bytes: Int, sha256: String? = nil, compacted: Compacted? = nil
    ) {
      self.compacted = compacted
      self.path = path
      self.entity = entity
      self.lines = lines
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  /// What a compacted part stands for.
  package struct Compacted: Codable, Sendable, Equatable {
    /// The bytes of its lines, unpacked.
    package var bytes: Int
    /// The parts that gave way to it and to those written with it, with their bytes; also those that these had
    /// taken the place of.
    package var replaced: [String: Int]

    /// Bundles the parts.
    package init(bytes: Int, replaced: [String: Int]) {
      self.bytes = bytes
      self.replaced = replaced
    }
  }

  /// The run.
  package var runID: String
  /// Its command.
  package var command: String
  /// The source.
  package var source: String
  /// RFC 3339.
  package var startedAt: String
  /// RFC 3339.
  package var finishedAt: String
  /// `done`, `incomplete` or `failed`.
  package var status: String
  /// What was read, by name: the API's address and version, the feed's range.
  package var inputs: [String: String]
  /// The parts written.
  package var outputs: [Output]
  /// Figures by name.
  package var counts: [String: Int]
  /// Seconds by stage.
  package var seconds: [String: Double]?
  /// The versions of what made the outputs.
  package var versions: [String: String]?

  /// Bundles the parts.
  package init(
    runID: String, command: String, source: String, startedAt: String, finishedAt: String, status: String,
    inputs: [String: String], written: [BronzeWriter.Written], counts: [String: Int]
  ) {
    self.runID = runID
    self.command = command
    self.source = source
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.status = status
    self.inputs = inputs
    outputs = written.map {
      Output(path: $0.part.path, entity: $0.part.entity, lines: $0.lines, bytes: $0.bytes)
    }
    self.counts = counts
  }

  /// The same run, with what an earlier step of it did.
  func following(_ earlier: RunManifest) -> RunManifest {
    var both = self
    both.startedAt = earlier.startedAt
    let paths = Set(outputs.filter { $0.sha256 != nil }.map(\.path))
    both.outputs = earlier.outputs.filter { !paths.contains($0.path) } + outputs
    both.inputs.merge(earlier.inputs) { new, _ in new }
    both.counts.merge(earlier.counts) { new, old in new + old }
    both.seconds = (earlier.seconds ?? [:]).merging(seconds ?? [:]) { $0 + $1 }
    both.versions = (earlier.versions ?? [:]).merging(versions ?? [:]) { $1 }
    if earlier.status != "done" { both.status = earlier.status }
    return both
  }

  enum CodingKeys: String, CodingKey {
    case command, source, status, inputs, outputs, counts, seconds, versions
    case runID = "run_id"
    case startedAt = "started_at"
    case finishedAt = "finished_at"
  }
}
