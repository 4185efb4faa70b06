import BronzeStore
import Foundation
import Ingest
import PlatformCore
import StripeModel
import TestSupport

/// A lake beside a lab's schema: what a fetch would have left, and loading from it.
struct BronzeLoad: Sendable {
  let lab: IngestLab
  var lake: LakeFolder { LakeFolder(root: lab.folder.url.appending(path: "lake")) }
  var reader: BronzeReader { BronzeReader(lake: lake, source: "stripe") }

  static func run<Answer: Sendable>(_ body: @Sendable (BronzeLoad) async throws -> Answer) async throws -> Answer {
    try await IngestLab.run { try await body(BronzeLoad(lab: $0)) }
  }

  /// One record with its version, as a line of bronze tells it.
  struct Seen: Sendable {
    let record: JSONText
    let second: Int64
    let sequence: Int64
    let apiVersion: String?
  }

  /// A record that was read at a second.
  static func read(_ record: JSONText, at second: Int64, apiVersion: String? = "2026-10-28.endive") -> Seen {
    Seen(record: record, second: second, sequence: 1, apiVersion: apiVersion)
  }

  /// A record that came with an event.
  static func event(_ record: JSONText, at second: Int64) -> Seen {
    Seen(record: record, second: second, sequence: 2, apiVersion: "2026-10-28.endive")
  }

  /// Appends a part as one run would write it.
  func append(_ entity: String, _ seen: [Seen], run: String) async throws {
    let writer = BronzeWriter(lake: lake, source: "stripe", runID: run)
    for one in seen {
      try await writer.append(
        [ArraySlice(one.record.rendered.utf8)], to: entity,
        observed: BronzeObservation(
          observedAt: one.second, sequence: one.sequence, apiVersion: one.apiVersion, correlationID: "req_1"))
    }
    try await writer.finish()
  }

  /// Appends bytes to the last part of an entity, as a run that goes on would.
  func extend(_ entity: String, _ text: String) throws {
    guard let part = try reader.parts(of: entity).last else {
      throw PlatformError(.bug, "there is no part of \(entity)")
    }
    let handle = try FileHandle(forWritingTo: lake.root.appending(path: part.path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  /// The text of the last part of an entity.
  func text(_ entity: String) throws -> String {
    guard let part = try reader.parts(of: entity).last else { return "" }
    return String(decoding: try Data(contentsOf: lake.root.appending(path: part.path)), as: UTF8.self)
  }

  func load(change: (inout IngestOptions) -> Void = { _ in }) async throws -> IngestReport {
    try await lab.load(.bronze(lake, source: "stripe"), change: change)
  }

  /// The stored positions, `entity lines` each, in order of their parts.
  func positions() async throws -> [String] {
    try await lab.rows(
      "select substring(part from 'entity=(\\w+)') || ' ' || lines from {s}._bronze_parts order by part")
  }
}
