import BronzeStore
import Foundation
import JSONReader
import PlatformCore
import TestSupport

/// A lake in a folder of one test's own.
struct BronzeLab: Sendable {
  let folder: TemporaryDirectory
  let lake: LakeFolder
  /// 2026-11-21T08:30:00Z.
  static let moment = Date(timeIntervalSince1970: 1_795_249_800)

  init() throws {
    folder = try TemporaryDirectory()
    lake = LakeFolder(root: folder.url.appending(path: "lake"))
  }

  var reader: BronzeReader { BronzeReader(lake: lake, source: "stripe") }
  var state: BronzeState { BronzeState(lake: lake, source: "stripe") }

  func writer(
    run: String = "run-1", at moment: Date = BronzeLab.moment, limits: BronzeWriter.Limits = .init()
  ) -> BronzeWriter {
    BronzeWriter(lake: lake, source: "stripe", runID: run, clock: .fixed(moment), limits: limits)
  }

  func url(_ path: String) -> URL { lake.root.appending(path: path) }

  func text(_ path: String) throws -> String { String(decoding: try Data(contentsOf: url(path)), as: UTF8.self) }

  /// Writes a file as somebody else would.
  func put(_ path: String, _ text: String) throws {
    try FileManager.default.createDirectory(
      at: url(path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url(path))
  }

  /// Every record of an entity with what is known of it, or the fault of its line.
  func records(
    of entity: String, from position: BronzePosition = .start, limits: JSONLimits = .standard,
    maximumLines: Int = 5000
  ) throws -> [String] {
    var found: [String] = []
    for part in try reader.parts(of: entity) {
      let open = try reader.open(part, at: position, limits: limits)
      while let batch = try open.next(maximumLines: maximumLines) {
        for element in batch.records.elements {
          let data = String(decoding: batch.records.bytes(of: element), as: UTF8.self)
          switch batch.observation(at: element.index) {
          case .success(let seen): found.append("\(data) \(seen.observedAt) \(seen.sequence) \(seen.apiVersion ?? "-")")
          case .failure(let fault): found.append("line \(element.line): \(fault.field): \(fault.reason)")
          }
        }
        found += batch.records.damaged.map { "line \($0.line): \($0.reason)" }
      }
    }
    return found
  }
}

extension BronzeWriter {
  func append(_ objects: [String], to entity: String, at second: Int64 = 1_795_249_790) throws(PlatformError) {
    try append(
      objects.map { ArraySlice($0.utf8) }, to: entity,
      observed: BronzeObservation(
        observedAt: second, sequence: BronzeObservation.read, apiVersion: "2026-10-28.endive", correlationID: "req_1"))
  }
}
