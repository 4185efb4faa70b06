import BronzeStore
import Digest
import DuckDBClient
import Foundation
import PlatformCore

/// Writes a table's rows as one Parquet file a partition, sorted, so that equal rows are equal bytes.
///
/// The table is not temporary: every writer of the engine reads it.
struct PartitionWriter {
  let engine: LakeEngine
  /// The staging folder.
  let target: String

  /// Accepted files that the table reads, by a variable that every writer sets to those of its own partitions.
  struct Base {
    let variable: String
    let files: [LakeFile]
    /// A file without rows, for where there is none.
    let none: String
  }

  /// What the table reads of silver.
  var base: Base?

  /// What became of a table.
  struct Written {
    /// Every partition there is now in the table.
    var files: [LakeFile] = []
    /// Those among them that differ from what is accepted; they lie staged.
    var staged: [LakeFile] = []
    /// Accepted files of partitions that have no rows any more.
    var emptied: [String] = []
  }

  /// Writes a table that has a column `dt`; what is equal to an accepted file is dropped again.
  ///
  /// - Parameters:
  ///   - place: the model's folder in the lake; the same below the staging folder.
  ///   - key: the columns that a partition is sorted by.
  func write(
    _ table: String, sortedBy key: String, to place: String, replacing accepted: [LakeFile]
  ) async throws -> Written {
    var written = Written()
    let lake = engine.lake
    let folder = "\(target)/\(place)"
    let counts = try await engine.connection.query("select dt, count(*) from \(table) group by dt order by dt")
    guard !counts.rows.isEmpty else { return written }
    let workplace = lake.workplace(for: folder, scratch: engine.scratch)
    try FileManager.default.createDirectory(atPath: workplace, withIntermediateDirectories: true)
    var days: [Day] = []
    for row in counts.rows.indices {
      if let dt = counts.text(row, 0), let rows = try counts.int64(row, 1) { days.append((dt, Int(rows))) }
    }
    try await copy(days, of: table, sortedBy: key, to: workplace)
    var made: [String: String] = [:]
    for (dt, rows) in days {
      let new = "\(workplace)/dt=\(dt)/data_0.parquet"
      guard try FileManager.default.contentsOfDirectory(atPath: "\(workplace)/dt=\(dt)") == ["data_0.parquet"] else {
        throw PlatformError(.bug, "a partition was not written as one file", context: ["folder": folder, "dt": dt])
      }
      let file = LakeFile(
        path: "\(place)/dt=\(dt)/data.parquet", dt: dt, rows: rows,
        sha256: try SHA256Digest.hex(ofFile: new))
      written.files.append(file)
      made[file.path] = new
    }
    // What lies there may not be what was accepted.
    let same = try lake.holding(written.files.filter(accepted.contains).map { ($0.path, $0.sha256) })
    for path in same { try made[path].map(FileManager.default.removeItem(atPath:)) }
    written.staged = written.files.filter { !same.contains($0.path) }
    try lake.publish(written.staged.map { (made[$0.path] ?? "", "\(target)/\($0.path)", $0.sha256) })
    return written
  }

  private typealias Day = (dt: String, rows: Int)

  /// Of every partition that is being written beside others DuckDB holds some 25 KB a column.
  private static let buffers = 8_000
  /// The rows that DuckDB hands on at once. It keeps the order of a partition's rows where they come at once, or where
  /// nothing else comes with them (1.5.5: what shares a vector with other partitions is written behind the rest).
  private static let vector = 2_048

  /// Writes every partition as `dt=…/data_0.parquet`: each writer one share after another.
  private func copy(_ days: [Day], of table: String, sortedBy key: String, to folder: String) async throws {
    let columns = try await engine.connection.query("select * from \(table) limit 0").columns.count
    try await withThrowingTaskGroup(of: DuckDBConnection.self) { group in
      var free = engine.writers
      for share in shares(of: days, columns: columns) {
        guard let writer = try await free.isEmpty ? group.next() : free.removeLast() else { continue }
        let sql = try statement(for: share, of: table, sortedBy: key, to: folder)
        group.addTask {
          try await writer.execute(sql)
          return writer
        }
      }
      try await group.waitForAll()
    }
    // Others read the table after this.
    if let base { try await engine.execute(reading(base.files, of: base)) }
    for day in days {
      let place = "\(folder)/dt=\(day.dt)"
      let names = try FileManager.default.contentsOfDirectory(atPath: place)
      guard names.count == 1, names[0] != "data_0.parquet" else { continue }
      try FileManager.default.moveItem(atPath: "\(place)/\(names[0])", toPath: "\(place)/data_0.parquet")
    }
  }

  /// What is written by one statement: some partitions of no more rows together than come at once, or one of more.
  private func shares(of days: [Day], columns: Int) -> [ArraySlice<Day>] {
    let most = max(1, Self.buffers / (max(1, columns) * engine.writers.count))
    var shares: [ArraySlice<Day>] = []
    var left = days[...]
    while let first = left.first {
      var rows = 0
      let share = left.prefix(most).prefix { day in
        rows += day.rows
        return rows <= Self.vector || day.dt == first.dt
      }
      shares.append(share)
      left = left.dropFirst(share.count)
    }
    return shares
  }

  /// Which of the two ways is taken follows from the partition alone, as they make other bytes of the same rows.
  private func statement(
    for share: ArraySlice<Day>, of table: String, sortedBy key: String, to folder: String
  ) throws -> String {
    let (first, last) = (LakeEngine.literal(share.first?.dt ?? ""), LakeEngine.literal(share.last?.dt ?? ""))
    let days = Set(share.map(\.dt))
    let setting = base.map { base in reading(base.files.filter { days.contains($0.dt) }, of: base) + ";\n" } ?? ""
    if let day = share.first, day.rows > Self.vector {
      let place = "\(folder)/dt=\(day.dt)"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      return setting + """
        copy (select * exclude (dt) from \(table) where dt = \(first) order by \(key))
        to \(LakeEngine.literal(place + "/data_0.parquet")) (format parquet, compression zstd)
        """
    }
    return setting + """
      copy (select * from \(table) where dt between \(first) and \(last) order by dt, \(key))
      to \(LakeEngine.literal(folder)) (format parquet, compression zstd, partition_by (dt), overwrite_or_ignore)
      """
  }

  private func reading(_ files: [LakeFile], of base: Base) -> String {
    engine.setting(base.variable, to: files.isEmpty ? [base.none] : files.map(\.path))
  }
}
