import Foundation
import JSONReader
package import PlatformCore
import PostgresClient
import StripeModel

/// Proves that the store equals a JSON export, or names what differs.
///
/// The source's JSON is projected by SQL inside the database; the loader's extraction has no part in it. Memory does
/// not grow with the export; disk does, by the ids seen (about 60 bytes each, temporary).
package enum Verification {
  /// Repairs stop after this many rounds, should each of them still find something to do.
  private static let repairRounds = 50

  /// Compares, repairs if a repairer is given, and compares again.
  ///
  /// - Throws: `.inputMissing` where the folder or the files of a named resource are not there, `.configuration` where
  ///   the tables are not; differences are no errors but part of the report.
  package static func run(_ options: VerifyOptions, context: RunContext) async throws -> VerifyReport {
    let began = ContinuousClock.now
    let files = try allFiles(options)
    let connection = try await options.connect()
    do {
      let report = try await run(options, files, began, context, connection)
      await connection.close()
      return report
    } catch {
      await connection.close()
      throw error
    }
  }

  private static func run(
    _ options: VerifyOptions, _ files: [ResourceName: [String]], _ began: ContinuousClock.Instant,
    _ context: RunContext, _ connection: PostgresConnection
  ) async throws -> VerifyReport {
    try await requireTables(options, connection)
    var result = try await pass(1, options, files, connection)
    var repair: RepairSummary?
    if let repairer = options.repairer {
      var summary = RepairSummary(rounds: 0, records: [:], differingBefore: result.differingRows)
      while !result.repairs.isEmpty, summary.rounds < repairRounds {
        let (before, handed) = (result.differingRows, result.repairs)
        for resource in ResourceName.allCases {
          guard let ids = result.repairs[resource] else { continue }
          context.log(
            .info, "repair_started", ["resource": .string(resource.definition.table), "rows": .integer(ids.count)])
          try await repairer.repair(resource, ids: ids, directory: options.directory)
          summary.records[resource.definition.table, default: 0] += ids.count
        }
        try await repairer.finishRound(directory: options.directory)
        summary.rounds += 1
        result = try await pass(summary.rounds + 1, options, files, connection)
        // What cannot be corrected stays listed; but what a living source changed since was not read again yet.
        let isNew = result.repairs.contains { !Set($0.value).isSubset(of: handed[$0.key] ?? []) }
        if result.differingRows >= before, !(repairer.isAlive && isNew) { break }
      }
      if summary.rounds > 0 { repair = summary }
    }
    let duration = began.duration(to: .now)
    let report = report(options, result, repair, duration / .seconds(1), context)
    context.log(
      .info, "verified",
      [
        "equal": .boolean(report.isEqual), "resources": .integer(report.resources.count),
        "rows": .integer(report.resources.reduce(0) { $0 + $1.comparedRows }),
        "differing_rows": .integer(result.differingRows), "duration_ms": .integer(Int(duration / .milliseconds(1))),
      ])
    return report
  }

  private static func pass(
    _ number: Int, _ options: VerifyOptions, _ files: [ResourceName: [String]], _ connection: PostgresConnection
  ) async throws -> ComparisonPass.Result {
    let pass = try await ComparisonPass(options: options, number: number, allFiles: files)
    return try await connection.transaction(isolation: .repeatableRead) { connection in
      var pass = pass
      return try await pass.run(on: connection)
    }
  }

  private static func report(
    _ options: VerifyOptions, _ result: ComparisonPass.Result, _ repair: RepairSummary?, _ seconds: Double,
    _ context: RunContext
  ) -> VerifyReport {
    let kinds = Finding.Kind.allCases.filter { kind in result.resources.contains { $0.count(kind) > 0 } }
    var statuses = Set(kinds.map(\.status)).subtracting([0])
    if result.references.contains(where: { $0.target != nil && $0.orphans > 0 }) {
      statuses.insert(Finding.Kind.orphan.status)
    }
    let strongestFirst = statuses.sorted { $0 > $1 }
    return VerifyReport(
      runID: context.runID, directory: options.directory, schema: options.schema, isEqual: statuses.isEmpty,
      statuses: strongestFirst, seconds: seconds, resources: result.resources, references: result.references,
      placeholders: result.placeholders, repair: repair)
  }

  private static func allFiles(_ options: VerifyOptions) throws -> [ResourceName: [String]] {
    let folder = try ExportFolder(path: options.directory)
    var files: [ResourceName: [String]] = [:]
    for resource in ResourceName.allCases {
      let found = folder.files(for: resource.definition.table, singular: resource.definition.object)
      if !found.isEmpty { files[resource] = found }
    }
    let absent = (options.resources ?? []).filter { files[$0] == nil }.map(\.definition.table)
    guard absent.isEmpty, !files.isEmpty else {
      throw PlatformError(
        .inputMissing,
        absent.isEmpty ? "the folder holds no export file" : "no file of \(absent.joined(separator: ", "))",
        context: ["folder": options.directory],
        nextStep: "name the folder with --json-dir; it holds files such as charges.json or charges.jsonl.gz")
    }
    return files
  }

  private static func requireTables(_ options: VerifyOptions, _ connection: PostgresConnection) async throws {
    let tables = ResourceName.allCases.map(\.definition.table)
    let result = try await connection.query(
      """
      select string_agg(t.name, ', ') from unnest($1::text[]) as t(name)
      where to_regclass(quote_ident($2) || '.' || quote_ident(t.name)) is null
      """, [.textArray(tables), .text(options.schema)])
    guard let absent = result[0, 0] else { return }
    throw PlatformError(
      .configuration, "schema \(options.schema) lacks the tables \(absent)",
      nextStep: "okapi db migrate")
  }
}
