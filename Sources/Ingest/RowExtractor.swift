import JSONReader
import ResourceStore
import StripeModel

/// What the store asks for of a chunk.
struct WantedRows {
  /// A row to be written whole.
  struct Row {
    let observation: Observation
    let state: RowState
  }

  /// The rows to extract, by element of the batch, table and id.
  var rows: [Int: [ResourceName: [String: Row]]] = [:]
  /// What needs no extraction: stubs and rows that are as they were.
  var set: WriteSet
  /// The records that contradict what is stored.
  var rejects: [RejectedRecord] = []
  /// How many of the rows are sightings, by table.
  var sightings: [ResourceName: Int] = [:]
}

/// Parses the wanted records again and writes their rows for COPY; keeps buffers, so one per thread.
final class RowExtractor {
  private let document: JSONDocument
  private let walk: ObjectWalk
  /// Writes rows of one API version; most chunks know one.
  private var writer: (apiVersion: String?, runID: String, rows: RowWriter)?

  init(walk: ObjectWalk, limits: JSONLimits) {
    document = JSONDocument(limits: limits)
    self.walk = walk
  }

  /// What is to be written, rows sorted by id; a record that breaks its declaration is among the rejects, and then the
  /// set is not to be used.
  func extract(_ wanted: WantedRows, of chunk: PreparedChunk) -> (set: WriteSet, rejects: [RejectedRecord]) {
    var (set, rejects) = (wanted.set, wanted.rejects)
    var lines: [ResourceName: Lines] = [:]
    for (position, rows) in wanted.rows.sorted(by: { $0.key < $1.key }) {
      let element = chunk.batch.elements[position]
      do {
        try extract(rows, element, of: chunk, &lines, &set)
      } catch {
        rejects.append(RejectedRecord(error, element, chunk.batch, chunk.resource, chunk.file, document))
      }
    }
    for (resource, table) in lines {
      set.tables[resource, default: .init()].inserts = table.sorted(table.inserts)
      set.tables[resource, default: .init()].updates = table.sorted(table.updates)
    }
    for list in Self.newestLists(of: chunk) {
      let key = WriteSet.ListKey(parent: list.parent, list: list.list)
      set.completeLists[key, default: .init()].parents.append((list.parentID, list.version))
      set.completeLists[key, default: .init()].children += list.childIDs
    }
    for (key, gone) in Self.emptied(by: chunk) { set.completeLists[key, default: .init()].parents += gone }
    return (set, rejects)
  }

  /// The lists of deleted parents: what only exists inside them is gone with them.
  private static func emptied(
    by chunk: PreparedChunk
  ) -> [WriteSet.ListKey: [(id: String, version: ObservationVersion)]] {
    var emptied: [WriteSet.ListKey: [(id: String, version: ObservationVersion)]] = [:]
    for (resource, seen) in chunk.seen {
      for list in resource.definition.children where list.resource.definition.listing.scope == .inside {
        let gone = seen.observations.filter { $0.isOwn && $0.isDeleted }.map { ($0.id, $0.version) }
        if !gone.isEmpty { emptied[WriteSet.ListKey(parent: resource, list: list)] = gone }
      }
    }
    return emptied
  }

  /// The complete lists of the chunk, of each parent's the newest: what an older one held may have vanished since.
  private static func newestLists(of chunk: PreparedChunk) -> [PreparedChunk.ListSeen] {
    struct Place: Hashable {
      let key: WriteSet.ListKey
      let parentID: String
    }
    var newest: [PreparedChunk.ListSeen] = []
    var places: [Place: Int] = [:]
    for list in chunk.lists where list.isComplete {
      let place = Place(key: WriteSet.ListKey(parent: list.parent, list: list.list), parentID: list.parentID)
      guard let known = places[place] else {
        places[place] = newest.count
        newest.append(list)
        continue
      }
      let isTie = newest[known].version == list.version
      if isTie, chunk.source.origins.refusesTies {
        newest[known].childIDs += list.childIDs
      } else if newest[known].version <= list.version {
        newest[known] = list
      }
    }
    return newest
  }

  private func rows(in apiVersion: String?, _ runID: String) -> RowWriter {
    if let writer, writer.apiVersion == apiVersion, writer.runID == runID { return writer.rows }
    let rows = RowWriter(apiVersion: apiVersion, runID: runID)
    writer = (apiVersion, runID, rows)
    return rows
  }

  private func extract(
    _ rows: [ResourceName: [String: WantedRows.Row]], _ element: JSONBatch.Element, of chunk: PreparedChunk,
    _ lines: inout [ResourceName: Lines], _ set: inout WriteSet
  ) throws {
    let origin = try chunk.source.origins.origin(of: element)
    let writer = self.rows(in: origin.apiVersion, set.runID)
    let value = try document.parse(chunk.batch, element)
    var remaining = rows
    try walk.walk(
      record: value, as: chunk.resource, sequence: origin.version.sequence,
      onObject: { visit in
        let resource = visit.plan.definition.name
        guard let row = remaining[resource]?[visit.id], row.observation.version.sequence == visit.sequence else {
          return
        }
        remaining[resource]?[visit.id] = nil
        var table = lines[resource] ?? Lines()
        lines[resource] = nil  // so that the buffer is grown in place
        defer { lines[resource] = table }
        let start = table.bytes.count
        try writer.append(visit, row.observation, to: &table.bytes) { target, id in
          set.referred[target, default: []].insert(id)
        }
        let line = Lines.Line(id: visit.id, range: start..<table.bytes.count)
        if row.state == .missing { table.inserts.append(line) } else { table.updates.append(line) }
      }, onList: { _ in })
  }
}

/// The lines of one table, in file order until they are sorted.
private struct Lines {
  struct Line {
    let id: String
    let range: Range<Int>
  }

  var bytes: [UInt8] = []
  var inserts: [Line] = []
  var updates: [Line] = []

  func sorted(_ lines: [Line]) -> WriteSet.CopyRows {
    var sorted = WriteSet.CopyRows()
    sorted.bytes.reserveCapacity(lines.reduce(0) { $0 + $1.range.count })
    for line in lines.sorted(by: { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }) {
      sorted.bytes.append(contentsOf: bytes[line.range])
      sorted.ids.append(line.id)
    }
    return sorted
  }
}
