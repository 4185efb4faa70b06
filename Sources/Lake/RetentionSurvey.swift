import BronzeStore
import DuckDBClient
import Foundation
import PlatformCore
import SchemaGenerator
import StripeModel

/// Which lines of bronze say nothing any more, and the proof of it: silver as of the horizon, built before and after.
///
/// As silver built in one go and in pieces is the same, silver that is equal as of the horizon is equal as of every
/// later moment, and now.
struct RetentionSurvey {
  let horizon: LakeAsOf
  private let source: String
  private let options: LakeOptions
  private let engine: LakeEngine
  private let silver: [ModelFile]
  private let target: String
  private var before: [String: [LakeFile]] = [:]

  /// Builds silver as of the horizon, from these parts alone, in the scratch folder.
  ///
  /// - Parameter parts: by entity.
  init(
    of source: String, _ options: LakeOptions, horizon: LakeAsOf, parts: [String: [String]], runID: String
  ) async throws {
    var past = options
    past.lake = LakeFolder(root: options.limits.scratch.appending(path: "retention"))
    past.asOf = horizon
    self.options = past
    self.source = source
    self.horizon = horizon
    target = LakePath.staging(of: runID)
    silver = try ModelFile.silver()
    engine = try await LakeEngine(past.lake, bronze: horizon.bronze, limits: options.limits)
    before = try await build(parts)
    for model in silver where parts[model.name]?.isEmpty == false { try await find(in: model) }
  }

  private func build(_ parts: [String: [String]]) async throws -> [String: [LakeFile]] {
    try options.lake.removeFolder(target)
    var build = SilverBuild(
      engine, options, source: source, models: silver, target: target, accepted: [:], isWhole: false)
    try await build.read(parts)
    try await build.merge { _ in }
    return build.written.mapValues(\.files)
  }

  /// Lists the lines of an entity that a newer line, ingested no earlier, takes the place of. Not among them are
  /// deletions, what was rejected, and what has a value that Stripe shows only on request.
  private func find(in model: ModelFile) async throws {
    guard let name = ResourceName(commandLineName: model.name) else { return }
    let declared = SilverModel(name)
    let onRequest = declared.columns.compactMap { column -> Column? in
      if case .expandOnlyVersion(let of) = column.content { return of }
      return nil
    }
    let values = declared.columns.filter { column in
      if case .declared(let of) = column.content { return onRequest.contains(of) }
      return false
    }
    let isPlain = (["broken is null", "not is_stub"] + values.map { "\"\($0.name)\" is null" })
      .joined(separator: " and ")
    // Sequence 0 is a sighting: no line of this entity.
    try await engine.execute(
      """
      create or replace temp table superseded_\(model.name) as
      with lines as (
        select \(declared.key) as id, observed_at, observed_sequence, ingested_at, bronze_run_id,
          bool_and(\(isPlain)) as is_plain
        from \(model.name)_read where observed_sequence >= 1 and \(declared.key) is not null group by all
      ),
      newest as (
        select \(declared.key) as id, observed_at, observed_sequence, ingested_at
        from \(model.name)_read where broken is null and not is_stub and observed_sequence >= 1
        qualify row_number() over (
          partition by id order by observed_at desc, observed_sequence desc, ingested_at desc) = 1
      )
      select lines.id, lines.observed_sequence, lines.bronze_run_id,
        strftime(lines.observed_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as observed_at,
        strftime(lines.ingested_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ') as ingested_at
      from lines join newest using (id)
      where is_plain and lines.ingested_at <= newest.ingested_at
        and (lines.observed_at, lines.observed_sequence, lines.ingested_at)
          < (newest.observed_at, newest.observed_sequence, newest.ingested_at)
      """)
  }

  /// The lines of a day of an entity that say nothing any more, if they hold no other object.
  func superseded(_ entity: String, on day: String, limit: Int) async throws -> Set<BronzeLineKey> {
    // A stream without a model, as captured webhooks: each line speaks for itself.
    guard silver.contains(where: { $0.name == entity }) else { return [] }
    let found = try await engine.connection.query(
      """
      select id, observed_at, observed_sequence, ingested_at, bronze_run_id from superseded_\(entity)
      where starts_with(ingested_at, \(LakeEngine.literal(day))) order by all limit \(limit)
      """)
    var keys: Set<BronzeLineKey> = []
    for row in found.rows.indices {
      guard let id = found.text(row, 0), let observedAt = found.text(row, 1), let sequence = try found.int64(row, 2),
        let ingestedAt = found.text(row, 3), let run = found.text(row, 4)
      else { continue }
      keys.insert(.init(id: id, observedAt: observedAt, sequence: sequence, ingestedAt: ingestedAt, runID: run))
    }
    return keys
  }

  /// Builds silver as of the horizon once more, from what would be left.
  ///
  /// - Throws: `bug` naming the table that would be another one.
  func requireSame(from parts: [String: [String]]) async throws {
    let after = try await build(parts)
    let other = silver.map(\.name).filter { before[$0] ?? [] != after[$0] ?? [] }
    guard !other.isEmpty else { return }
    throw PlatformError(
      .bug, "silver would not be the same without the lines that --keep leaves out; nothing was changed",
      cause: "as of \(horizon.moment) it differs in \(other.joined(separator: ", "))",
      nextStep: "report it; okapi lake compact without --keep leaves nothing out")
  }
}
