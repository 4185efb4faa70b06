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
    /// The compacted part it is; nil of others.
    let compacted: BronzePart?
    /// What its bytes hash to, as its run says; nil where it does not, as of all that only grows.
    let sha256: String?
    /// Whether no line of it was worth keeping: such parts are all alike.
    let isEmptied: Bool
    /// Whether its run was killed before it could note it.
    let isUnnoted: Bool
  }

  /// All parts, by entity, in the order they were written.
  private(set) var parts: [String: [Part]] = [:]
  /// What is wrong with bronze itself, each with its own words.
  private(set) var damage: [QualityFinding] = []

  /// - Parameters:
  ///   - day: the last day that is looked at; nil for all.
  ///   - readsAll: whether the bytes of compacted parts are held against their hashes.
  init(_ lake: LakeFolder, source: String, upTo day: String? = nil, readsAll: Bool = false) throws {
    let reader = BronzeReader(lake: lake, source: source)
    let state = BronzeState(lake: lake, source: source)
    var manifests: [String: RunManifest?] = [:]
    var found: Set<String> = []
    for entity in try reader.entities() {
      for (part, size) in try reader.sizedParts(of: entity) where day.map({ part.day <= $0 }) ?? true {
        let bytes = size ?? 0
        found.insert(part.path)
        if manifests[part.runID] == nil { manifests[part.runID] = .some(try state.manifest(of: part.runID)) }
        // A run that was killed has left no manifest.
        let told = (manifests[part.runID] ?? nil)?.outputs.filter { $0.path == part.path } ?? []
        // What gave way to a part that is there is not gone.
        for output in told { found.formUnion(output.compacted?.replaced.keys.map(\.self) ?? []) }
        parts[entity, default: []].append(
          Part(
            path: part.path, entity: entity, day: part.day, runID: part.runID, bytes: bytes,
            compacted: part.isCompacted ? part : nil, sha256: told.last?.sha256,
            isEmptied: part.isCompacted && told.last?.lines == 0, isUnnoted: told.isEmpty))
        if told.reduce(0, { $0 + $1.bytes }) > bytes {
          damage.append(
            .init(.bronzeShortPart, of: entity, "a part is shorter than its run wrote it", samples: [part.path]))
        }
      }
    }
    for (entity, parts) in parts.sorted(by: { $0.key < $1.key }) {
      damage += try Self.copies(of: entity, parts, lake)
      if readsAll { damage += try Self.changed(of: entity, parts, lake) }
    }
    for (_, manifest) in manifests.sorted(by: { $0.key < $1.key }) {
      for output in manifest?.outputs ?? []
      where output.path.hasPrefix(reader.folder + "/") && !found.contains(output.path) {
        let written = output.path.firstMatch(of: #/\/dt=([^\/]+)/#).map { String($0.1) } ?? ""
        if let day, written > day { continue }
        damage.append(.init(.bronzeMissingPart, of: output.entity, "a part is gone", samples: [output.path]))
      }
    }
  }

  /// How many parts end in half a line, because their run was killed in the middle of it: it was read again since.
  static func torn(_ parts: [Part], in lake: LakeFolder) throws -> Int {
    try parts.count { part in
      guard part.isUnnoted, part.compacted == nil else { return false }
      return try lake.open(part.path).read(1, at: part.bytes - 1) != [UInt8(ascii: "\n")]
    }
  }

  /// Parts that hold the same bytes as another: nothing that a run writes. Only those of one size are read.
  private static func copies(of entity: String, _ parts: [Part], _ lake: LakeFolder) throws -> [QualityFinding] {
    var findings: [QualityFinding] = []
    let parts = parts.filter { !$0.isEmptied }
    for same in Dictionary(grouping: parts, by: \.bytes).values where same.count > 1 && same[0].bytes > 0 {
      let hashes = try same.map { try lake.sha256(of: $0.path, believing: true) }
      for (index, hash) in hashes.enumerated() where hashes.firstIndex(of: hash) != index {
        findings.append(
          .init(.bronzeCopy, of: entity, "a part holds the bytes of another one: a copy?", samples: [same[index].path]))
      }
    }
    return findings
  }

  /// Compacted parts with other bytes than were written.
  private static func changed(of entity: String, _ parts: [Part], _ lake: LakeFolder) throws -> [QualityFinding] {
    let changed = try parts.filter { try $0.sha256 != nil && lake.sha256(of: $0.path) != $0.sha256 }.map(\.path)
    if changed.isEmpty { return [] }
    return [.init(.bronzeChanged, of: entity, "compacted parts hold other bytes than were written", samples: changed)]
  }

  /// Refuses compacted parts that are cut or damaged, before they are read: DuckDB would not name them.
  ///
  /// - Throws: `data` naming the part.
  func requireWhole(_ parts: [Part], in lake: LakeFolder, of source: String) throws {
    for part in parts {
      guard let compacted = part.compacted else { continue }
      if let hash = part.sha256, try lake.sha256(of: part.path, believing: true) == hash { continue }
      // With the manifest lost, or another program's copy, what can be unpacked is believed.
      try BronzeReader(lake: lake, source: source).requireReadable(compacted)
      guard part.sha256 != nil else { continue }
      throw BronzeReader.damaged(lake.location(of: part.path), "its bytes are not those that its run wrote")
    }
  }

  /// The parts of an entity that silver does not hold as they are now.
  func new(_ entity: String, since known: [String: Int]) -> [Part] {
    (parts[entity] ?? []).filter { $0.bytes > 0 && known[$0.path] != $0.bytes }
  }
}
