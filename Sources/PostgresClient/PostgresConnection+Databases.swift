import PlatformCore

extension PostgresConnection {
  /// Creates a UTF-8 database unless there is one of that name; answers whether it was created.
  ///
  /// - Throws: `.permission` when the role may not create databases.
  package func createDatabaseIfMissing(_ name: String) async throws -> Bool {
    let found = try await query("SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1", [.text(name)])
    guard found.count == 0 else { return false }
    do {
      // template0, for template1 may have another encoding and other people's tables.
      try await execute("CREATE DATABASE \(PostgresIdentifier.quoted(name)) ENCODING 'UTF8' TEMPLATE template0")
      return true
    } catch let error as PlatformError where error.code == "42P04" || error.code == "23505" {
      return false  // somebody else was a moment faster
    }
  }
}
