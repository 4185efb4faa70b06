import BronzeStore
import Foundation
import JSONReader
import PlatformCore
import StripeModel

/// Writes list files out of bronze: of every id the newest version, and nothing that is deleted.
///
/// Each file appears whole or not at all, the manifest last. Memory holds the ids of a part of a resource: those of
/// half a million objects; a larger one is gone through several times.
actor ExportWriter {
  /// A resource whose bronze is complete.
  struct Input: Sendable {
    let definition: ResourceDefinition
    /// The runs that have read it.
    let runs: Set<String>
    /// When the first of them began.
    let begunAt: Int64
  }

  private let executor = BlockingExecutor(label: "okapi.fetch.export")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// The newest line of an id.
  private struct Newest {
    var observedAt: Int64
    var sequence: Int64
    var line: Int
    var isDeleted: Bool
  }

  private let reader: BronzeReader
  private let folder: URL
  private let apiVersion: String
  private let idsAtOnce: Int
  private let document = JSONDocument()

  init(reader: BronzeReader, folder: URL, apiVersion: String, idsAtOnce: Int = 500_000) {
    self.reader = reader
    self.folder = folder
    self.apiVersion = apiVersion
    self.idsAtOnce = idsAtOnce
  }

  func write(_ inputs: [Input]) throws -> [FetchReport.ExportFile] {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw PlatformError(
        .output, "the folder for the list files cannot be made", cause: error.systemReason,
        context: ["folder": folder.path], nextStep: "name another folder with --out")
    }
    var manifest = try ExportDates(folder: folder)
    var files: [FetchReport.ExportFile] = []
    for input in inputs {
      try Task.checkCancellation()
      let file = try write(input)
      files.append(file)
      // After each file: one that a kill leaves undated counts as older than it is, which is harmless.
      manifest.note(URL(filePath: file.path).lastPathComponent, at: input.begunAt, apiVersion: apiVersion)
      try manifest.write()
    }
    return files
  }

  private func write(_ input: Input) throws -> FetchReport.ExportFile {
    let table = input.definition.table
    let parts = try reader.parts(of: table).filter { input.runs.contains($0.runID) }
    let lines = try parts.reduce(0) { count, part in try count + self.lines(of: part) }
    let slices = max(1, (lines + idsAtOnce - 1) / idsAtOnce)
    let target = folder.appending(path: "\(table).json")
    let file = try AtomicFile(target, permissions: 0o644)
    try file.append(Array("{\"object\":\"list\",\"data\":[\n".utf8))
    var count = 0
    for slice in 0..<slices {
      let newest = try newest(in: parts, slice: slice, of: slices)
      try forEachRecord(in: parts) { line, _, bytes, id, _ in
        guard let best = newest[id], best.line == line, !best.isDeleted else { return }
        if count > 0 { try file.append(Array(",\n".utf8)) }
        try file.append(bytes)
        count += 1
      }
    }
    let path = input.definition.path ?? ""
    try file.append(Array("\n],\"has_more\":false,\"url\":\"\(path)\"}\n".utf8))
    let bytes = try file.finish()
    return FetchReport.ExportFile(path: target.path, resource: table, objects: count, bytes: bytes)
  }

  private func newest(in parts: [BronzePart], slice: Int, of slices: Int) throws -> [String: Newest] {
    var newest: [String: Newest] = [:]
    try forEachRecord(in: parts) { line, observation, _, id, isDeleted in
      guard slices == 1 || Self.slice(of: id, slices) == slice else { return }
      let found = Newest(
        observedAt: observation.observedAt, sequence: observation.sequence, line: line, isDeleted: isDeleted)
      if let known = newest[id], (known.observedAt, known.sequence) > (found.observedAt, found.sequence) { return }
      newest[id] = found
    }
    return newest
  }

  /// The same in every pass, as `Hasher` is within a process.
  private static func slice(of id: String, _ slices: Int) -> Int {
    var hasher = Hasher()
    hasher.combine(id)
    return Int(UInt(bitPattern: hasher.finalize()) % UInt(slices))
  }

  private func lines(of part: BronzePart) throws -> Int {
    let lines = try reader.open(part)
    while try lines.next() != nil {}
    return lines.position.lines
  }

  private func forEachRecord(
    in parts: [BronzePart],
    _ body: (_ line: Int, BronzeObservation, _ bytes: ArraySlice<UInt8>, _ id: String, _ isDeleted: Bool) throws -> Void
  ) throws {
    var line = 0
    for part in parts {
      let lines = try reader.open(part)
      while let batch = try lines.next() {
        try Task.checkCancellation()
        for element in batch.records.elements {
          line += 1
          guard case .success(let observation) = batch.observation(at: element.index) else { continue }
          // What a loss of power has garbled was read again: state moves after what is on the disk.
          guard let object = try? document.parse(batch.records, element), let id = object["id"]?.stringValue else {
            continue
          }
          try body(
            line, observation, batch.records.bytes(of: element), id, object["deleted"]?.bool == true)
        }
      }
    }
  }
}
