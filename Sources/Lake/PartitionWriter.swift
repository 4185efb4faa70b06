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
    try lake.makeFolder(folder)
    // Two threads would make two files of a partition.
    try await engine.execute(
      """
      set threads = 1;
      copy sorted to \(LakeEngine.literal(lake.location(of: folder)))
        (format parquet, compression zstd, partition_by (dt), overwrite_or_ignore);
      reset threads;
      drop table sorted
      """)
    for row in counts.rows.indices {
      guard let dt = counts.text(row, 0), let rows = try counts.int64(row, 1) else { continue }
      let staged = "\(folder)/dt=\(dt)/data.parquet"
      guard try lake.move("\(folder)/dt=\(dt)/data_0.parquet", to: staged),
        try lake.names(in: "\(folder)/dt=\(dt)") == ["data.parquet"]
      else {
        throw PlatformError(.bug, "a partition was not written as one file", context: ["folder": folder, "dt": dt])
      }
      let file = LakeFile(
        path: "\(place)/dt=\(dt)/data.parquet", dt: dt, rows: Int(rows),
        sha256: try SHA256Digest.hex(ofFile: lake.location(of: staged)))
      written.files.append(file)
      // What lies there may not be what was accepted.
      if accepted.contains(file), (try? SHA256Digest.hex(ofFile: lake.location(of: file.path))) == file.sha256 {
        try lake.remove(staged)
      } else {
        try lake.sync(staged)
        written.staged.append(file)
      }
    }
    return written
  }
}
