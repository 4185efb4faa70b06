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
    try await engine.execute("create or replace temp table sorted as select * from \(table) order by dt, \(key)")
    let counts = try await engine.connection.query("select dt, count(*) from sorted group by dt order by dt")
    guard !counts.rows.isEmpty else { return written }
    let workplace = lake.workplace(for: folder, scratch: engine.scratch)
    try FileManager.default.createDirectory(atPath: workplace, withIntermediateDirectories: true)
    let days = counts.rows.indices.compactMap { counts.text($0, 0) }
    try await copy(days, to: workplace)
    var made: [String: String] = [:]
    for row in counts.rows.indices {
      guard let dt = counts.text(row, 0), let rows = try counts.int64(row, 1) else { continue }
      let new = "\(workplace)/dt=\(dt)/data_0.parquet"
      guard try FileManager.default.contentsOfDirectory(atPath: "\(workplace)/dt=\(dt)") == ["data_0.parquet"] else {
        throw PlatformError(.bug, "a partition was not written as one file", context: ["folder": folder, "dt": dt])
      }
      let file = LakeFile(
        path: "\(place)/dt=\(dt)/data.parquet", dt: dt, rows: Int(rows),
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

  /// Writes the rows of `sorted`, as many partitions at once as memory allows.
  private func copy(_ days: [String], to folder: String) async throws {
    let columns = try await engine.connection.query("select * from sorted limit 0").columns.count
    let atOnce = max(1, Self.buffers / max(1, columns))
    // Two threads would make two files of a partition.
    try await engine.execute("set threads = 1")
    for start in stride(from: 0, to: days.count, by: atOnce) {
      let some = days[start..<min(start + atOnce, days.count)]
      let (first, last) = (LakeEngine.literal(some.first ?? ""), LakeEngine.literal(some.last ?? ""))
      try await engine.execute(
        """
        copy (select * from sorted where dt between \(first) and \(last)) to \(LakeEngine.literal(folder))
          (format parquet, compression zstd, partition_by (dt), overwrite_or_ignore)
        """)
    }
    try await engine.execute("reset threads; drop table sorted")
  }
}
