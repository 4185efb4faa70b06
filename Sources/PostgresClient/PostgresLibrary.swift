import CLibpq

/// The libpq in use.
package enum PostgresLibrary {
  /// Its version, as in `15.20`.
  package static var version: String {
    let number = PQlibVersion()
    return "\(number / 10_000).\(number % 10_000)"
  }
}
