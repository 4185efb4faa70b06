package import BronzeStore
import Foundation
import PlatformCore

/// Where silver, gold and what is known of them lie in the lake.
enum LakePath {
  static let staging = "_staging"
  static let journal = "_state/promotion.json"
  static let accepted = "_state/manifests/_latest"

  static func staging(of runID: String) -> String { "\(staging)/run_id=\(runID)" }
  static func plan(of runID: String) -> String { staging(of: runID) + "/plan.json" }
  static func silver(_ table: String, of source: String) -> String { "silver/source=\(source)/entity=\(table)" }
  static func gold(_ model: String) -> String { "gold/model=\(model)" }
  static func accepted(_ model: String) -> String { "\(accepted)/\(model).json" }
  static func transformed(_ entity: String) -> String { "_state/transformed/\(entity).json" }
}

/// One file of a model that is accepted.
package struct LakeFile: Codable, Sendable, Equatable {
  /// Where it lies in the lake.
  package var path: String
  /// Its partition: a UTC day, or `unknown`.
  package var dt: String
  /// Its rows.
  package var rows: Int
  /// SHA-256 of its bytes, in hex.
  package var sha256: String

  /// Bundles the parts.
  package init(path: String, dt: String, rows: Int, sha256: String) {
    self.path = path
    self.dt = dt
    self.rows = rows
    self.sha256 = sha256
  }
}

/// What is accepted of a model: `_state/manifests/_latest/<model>.json`, the contract for every reader.
package struct AcceptedModel: Codable, Sendable, Equatable {
  /// The silver entity or the gold model.
  package var model: String
  /// The run that last changed it.
  package var runID: String
  /// When, RFC 3339.
  package var updatedAt: String
  /// The SQL that made it; nil of silver, where each source has its own (`TransformState`).
  package var modelHash: String?
  /// Its files, by path.
  package var files: [LakeFile]

  enum CodingKeys: String, CodingKey {
    case model, files
    case modelHash = "model_hash"
    case runID = "run_id"
    case updatedAt = "updated_at"
  }

  /// Its rows.
  package var rows: Int { files.reduce(0) { $0 + $1.rows } }
}

/// How far an entity's bronze is in silver: `_state/transformed/<entity>.json`.
struct TransformState: Codable, Sendable, Equatable {
  /// One source's part.
  struct Source: Codable, Sendable, Equatable {
    /// The run that last moved it.
    var runID: String
    /// When, RFC 3339.
    var updatedAt: String
    /// The newest `ingested_at` that is in silver; nil where nothing is.
    var ingestedAt: String?
    /// The SQL that built the silver there is; other SQL builds all of it anew.
    var modelHash: String
    /// The parts that are in it, with their bytes.
    var parts: [String: Int] = [:]

    enum CodingKeys: String, CodingKey {
      case parts
      case runID = "run_id"
      case updatedAt = "updated_at"
      case ingestedAt = "ingested_at"
      case modelHash = "model_hash"
    }
  }

  /// The entity.
  var entity: String
  /// By source.
  var sources: [String: Source] = [:]
}

extension LakeFolder {
  /// A JSON file of the lake's state; nil where there is none.
  func document<Document: Decodable>(_ path: String, _ type: Document.Type = Document.self) throws(PlatformError)
    -> Document?
  {
    guard let bytes = try read(path) else { return nil }
    do {
      return try JSONDecoder().decode(Document.self, from: Data(bytes))
    } catch {
      throw PlatformError(
        .data, "a file of the lake's state holds something else", cause: String(describing: error),
        context: ["file": location(of: path)], nextStep: "remove the file, then: okapi lake replay")
    }
  }

  /// Writes a JSON file of the lake's state, whole or not at all.
  func write(_ document: some Encodable, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try replace(path, with: Array(try encoder.encode(document)) + [UInt8(ascii: "\n")])
  }

  /// What is accepted, by model; models without a file have none.
  package func acceptedModels() throws -> [String: AcceptedModel] {
    var models: [String: AcceptedModel] = [:]
    for name in try names(in: LakePath.accepted) where name.hasSuffix(".json") {
      if let model: AcceptedModel = try document("\(LakePath.accepted)/\(name)") { models[model.model] = model }
    }
    return models
  }
}
