import BronzeStore
import Foundation
import PlatformCore
import ResourceStore
import StripeModel

/// Loading bronze: from the store's positions to the last whole lines, entity by entity (decision 0010).
extension Ingestion {
  func bronze(in lake: LakeFolder, of source: String) throws -> (Work, inout IngestTally) async throws -> Void {
    let bronze = BronzeReader(lake: lake, source: source)
    let entities = try options.parts.map { Array(Set($0.map(\.part.entity))) } ?? bronze.entities()
    let tables = ResourceName.allCases.map(\.definition.table)
    let account = try BronzeState(lake: lake, source: source).account()?.id
    return { work, tally in
      if let account { try await work.records.require(account: account) }
      tally.begins(bronzeWithout: entities.filter { !tables.contains($0) && $0 != BronzePart.webhookEvents })
      let positions = BronzePositions(connection: work.connection, names: options.names)
      let known = try await positions.all(in: bronze.folder)
      for resource in wanted where entities.contains(resource.definition.table) {
        let parts = try await self.parts(of: resource, bronze, known, positions)
        try await load(parts, of: resource, bronze, positions, work, &tally)
      }
    }
  }

  /// The parts of an entity that hold more than was loaded, or those asked for; with `replays` all of them, from their
  /// beginning.
  private func parts(
    of resource: ResourceName, _ bronze: BronzeReader, _ known: [String: BronzePositions.Position],
    _ positions: BronzePositions
  ) async throws -> [BronzeChunkReader.Work] {
    let entity = resource.definition.table
    if let named = options.parts {
      return try named.filter { $0.part.entity == entity }
        .map { part, from in
          // What a database that was emptied or restored lacks before that is read as well.
          let loaded = known[part.path].map { BronzePosition(bytes: $0.bytes, lines: $0.lines) } ?? .start
          let position = loaded.bytes < from.bytes ? loaded : from
          return .init(part: part, position: position, bytes: try bronze.bytes(of: part) ?? 0)
        }
    }
    var work: [BronzeChunkReader.Work] = []
    var manifests = CompactedParts(bronze)
    for (part, bytes) in try bronze.sizedParts(of: entity) {
      var position = known[part.path].map { BronzePosition(bytes: $0.bytes, lines: $0.lines) } ?? .start
      guard let bytes else {
        // Reading it says why.
        work.append(.init(part: part, position: position, bytes: 0))
        continue
      }
      if part.isCompacted {
        // Packed, its size says nothing of its lines. Without its run's manifest it is read: that changes nothing.
        let output = try manifests.output(of: part)
        let total = output?.compacted?.bytes ?? .max
        if let output, !options.replays, position == .start, CompactedParts.isLoaded(output, by: known) {
          try await positions.move([.init(part: part.path, bytes: total, lines: output.lines)], run: context.runID)
          continue
        }
        if options.replays { position = .start }
        if position.bytes < total { work.append(.init(part: part, position: position, bytes: position.bytes + bytes)) }
        continue
      }
      if position.bytes > bytes {
        // After a loss of power a part may lack lines that were never synced and yet read: it is no longer the same.
        context.log(.warning, "bronze_part_shortened", ["part": .string(part.path), "bytes": .integer(bytes)])
        try await positions.forget(part.path)
        position = .start
      }
      if options.replays { position = .start }
      if bytes > position.bytes { work.append(.init(part: part, position: position, bytes: bytes)) }
    }
    return work
  }

  private func load(
    _ parts: [BronzeChunkReader.Work], of resource: ResourceName, _ bronze: BronzeReader, _ positions: BronzePositions,
    _ work: Work, _ tally: inout IngestTally
  ) async throws {
    let started = context.clock.now
    let table = resource.definition.table
    let reader = BronzeChunkReader(bronze, parts, of: resource, limits: options.limits)
    try await pump(reader, of: resource, label: table, in: ChunkOrder(), work, &tally) { reached in
      let moved = reached.map {
        BronzePositions.Position(part: $0.part.path, bytes: $0.position.bytes, lines: $0.position.lines)
      }
      try await positions.move(moved, run: context.runID)
    }
    for (part, error) in await reader.failures {
      tally.failed(part.path, of: resource, error)
      context.log(.error, "part_failed", ["part": .string(part.path), "cause": .string(error.cause ?? error.message)])
    }
    let figures = IngestReport.Bronze(
      parts: await reader.parts, lines: await reader.lines, bytes: await reader.bytesRead)
    tally.opened(figures, of: resource)
    let seconds = context.clock.now.timeIntervalSince(started)
    if figures.lines > 0 { tally.spent(seconds, on: resource) }
    context.log(
      figures.lines > 0 ? .info : .debug, "entity_loaded",
      [
        "resource": .string(table), "parts": .integer(figures.parts), "lines": .integer(figures.lines),
        "bytes": .integer(figures.bytes), "duration_ms": .integer(Int(seconds * 1000)),
      ])
  }
}

/// What the runs that compacted parts have noted of them.
private struct CompactedParts {
  private let bronze: BronzeReader
  private var manifests: [String: RunManifest?] = [:]

  init(_ bronze: BronzeReader) { self.bronze = bronze }

  mutating func output(of part: BronzePart) throws(PlatformError) -> RunManifest.Output? {
    if manifests[part.runID] == nil { manifests[part.runID] = .some(try bronze.manifest(of: part.runID)) }
    return (manifests[part.runID] ?? nil)?.outputs.last { $0.path == part.path }
  }

  /// Whether all parts that it was first made of are loaded to their ends.
  static func isLoaded(_ output: RunManifest.Output, by known: [String: BronzePositions.Position]) -> Bool {
    let first = (output.compacted?.replaced ?? [:]).filter { $0.key.hasSuffix(".jsonl") }
    return !first.isEmpty && first.allSatisfy { part, bytes in (known[part]?.bytes ?? 0) >= bytes }
  }
}
