import BronzeStore
import PlatformCore

/// What bronze holds of a source, and what of it is not in silver yet. The caller holds the source's lock.
struct BronzeInventory {
  /// A part, its size, and what its run's manifest says of it.
  struct Part {
    let path: String
    let entity: String
    let day: String
    let runID: String
    let bytes: Int
  }

  /// All parts, by entity, in the order they were written.
  private(set) var parts: [String: [Part]] = [:]
  /// What is wrong with bronze itself, each with its own words.
  private(set) var damage: [QualityFinding] = []

  /// - Parameter day: the last day that is looked at; nil for all.
  init(_ lake: LakeFolder, source: String, upTo day: String? = nil) throws {
    let reader = BronzeReader(lake: lake, source: source)
    let state = BronzeState(lake: lake, source: source)
    var manifests: [String: RunManifest?] = [:]
    var found: Set<String> = []
    for entity in try reader.entities() {
      for (part, size) in try reader.sizedParts(of: entity) where day.map({ part.day <= $0 }) ?? true {
        let bytes = size ?? 0
        found.insert(part.path)
        parts[entity, default: []].append(
          Part(path: part.path, entity: entity, day: part.day, runID: part.runID, bytes: bytes))
        if manifests[part.runID] == nil { manifests[part.runID] = .some(try state.manifest(of: part.runID)) }
        // A run that was killed has left no manifest.
        guard let manifest = manifests[part.runID] ?? nil, manifest.source == source else { continue }
        let told = manifest.outputs.filter { $0.path == part.path }
        if told.reduce(0, { $0 + $1.bytes }) > bytes {
          damage.append(
            .init(.bronzeShortPart, of: entity, "a part is shorter than its run wrote it", samples: [part.path]))
        }
      }
    }
    for (entity, parts) in parts.sorted(by: { $0.key < $1.key }) { damage += try Self.copies(of: entity, parts, lake) }
    for (_, manifest) in manifests.sorted(by: { $0.key < $1.key }) {
      for output in manifest?.outputs ?? []
      where manifest?.source == source && output.path.hasPrefix("bronze/") && !found.contains(output.path) {
        let written = output.path.firstMatch(of: #/\/dt=([^\/]+)/#).map { String($0.1) } ?? ""
        if let day, written > day { continue }
        damage.append(.init(.bronzeMissingPart, of: output.entity, "a part is gone", samples: [output.path]))
      }
    }
  }

  /// Parts that hold the same bytes as another: nothing that a run writes. Only those of one size are read.
  private static func copies(of entity: String, _ parts: [Part], _ lake: LakeFolder) throws -> [QualityFinding] {
    var findings: [QualityFinding] = []
    for same in Dictionary(grouping: parts, by: \.bytes).values where same.count > 1 && same[0].bytes > 0 {
      let hashes = try same.map { try lake.sha256(of: $0.path, believing: true) }
      for (index, hash) in hashes.enumerated() where hashes.firstIndex(of: hash) != index {
        findings.append(
          .init(.bronzeCopy, of: entity, "a part holds the bytes of another one: a copy?", samples: [same[index].path]))
      }
    }
    return findings
  }

  /// The parts of an entity that silver does not hold as they are now.
  func new(_ entity: String, since known: [String: Int]) -> [Part] {
    (parts[entity] ?? []).filter { $0.bytes > 0 && known[$0.path] != $0.bytes }
  }
}
