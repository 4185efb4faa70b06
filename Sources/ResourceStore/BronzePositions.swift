package import PostgresClient

/// How far the parts of bronze are loaded: the table `_bronze_parts` (decision 0010).
package struct BronzePositions: Sendable {
  /// How far one part is loaded, always to the end of a whole line.
  package struct Position: Sendable, Equatable {
    /// The part's path in the lake.
    package let part: String
    /// Bytes from its beginning.
    package let bytes: Int
    /// Lines from its beginning.
    package let lines: Int

    /// Bundles the parts.
    package init(part: String, bytes: Int, lines: Int) {
      self.part = part
      self.bytes = bytes
      self.lines = lines
    }
  }

  private let connection: PostgresConnection
  private let table: String

  /// Works over an open connection to a migrated database.
  package init(connection: PostgresConnection, names: StoreNames) {
    self.connection = connection
    table = names.table("_bronze_parts")
  }

  /// The positions of all parts in a folder of the lake, by path.
  package func all(in folder: String) async throws -> [String: Position] {
    let result = try await connection.query(
      "select part, bytes, lines from \(table) where starts_with(part, $1)", [.text(folder + "/")])
    var positions: [String: Position] = [:]
    for row in 0..<result.count {
      guard let part = result[row, 0], let bytes = result[row, 1].flatMap({ Int($0) }),
        let lines = result[row, 2].flatMap({ Int($0) })
      else { continue }
      positions[part] = Position(part: part, bytes: bytes, lines: lines)
    }
    return positions
  }

  /// Moves positions forward, never back, once the rows up to them are committed.
  ///
  /// Need not be waited for: the log is written in order, so that a position is never safe before its rows are.
  package func move(_ positions: [Position], run runID: String) async throws {
    guard !positions.isEmpty else { return }
    let sorted = positions.sorted { $0.part < $1.part }
    try await connection.transaction(settings: ["synchronous_commit": "off"]) { connection in
      _ = try await connection.query(
        """
        insert into \(table) as stored (part, bytes, lines, first_run_id, last_run_id, updated_at)
        select part, bytes, lines, $4, $4, now()
        from unnest($1::text[], $2::bigint[], $3::bigint[]) as reached (part, bytes, lines)
        on conflict (part) do update
        set bytes = excluded.bytes, lines = excluded.lines, last_run_id = excluded.last_run_id, updated_at = now()
        where stored.bytes < excluded.bytes
        """,
        [
          .textArray(sorted.map(\.part)), .integerArray(sorted.map { Int64($0.bytes) }),
          .integerArray(sorted.map { Int64($0.lines) }), .text(runID),
        ])
    }
  }

  /// Forgets a part, so that it is read from its beginning.
  package func forget(_ part: String) async throws {
    _ = try await connection.query("delete from \(table) where part = $1", [.text(part)])
  }
}
