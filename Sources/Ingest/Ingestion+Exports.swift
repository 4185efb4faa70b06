import Foundation
import JSONReader
import PlatformCore
import ResourceStore
import StripeModel

/// Loading JSON exports: files named after their resources, each dated as a whole.
extension Ingestion {
  func exports() throws -> (Work, inout IngestTally) async throws -> Void {
    let found = try files()
    let apiVersion = try options.apiVersion ?? manifest()?.apiVersion
    return { work, tally in
      tally.foundNoResource(for: found.unclaimed)
      let observations = try await ExportObservation.note(
        files: found.files.flatMap(\.1), exportedAt: options.exportedAt, records: work.records, runID: context.runID,
        now: work.started)
      for (resource, files) in found.files {
        for file in files {
          try await load(file, of: resource, observations[file], apiVersion, work, &tally)
        }
      }
    }
  }

  private func files() throws -> (files: [(ResourceName, [String])], unclaimed: [String]) {
    switch options.source {
    case .bronze: return ([], [])
    case .file(let path, let resource):
      return ([(resource, [path])], [])
    case .folder(let path):
      let folder = try ExportFolder(path: path)
      let found = wanted.map { ($0, folder.files(for: $0.definition.table, singular: $0.rawValue)) }
      for resource in options.resources where found.first(where: { $0.0 == resource })?.1.isEmpty != false {
        throw PlatformError(
          .inputMissing, "there is no file of \(resource.definition.table) in the folder",
          context: ["folder": path, "resource": resource.definition.table],
          nextStep: "add \(path)/\(resource.definition.table).json, or name a file with --file")
      }
      guard found.contains(where: { !$0.1.isEmpty }) else {
        throw PlatformError(
          .inputMissing, "the folder holds no export that belongs to a known resource", context: ["folder": path],
          nextStep: "files are named after their tables: customers.json, charges.jsonl.gz …")
      }
      let tables = ResourceName.allCases.map { (table: $0.definition.table, singular: $0.rawValue) }
      return (found.filter { !$0.1.isEmpty }, folder.unclaimed(by: tables))
    }
  }

  private func manifest() throws -> ExportManifest? {
    switch options.source {
    case .bronze: nil
    case .folder(let path): try ExportManifest.find(in: URL(fileURLWithPath: path))
    case .file(let path, _): try ExportManifest.find(in: URL(fileURLWithPath: path).deletingLastPathComponent())
    }
  }

  /// Loads one file. A file that cannot be read to its end fails alone where others are to come.
  private func load(
    _ file: String, of resource: ResourceName, _ observation: ExportObservation?, _ apiVersion: String?,
    _ work: Work, _ tally: inout IngestTally
  ) async throws {
    let started = context.clock.now
    var reader: ChunkReader?
    do {
      guard let observation else {
        // It could not be hashed; opening it says why.
        _ = try JSONElementReader(path: file, limits: options.limits)
        throw PlatformError(.inputOutput, "the file cannot be read", context: ["file": file])
      }
      tally.opened(file, of: resource, observation)
      let version = ObservationVersion(observedAt: observation.time, sequence: 1)
      let source = ChunkSource(
        resource: resource, file: file, origins: .export(RecordOrigin(version: version, apiVersion: apiVersion)),
        only: options.repair.map { $0[resource] ?? [] })
      let made = try ChunkReader(source, limits: options.limits)
      reader = made
      try await pump(made, of: resource, label: file, work, &tally)
      tally.ended(file, of: resource, hasMore: await made.hasMore)
    } catch let error as PlatformError where isFileFault(error) {
      guard case .folder = options.source else { throw error }
      tally.failed(file, of: resource, error)
      context.log(
        .error, "file_failed",
        ["file": .string(file), "cause": .string([error.message, error.cause ?? ""].joined(separator: ": "))])
    }
    let seconds = context.clock.now.timeIntervalSince(started)
    tally.spent(seconds, on: resource)
    context.log(
      .info, "file_loaded",
      [
        "resource": .string(resource.definition.table), "file": .string(file),
        "bytes": .integer(await reader?.bytesRead ?? 0), "duration_ms": .integer(Int(seconds * 1000)),
      ])
  }

  private func isFileFault(_ error: PlatformError) -> Bool {
    [.data, .inputMissing, .inputOutput].contains(error.status) && error.context.contains { $0.name == "file" }
  }
}
