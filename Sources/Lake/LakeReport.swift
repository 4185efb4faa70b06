package import PlatformCore

/// What a run over the lake did.
package struct LakeReport: Codable, Sendable, Equatable {
  /// One model.
  package struct Model: Codable, Sendable, Equatable {
    /// The entity or model.
    package var model: String
    /// `silver` or `gold`.
    package var layer: String
    /// The source; nil of gold, which is of all.
    package var source: String?
    /// Sightings in new bronze; 0 of gold.
    package var read = 0
    /// Records that broke their declared shape or were no JSON.
    package var rejected = 0
    /// The rows of the partitions that were built.
    package var rows = 0
    /// The partitions that changed.
    package var partitions = 0

    /// Names the model.
    package init(_ model: String, layer: ModelFile.Layer, source: String? = nil) {
      self.model = model
      self.layer = layer.rawValue
      self.source = source
    }
  }

  /// The run.
  package var runID: String
  /// When it began, RFC 3339.
  package var startedAt: String
  /// The past moment that was built, RFC 3339; nil for what is known now.
  package var asOf: String?
  /// The lake that a past moment was built in; nil for the one there is.
  package var lake: String?
  /// An earlier run whose broken off acceptance was completed.
  package var recoveredRunID: String?
  /// The models that were built.
  package var models: [Model] = []
  /// What the checks found.
  package var findings: [QualityFinding] = []
  /// Whether what was built is accepted.
  package var isPromoted = false
  /// Whether something is staged and waits for its checks.
  package var isStaged = false
  /// New parts of bronze.
  package var parts = 0
  /// Their bytes.
  package var bytes = 0
  /// Seconds, by stage.
  package var seconds: [String: Double] = [:]
  /// Whether drift counts as failure.
  package var isStrict = false
  /// The files with what was rejected.
  package var rejectFiles: [String] = []

  /// A report without anything in it.
  package init(runID: String, startedAt: String) {
    self.runID = runID
    self.startedAt = startedAt
  }

  enum CodingKeys: String, CodingKey {
    case models, findings, parts, bytes, seconds, lake
    case asOf = "as_of"
    case runID = "run_id"
    case startedAt = "started_at"
    case recoveredRunID = "recovered_run_id"
    case isPromoted = "is_promoted"
    case isStaged = "is_staged"
    case isStrict = "is_strict"
    case rejectFiles = "reject_files"
  }

  /// The findings that keep what is staged from being accepted.
  package var failures: [QualityFinding] {
    findings.filter { !$0.check.isReject && (isStrict || !$0.check.isDrift) }
  }

  /// How the run ended: 1 with failed checks, 65 with rejects.
  package var exitStatus: ExitStatus {
    let rejects: [ExitStatus] = findings.contains { $0.check.isReject } ? [.data] : []
    return .strongest(of: rejects + (failures.isEmpty ? [] : [.differences]))
  }
}
