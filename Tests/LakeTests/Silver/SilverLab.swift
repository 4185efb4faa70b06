import DuckDBClient
import Foundation
import SchemaGenerator
import StripeModel
import TestSupport
import Testing

/// Some silver tables in a folder of their own, fed with bronze run by run: read, touch, merge, write the partitions.
struct SilverLab {
  /// One line of bronze.
  struct Line: Sendable {
    let entity: String
    let text: String

    /// An object, observed at a second of the test; what is not told follows from it.
    init(
      _ entity: String, _ data: String, at second: Int, sequence: Int = 1, ingestedAt: Int? = nil, run: String = "r"
    ) {
      self.entity = entity
      text = """
        {"data":\(data),"meta":{"entity":"\(entity)","run_id":"\(run)","correlation_id":null,\
        "ingested_at":"\(Self.moment(ingestedAt ?? second)).000Z","observed_at":"\(Self.moment(second))Z",\
        "sequence":\(sequence),"source":"stripe","api_version":"2026-10-28.endive"}}
        """
    }

    init(_ entity: String, raw text: String) { (self.entity, self.text) = (entity, text) }

    static func moment(_ second: Int) -> String {
      let (minute, rest) = second.quotientAndRemainder(dividingBy: 60)
      return "2026-03-01T10:\(minute < 10 ? "0" : "")\(minute):\(rest < 10 ? "0" : "")\(rest)"
    }
  }

  let folder: TemporaryDirectory
  let models: [SilverModel]
  private let database: DuckDBDatabase

  /// The tables and all they are made from.
  init(_ resources: ResourceName...) async throws { try await self.init(resources) }

  init(_ resources: [ResourceName]) async throws {
    var needed = Set(resources)
    for model in SilverModel.inOrder.reversed() where needed.contains(model.definition.name) {
      needed.formUnion(model.containers)
    }
    models = SilverModel.inOrder.filter { needed.contains($0.definition.name) }
    folder = try TemporaryDirectory()
    database = try await DuckDBDatabase.open(.init(threads: 1))
  }

  /// The steps of every model's file by their names.
  private static let steps = Dictionary(
    uniqueKeysWithValues: SilverModel.inOrder.map { ($0.table, steps(of: $0)) })

  private static func steps(of model: SilverModel) -> [String: String] {
    let parts = model.sql.components(separatedBy: "\n-- step: ").dropFirst().map { part in
      (String(part.prefix { $0 != "\n" }), String(part.drop { $0 != "\n" }))
    }
    return Dictionary(uniqueKeysWithValues: parts)
  }

  /// Takes lines into silver as one run.
  ///
  /// - Returns: what could not be read, as `id: reason`, by table.
  @discardableResult
  func run(_ lines: [Line], asOf: String = "infinity") async throws -> [String: [String]] {
    let connection = try database.connect()
    let steps = Self.steps
    try await connection.execute("set variable as_of = '\(asOf)'::timestamptz")
    for model in models {
      let table = model.table
      let text = lines.filter { $0.entity == table }.map(\.text).joined(separator: "\n")
      let part = try folder.write("\(table).jsonl", text).path
      if !FileManager.default.fileExists(atPath: empty(table)) {
        let select = statement(steps[table]?["empty"])
        try await connection.execute("copy (\(select)) to '\(empty(table))' (format parquet)")
      }
      try await set("bronze_\(table)", [part], connection)
      try await set("silver_ids_\(table)", files(of: table), connection, orEmpty: table)
    }
    for model in models { try await connection.execute(steps[model.table]?["read"] ?? "") }
    var touched: [String: Set<String>] = [:]
    for model in models {
      let found = try await connection.query(statement(steps[model.table]?["touch"]))
      touched[model.table] = Set(found.rows.indices.compactMap { found.text($0, 0) })
      let files = files(of: model.table).filter { touched[model.table]?.contains(day(of: $0)) == true }
      try await set("silver_\(model.table)", files, connection, orEmpty: model.table)
    }
    for model in models {
      try await connection.execute(steps[model.table]?["merge"] ?? "")
      let promised = try await connection.query("describe \(statement(steps[model.table]?["empty"]))")
      #expect(try await connection.query("describe select * from \(model.table)_merged") == promised, "\(model.table)")
    }
    var broken: [String: [String]] = [:]
    for model in models {
      try await write(model, touched[model.table] ?? [], connection)
      let found = try await connection.query(
        """
        select coalesce(\(model.key), '?') || ': ' || broken from \(model.table)_read where broken is not null
        order by 1
        """)
      if !found.rows.isEmpty { broken[model.table] = found.rows.indices.compactMap { found.text($0, 0) } }
    }
    return broken
  }

  private func write(_ model: SilverModel, _ touched: Set<String>, _ connection: DuckDBConnection) async throws {
    let stage = folder.path + "/stage/" + model.table
    let merged = "select * from \(model.table)_merged order by dt, \(model.key)"
    let days = try await connection.query("select distinct dt from \(model.table)_merged")
    // What is written must have been read, or a partition would lose the rows it had.
    #expect(Set(days.rows.indices.compactMap { days.text($0, 0) }).isSubset(of: touched), "\(model.table)")
    if !days.rows.isEmpty {
      try FileManager.default.createDirectory(atPath: stage, withIntermediateDirectories: true)
      try await connection.execute("copy (\(merged)) to '\(stage)' (format parquet, partition_by (dt), overwrite)")
    }
    let silver = folder.path + "/silver/" + model.table
    try FileManager.default.createDirectory(atPath: silver, withIntermediateDirectories: true)
    for day in touched { try? FileManager.default.removeItem(atPath: "\(silver)/dt=\(day)") }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: stage)) ?? [] {
      try FileManager.default.moveItem(atPath: "\(stage)/\(name)", toPath: "\(silver)/\(name)")
    }
  }

  /// The rows of a table as text, ordered by key; nil for null.
  func rows(_ table: String, _ columns: String) async throws -> [[String?]] {
    guard let model = models.first(where: { $0.table == table }), !files(of: table).isEmpty else { return [] }
    let connection = try database.connect()
    try await set("files", files(of: table), connection)
    let found = try await connection.query(
      """
      select \(columns) from (
        select *, regexp_extract(filename, 'dt=([^/]+)/', 1) as dt
        from read_parquet(getvariable('files'), filename = true, hive_partitioning = false))
      order by \(model.key)
      """)
    return found.rows.indices.map { row in found.columns.indices.map { found.text(row, $0) } }
  }

  /// All rows of all tables, whole.
  func dump() async throws -> [String: [[String?]]] {
    var dump: [String: [[String?]]] = [:]
    for model in models { dump[model.table] = try await rows(model.table, "columns(* exclude (filename))") }
    return dump
  }

  func files(of table: String) -> [String] {
    let silver = folder.path + "/silver/" + table
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: silver)) ?? []
    return names.filter { $0.hasSuffix(".parquet") }.sorted().map { "\(silver)/\($0)" }
  }

  private func day(of file: String) -> String {
    file.split(separator: "/").first { $0.hasPrefix("dt=") }.map { String($0.dropFirst(3)) } ?? ""
  }

  private func empty(_ table: String) -> String { "\(folder.path)/\(table).parquet" }

  private func statement(_ text: String?) -> String {
    var text = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    if text.hasSuffix(";") { text.removeLast() }
    return text
  }

  private func set(
    _ variable: String, _ files: [String], _ connection: DuckDBConnection, orEmpty table: String? = nil
  ) async throws {
    let files = files.isEmpty ? [table.map(empty) ?? ""] : files
    let list = files.map { "'\($0)'" }.joined(separator: ", ")
    try await connection.execute("set variable \(variable) = [\(list)]::varchar[]")
  }
}
