import Foundation
import Ingest
import PlatformCore
import PostgresClient
import ResourceStore
import StripeModel
import TestSupport
import Testing
import Verify

/// What the loader wrote from the samples of every resource, verified by the generated SQL.
@Suite struct VerifyLoadTests {
  @Test func samplesOfEveryShape() async throws {
    try await TestDatabase.withTestSchema { connection, schema in
      let context = RunContext(runID: "test", command: "test", log: .silent)
      _ = try await MigrationRunner(connection, schema: schema, live: schema + "_live").migrate(context)
      let folder = try TemporaryDirectory()
      let count = try Self.export(to: folder)
      var load = IngestOptions(
        source: .folder(folder.path), names: StoreNames(schema: schema),
        rejectFolder: folder.url.appendingPathComponent("rejects")
      ) { try await TestDatabase.connect() }
      // One moment for all files, so that a record of its own beats what stands expanded in another file.
      load.exportedAt = Date(rfc3339: "2026-11-01")
      let loaded = try await Ingestion(load, context: context).run()
      #expect(loaded.resources.reduce(0) { $0 + $1.rejected } == 0)

      let options = VerifyOptions(schema: schema, directory: folder.path) { try await TestDatabase.connect() }
      let report = try await Verification.run(options, context: context)
      #expect(report.lines.filter { !$0.hasPrefix("untied") && !$0.hasPrefix("incomplete") } == [])
      #expect(report.resources.reduce(0) { $0 + $1.source.records } == count)
    }
  }

  /// Writes the samples as JSON Lines, one file per table; of samples that tell of one object the first is taken.
  private static func export(to folder: TemporaryDirectory) throws -> Int {
    let samples = TestDatabase.packageFolder.appendingPathComponent("Tests/Fixtures/stripe")
    var records: [String: [String]] = [:]
    var ids: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(atPath: samples.path).sorted() {
      let data = try Data(contentsOf: samples.appendingPathComponent(file))
      guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any],
        let id = object["id"] as? String,
        let name = (object["object"] as? String).flatMap(ResourceName.init(rawValue:)),
        ids.isDisjoint(with: elements(of: object, name).union([id]))
      else { continue }
      ids.formUnion(elements(of: object, name).union([id]))
      let line = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
      records[name.definition.table, default: []].append(String(decoding: line, as: UTF8.self))
    }
    for (table, lines) in records { _ = try folder.write(table + ".jsonl", lines.joined(separator: "\n")) }
    return records.values.reduce(0) { $0 + $1.count }
  }

  private static func elements(of object: [String: Any], _ name: ResourceName) -> Set<String> {
    Set(
      name.definition.children.flatMap { list -> [String] in
        let envelope = list.path.members.reduce(object as Any?) { ($0 as? [String: Any])?[$1] } as? [String: Any]
        return (envelope?["data"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
      })
  }
}
