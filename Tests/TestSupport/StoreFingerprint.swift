package import PostgresClient
import ResourceStore
import StripeModel

/// What a store holds, as one hash per table, to hold two loads against each other.
package enum StoreFingerprint {
  /// The count and the hash of all rows of each table, by id.
  ///
  /// Everything that the data decides is in it, hashes and flags too; which run wrote a row is not, and when it was
  /// observed only on request.
  package static func of(
    _ connection: PostgresConnection, schema: String, withMoments: Bool = false
  ) async throws -> [String: String] {
    var hashes: [String: String] = [:]
    for resource in ResourceName.allCases {
      let left: Set<String> = withMoments ? ["run_id"] : ["run_id", "observed_at", "deleted_at"]
      let columns = ResourceStore.copyColumns(of: resource)
        .filter { !left.contains($0) && (withMoments || !$0.hasSuffix("_complete_at")) }
        .map { "coalesce(\"\($0)\"::text, '~')" }
      // A function takes a hundred arguments at most.
      let parts = stride(from: 0, to: columns.count, by: 50).map { start in
        "concat_ws('|', \(columns[start..<min(start + 50, columns.count)].joined(separator: ", ")))"
      }
      let table = "\"\(schema)\".\"\(resource.definition.table)\""
      let answer = try await connection.query(
        """
        select count(*) || ' ' || coalesce(md5(string_agg(md5(\(parts.joined(separator: " || '|' || "))), ''
          order by id)), '') from \(table)
        """)
      hashes[resource.definition.table] = answer[0, 0] ?? ""
    }
    return hashes
  }
}
