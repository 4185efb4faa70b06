import PlatformCore
import PostgresClient

/// Makes the databases that a connection URL names.
package enum Databases {
  /// What `create` found.
  package enum Outcome: String, Sendable, Codable {
    /// It was not there and is now.
    case created
    /// It was there.
    case existing
  }

  /// Creates the database that `url` names, in UTF-8, if it is missing; two at once are fine.
  ///
  /// - Throws: `configuration` when an existing one has another encoding; the server's error.
  package static func create(_ url: String) async throws -> Outcome {
    do {
      let connection = try await PostgresConnection.connect(url)
      do {
        try await requireUTF8(connection)
      } catch {
        await connection.close()
        throw error
      }
      await connection.close()
      return .existing
    } catch let error as PlatformError where error.code == "3D000" {
      return try await createMissing(url)
    }
  }

  private static func createMissing(_ url: String) async throws -> Outcome {
    let place = ConnectionURL(url)
    guard let name = place.database else {
      throw PlatformError(
        .configuration, "The connection URL names no database",
        nextStep: "Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    }
    let connection = try await PostgresConnection.connect(place.naming(database: "postgres"))
    do {
      let isNew = try await connection.createDatabaseIfMissing(name)
      await connection.close()
      return isNew ? .created : .existing
    } catch {
      await connection.close()
      throw error
    }
  }

  private static func requireUTF8(_ connection: PostgresConnection) async throws {
    let answer = try await connection.query(
      "select pg_encoding_to_char(encoding) from pg_database where datname = current_database()")
    guard let encoding = answer[0, 0], encoding != "UTF8" else { return }
    throw PlatformError(
      .configuration, "The database \(connection.facts.database) is in \(encoding); Stripe's texts need UTF8",
      nextStep: "Name another database in DATABASE_URL; `okapi db init` creates it")
  }
}
