import BronzeStore
import Digest
import DuckDBClient
import Foundation
import PlatformCore

/// Writes a table's rows as one Parquet file a partition, sorted, so that equal rows are equal bytes.
struct PartitionWriter {
  let engine: LakeEngine
  /// The staging folder.
  let target: String

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
    var days: [(dt: String, rows: Int)] = []
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

  /// Of every partition that is being written DuckDB holds some 25 KB a column.
  private static let buffers = 8_000
  /// DuckDB writes what it has of all partitions after 524,288 rows: in the middle of one.
  private static let rowsAtOnce = 400_000
  /// The sorted rows that DuckDB gives to a thread at once.
  private static let shareRows = 122_880

  /// Writes every partition as `dt=…/data_0.parquet`, as many at once as memory allows.
  private func copy(
    _ days: [(dt: String, rows: Int)], of table: String, sortedBy key: String, to folder: String
  ) async throws {
    let columns = try await engine.connection.query("select * from \(table) limit 0").columns.count
    var left = days[...]
    while let first = left.first {
      var rows = 0
      let some = left.prefix(max(1, Self.buffers / max(1, columns))).prefix { day in
        rows += day.rows
        return rows <= Self.rowsAtOnce || day.dt == first.dt
      }
      left = left.dropFirst(some.count)
      let last = some.last?.dt ?? first.dt
      try await engine.execute(
        """
        copy (
          select * from \(table) where dt between \(LakeEngine.literal(first.dt)) and \(LakeEngine.literal(last))
          order by dt, \(key)
        ) to \(LakeEngine.literal(folder)) (format parquet, compression zstd, partition_by (dt), overwrite_or_ignore)
        """)
      var begin = 0
      for day in some {
        let end = begin + day.rows
        let isShared = begin / Self.shareRows != (end - 1) / Self.shareRows
        try await settle(day.dt, isShared: isShared, sortedBy: key, in: "\(folder)/dt=\(day.dt)")
        begin = end
      }
    }
  }

  /// Leaves one file of a partition. What lay across the shares of several threads may be several files, or out of
  /// order, and is written once more by one.
  private func settle(_ dt: String, isShared: Bool, sortedBy key: String, in folder: String) async throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    if names == ["data_0.parquet"], !isShared { return }
    if names.count == 1, !isShared {
      return try FileManager.default.moveItem(atPath: "\(folder)/\(names[0])", toPath: "\(folder)/data_0.parquet")
    }
    let files = names.map { LakeEngine.literal("\(folder)/\($0)") }.joined(separator: ", ")
    let united = folder + ".united"
    // As a partition again: a file of its own would get other bytes.
    try await engine.execute(
      """
      set threads = 1;
      copy (
        select *, \(LakeEngine.literal(dt)) as dt from read_parquet([\(files)], hive_partitioning = false)
        order by \(key)
      ) to \(LakeEngine.literal(united)) (format parquet, compression zstd, partition_by (dt), overwrite_or_ignore);
      reset threads
      """)
    try FileManager.default.removeItem(atPath: folder)
    try FileManager.default.moveItem(atPath: "\(united)/dt=\(dt)", toPath: folder)
    try FileManager.default.removeItem(atPath: united)
  }
}
