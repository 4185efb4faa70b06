import BronzeStore
import DuckDBClient
import Foundation
import PlatformCore
import SchemaGenerator
import StripeModel

/// The checks of silver and gold, each with its own words: nothing is taken on trust from the step that built them.
struct QualityChecks {
  let engine: LakeEngine
  private let tables: LakeTables
  private let staged: Promotion?
  let options: LakeOptions
  private let now: Date
  private let silver: [ModelFile]
  private let gold: [ModelFile]

  init(_ engine: LakeEngine, tables: LakeTables, staged: Promotion?, options: LakeOptions, now: Date) throws {
    self.engine = engine
    self.tables = tables
    self.staged = staged
    self.options = options
    self.now = now
    silver = try ModelFile.silver()
    gold = try ModelFile.gold()
  }

  /// Checks what is staged, or all that is accepted.
  func run(_ onProgress: (LakeProgress) -> Void) async throws -> [QualityFinding] {
    var findings = staged?.findings ?? []
    if staged == nil {
      for source in options.sources {
        findings += try BronzeInventory(engine.lake, source: source, readsAll: true).damage
      }
    }
    findings += try files()
    for source in options.sources {
      guard let model = try tables.lost(of: source, among: silver) else { continue }
      findings.append(
        .init(.fileMissing, of: model, "the record of what is accepted is gone", samples: [LakePath.accepted(model)]))
    }
    // With files gone no query would run.
    guard !findings.contains(where: { $0.check == .fileMissing }) else { return findings }
    try await tables.open(in: engine, silver: silver, gold: gold)
    let models = silver + gold.filter { tables.models[$0.name]?.files.isEmpty == false }
    for model in models { findings += try await schema(of: model) }
    // Where the columns are others no other check can be asked.
    guard !findings.contains(where: { $0.check == .schema }) else { return findings }
    try await gatherKeys()
    for (place, model) in models.enumerated() {
      onProgress(.init(stage: "quality", model: model.name, done: place, total: models.count))
      findings += try await rows(of: model)
    }
    for (source, parts) in staged?.read ?? [:] { findings += try await bronze(parts, of: source) }
    for model in gold { findings += try await reconcile(model) }
    return findings + (try await freshness())
  }

  private func changed(_ model: String) -> Bool { staged.map { $0.accepted.contains { $0.model == model } } ?? true }

  // MARK: files and columns

  /// Every file that is accepted or staged is there, with the bytes it was accepted with. What is staged was hashed
  /// when it was written; of what is accepted the bytes are read only where nothing is staged.
  private func files() throws -> [QualityFinding] {
    var findings: [QualityFinding] = []
    for (name, model) in tables.models.sorted(by: { $0.key < $1.key }) {
      var gone: [String] = []
      var other: [String] = []
      let there = try engine.lake.sizes(of: model.files.map(tables.place))
      for file in model.files {
        let place = tables.place(of: file)
        guard there[place] != nil else {
          gone.append(file.path)
          continue
        }
        if staged == nil, try engine.lake.sha256(of: place) != file.sha256 { other.append(file.path) }
      }
      if !gone.isEmpty { findings.append(.init(.fileMissing, of: name, "accepted files are gone", samples: gone)) }
      if !other.isEmpty {
        findings.append(.init(.fileChanged, of: name, "files hold other bytes than were accepted", samples: other))
      }
    }
    return findings
  }

  private func view(_ model: ModelFile) -> String { "\(model.layer.rawValue).\(model.name)" }

  /// Silver has the declared columns with their types.
  private func schema(of model: ModelFile) async throws -> [QualityFinding] {
    guard model.layer == .silver, changed(model.name) else { return [] }
    let found = try await columns(of: "select * exclude (source, dt) from \(view(model))")
    let wanted = try await columns(of: "select * exclude (dt) from (\(model.select("empty")))")
    let names = Set(found.keys).union(wanted.keys)
    let other = names.filter { found[$0] != wanted[$0] }.sorted().map { name in
      "\(name): \(found[name] ?? "is missing") instead of \(wanted[name] ?? "none")"
    }
    return other.isEmpty ? [] : [.init(.schema, of: model.name, "columns are not the declared ones", samples: other)]
  }

  private func columns(of select: String) async throws -> [String: String] {
    let described = try await engine.connection.query("describe \(select)")
    return Dictionary(
      described.rows.indices.map { (described.text($0, 0) ?? "", described.text($0, 1) ?? "") }
    ) { first, _ in first }
  }

  // MARK: rows

  /// What is wrong with a row that meets a condition, and how those rows are told.
  private struct RowCheck {
    let isWrong: String
    let tell: () async throws -> [QualityFinding]
  }

  private func rows(of model: ModelFile) async throws -> [QualityFinding] {
    guard changed(model.name) else { return [] }
    var findings: [QualityFinding] = []
    let silver = model.layer == .silver
    let key = model.unique.joined(separator: ", ")
    if !key.isEmpty {
      findings += try await finding(
        .unique, model, "several rows of one \(model.unique.joined(separator: " and "))",
        "select \(model.unique[0]) from \(view(model)) group by \(silver ? "source, " : "")\(key) having count(*) > 1")
    }
    var checks = model.notNull.map { without($0, of: model, "\($0) is null") }
    checks += model.list("assert_not_null_unless_placeholder").map {
      without($0, of: model, "\($0) is null and not is_placeholder")
    }
    let declared = ResourceName(commandLineName: model.name).map(SilverModel.init)
    let created = declared?.columns.first { $0.name == "created_at" }?.name ?? model.list("partition").first
    if let created {
      checks.append(
        check(
          .partition, model, "rows in the partition of another day than \(created) says",
          "\(created) is not null and dt <> strftime(\(created), '%Y-%m-%d')"))
    }
    if let declared { checks += meaning(of: declared) }
    return findings + (try await told(checks, of: model))
  }

  /// One pass over the rows finds which checks have something to tell.
  private func told(_ checks: [RowCheck], of model: ModelFile) async throws -> [QualityFinding] {
    guard !checks.isEmpty else { return [] }
    let counts = checks.map { "count(*) filter (where \($0.isWrong))" }.joined(separator: ", ")
    let found = try await engine.connection.query("select \(counts) from \(view(model)) as own")
    var findings: [QualityFinding] = []
    for (place, check) in checks.enumerated() where try found.int64(0, place) ?? 0 > 0 {
      findings += try await check.tell()
    }
    return findings
  }

  private func without(_ column: String, of model: ModelFile, _ isWrong: String) -> RowCheck {
    check(.notNull, model, "rows without \(column)", isWrong)
  }

  private func check(
    _ check: QualityFinding.Check, _ model: ModelFile, _ message: String, _ isWrong: String
  ) -> RowCheck {
    RowCheck(isWrong: isWrong) {
      try await finding(
        check, model, message, "select \(model.unique.first ?? "''") from \(view(model)) where \(isWrong)")
    }
  }

  /// What the declaration says of values: references that lead somewhere, values that are listed.
  private func meaning(of model: SilverModel) -> [RowCheck] {
    model.columns.compactMap { column in
      guard case .declared(let declared) = column.content else { return nil }
      switch declared.kind {
      case .reference(let target):
        // An entity that was never read says nothing.
        guard isKnown(target) else { return nil }
        let reference = SilverReference(from: model, column: column.name, to: target)
        // The middle of a run may be asked for, and nobody can be asked what was not read yet.
        let isUnnamed = target.definition.path == nil || options.asOf != nil
        return RowCheck(
          isWrong: """
            own.\(column.name) is not null and not exists (
              select 1 from \(Self.keys(of: target)) as other
              where other.source = own.source and other.key = own.\(column.name))
            """
        ) {
          try await finding(
            isUnnamed ? .unnamedReference : .reference, model.table,
            "\(column.name) leads to no row of \(target.definition.table)", reference.missing())
        }
      case .enumeration(let values):
        let list = values.map(LakeEngine.literal).joined(separator: ", ")
        return RowCheck(isWrong: "\(column.name) not in (\(list))") {
          try await unlisted(values, in: column.name, of: model)
        }
      default: return nil
      }
    }
  }

  private func isKnown(_ target: ResourceName) -> Bool {
    tables.models[target.definition.table]?.files.isEmpty == false
  }

  private static func keys(of target: ResourceName) -> String { "keys_of_\(target.definition.table)" }

  /// The ids that references of changed models lead to: many ask for the same.
  private func gatherKeys() async throws {
    var targets: Set<ResourceName> = []
    for model in SilverModel.inOrder where changed(model.table) {
      for case .declared(let declared) in model.columns.map(\.content) {
        if case .reference(let target) = declared.kind, isKnown(target) { targets.insert(target) }
      }
    }
    for target in targets {
      let model = SilverModel(target)
      try await engine.execute(
        """
        create or replace temp table \(Self.keys(of: target)) as
        select distinct source, \(model.key) as key from silver.\(model.table)
        """)
    }
  }

  // MARK: from layer to layer

  /// What the new parts of bronze say, read in another way than silver reads it: every id is there, and where silver
  /// stands at the newest version of it, the money is the same to the minor unit.
  private func bronze(_ parts: [String], of source: String) async throws -> [QualityFinding] {
    var findings: [QualityFinding] = []
    for model in SilverModel.inOrder where model.definition.path != nil {
      let own = parts.filter { $0.contains("/entity=\(model.table)/") }
      guard !own.isEmpty else { continue }
      let files = own.map { LakeEngine.literal(options.bronze.location(of: $0)) }.joined(separator: ", ")
      let money = model.columns.compactMap { column -> (name: String, path: String)? in
        guard case .declared(let declared) = column.content, case .minorUnits = declared.kind,
          let path = declared.paths.first, declared.paths.count == 1
        else { return nil }
        return (column.name, path.dotted)
      }
      // Taken out together: every extraction parses the line.
      let meta = ["data.id", "meta.observed_at", "meta.sequence", "meta.run_id", "data.deleted"]
      let paths = (meta + money.map { "data.\($0.path)" }).map { "'$.\($0)'" }.joined(separator: ", ")
      let amounts = money.enumerated().map { place, column in
        ", try_cast(told[\(meta.count + place + 1)] as bigint) as \(column.name)"
      }.joined()
      let lines =
        "read_ndjson_objects([\(files)], ignore_errors = true, filename = true) where json is not null"
        + (options.asOf.map {
          " and try_cast(json ->> '$.meta.ingested_at' as timestamptz) <= \(LakeEngine.literal($0.moment))::timestamptz"
        } ?? "")
      findings += try await unknownFields(of: model.definition, in: lines)
      try await engine.execute(
        """
        create or replace temp table told as
        select told[1] as id, try_cast(told[2] as timestamptz) as seen_at, try_cast(told[3] as bigint) as sequence,
          told[4] as run, coalesce(try_cast(told[5] as boolean), false) as is_gone, filename\(amounts)
        from (select json_extract_string(json, [\(paths)]) as told, filename from \(lines))
        """)
      findings += try await finding(
        .bronzeCopy, model.table, "lines of another run than their folder says: a copy?",
        // A compacted part holds the lines of other runs; its hash stands for it.
        """
        select distinct filename from told
        where run <> regexp_extract(filename, 'run_id=([^/]+)', 1) and not ends_with(filename, '.gz')
        """)
      let rejected = (staged?.rejected[model.table] ?? []).map(LakeEngine.literal).joined(separator: ", ")
      let passed = rejected.isEmpty ? "" : "and told.id not in (\(rejected))"
      let row =
        "silver.\(model.table) as held on held.\(model.key) = told.id and held.source = \(LakeEngine.literal(source))"
      findings += try await finding(
        .bronzeToSilver, model.table, "ids of bronze are not in silver",
        "select distinct told.id from told left join \(row) where held.\(model.key) is null \(passed)")
      let newest = "row_number() over (partition by told.id order by seen_at desc, sequence desc) = 1"
      findings += try await finding(
        .bronzeToSilver, model.table, "silver is older than bronze",
        """
        select told.id from told join \(row)
        where not is_gone and (held.observed_at, held.observed_sequence) < (seen_at, sequence) \(passed)
        """)
      guard !money.isEmpty else { continue }
      let differs = money.map { "told.\($0.name) is distinct from held.\($0.name)" }.joined(separator: " or ")
      findings += try await finding(
        .bronzeToSilver, model.table, "silver holds other amounts than bronze",
        """
        select told.id from told join \(row)
        where not is_gone and (held.observed_at, held.observed_sequence) = (seen_at, sequence) and (\(differs))
          \(passed) qualify \(newest)
        """)
    }
    return findings
  }

  /// A fact and what it is made of: the same ids, and per currency the same sums. The header says it:
  /// `-- reconciles: payment_intents by payment_intent_id: amount_minor, amount_received_minor`.
  private func reconcile(_ model: ModelFile) async throws -> [QualityFinding] {
    guard changed(model.name), tables.models[model.name]?.files.isEmpty == false else { return [] }
    var findings: [QualityFinding] = []
    for rule in model.header["reconciles"] ?? [] {
      guard let found = rule.wholeMatch(of: #/(\w+) by (\w+)(?:: ([\w, ]+?))?(?: where (.+))?/#) else {
        throw PlatformError(
          .configuration, "a model's header cannot be read", cause: rule, context: ["model": model.name])
      }
      let (table, key) = (String(found.1), String(found.2))
      let of = found.4.map { " where \($0)" } ?? ""
      for (from, to, words) in [
        ("silver.\(table)\(of)", "gold.\(model.name)", "ids of silver are not in gold"),
        ("gold.\(model.name)", "silver.\(table)\(of)", "ids of gold are not in silver"),
      ] {
        findings += try await finding(
          .silverToGold, model.name, words,
          "select \(key) from (select source, \(key) from \(from) except "
            + "select source, \(key) from \(to))")
      }
      for sum in found.3?.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces) }) ?? [] {
        findings += try await finding(
          .silverToGold, model.name, "\(sum) adds up to something else than in silver",
          """
          select coalesce(a.currency, b.currency, '?') || ': ' || coalesce(a.total, 0) || ' instead of '
            || coalesce(b.total, 0)
          from (select currency, sum(\(sum)) as total from gold.\(model.name) group by currency) as a
          full join (select currency, sum(\(sum)) as total from silver.\(table)\(of) group by currency) as b
            on a.currency is not distinct from b.currency
          where coalesce(a.total, 0) <> coalesce(b.total, 0)
          """)
      }
    }
    return findings
  }

  private func freshness() async throws -> [QualityFinding] {
    guard let limit = options.maximumAge else { return [] }
    var findings: [QualityFinding] = []
    for name in try engine.lake.names(in: "_state/transformed") {
      guard let mark: TransformState = try engine.lake.document("_state/transformed/\(name)") else { continue }
      for (source, state) in mark.sources {
        guard let text = state.ingestedAt, let at = Date(rfc3339: text) else { continue }
        if (options.asOf.flatMap { Date(rfc3339: $0.moment) } ?? now).timeIntervalSince(at) > limit / .seconds(1) {
          findings.append(.init(.freshness, of: mark.entity, "nothing new since", samples: ["\(source): \(text)"]))
        }
      }
    }
    return findings
  }

  // MARK: asking

  private func finding(
    _ check: QualityFinding.Check, _ model: ModelFile, _ message: String, _ offenders: String
  ) async throws -> [QualityFinding] {
    try await finding(check, model.name, message, offenders)
  }

  /// A finding where a query has rows: how many, and the first of their only column.
  private func finding(
    _ check: QualityFinding.Check, _ model: String, _ message: String, _ offenders: String
  ) async throws -> [QualityFinding] {
    let count = try await engine.integer("select count(*) from (\(offenders))")
    guard count > 0 else { return [] }
    let samples = try await engine.texts(
      "select columns(*)::varchar from (\(offenders)) order by all limit \(QualityFinding.sampleLimit)")
    return [.init(check, of: model, message, count: count, samples: samples)]
  }
}
