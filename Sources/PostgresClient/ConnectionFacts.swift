import CLibpq

/// What a connection reached, for people and for decisions.
package struct ConnectionFacts: Sendable, Equatable {
  /// The encryption of a connection.
  package struct TLS: Sendable, Equatable {
    /// Such as `TLSv1.3`.
    package let protocolVersion: String
    /// Such as `TLS_AES_256_GCM_SHA384`.
    package let cipher: String
  }

  /// The server's version, as in `15.20`.
  package let serverVersion: String
  /// Its first number.
  package let serverMajor: Int
  /// The host as named in the URL; nil over a Unix socket.
  package let host: String?
  /// The folder of the Unix socket; nil over TCP.
  package let socketDirectory: String?
  /// The TCP port, or the number in the socket's name.
  package let port: Int
  /// The database.
  package let database: String
  /// The role that was logged in.
  package let user: String
  /// The encryption; nil for plain text.
  package let tls: TLS?
  /// Whether a pooler such as PgBouncer stands between: sessions then live for one transaction.
  package let isPooled: Bool

  init(_ connection: OpaquePointer, isPooled: Bool) {
    let text = { (value: UnsafePointer<CChar>?) -> String? in value.map { String(cString: $0) } }
    let version = text(PQparameterStatus(connection, "server_version")) ?? ""
    serverVersion = String(version.prefix { $0 != " " })
    serverMajor = Int(serverVersion.prefix(while: \.isNumber)) ?? 0
    let place = text(PQhost(connection)) ?? ""
    host = place.hasPrefix("/") ? nil : place
    socketDirectory = place.hasPrefix("/") ? place : nil
    port = text(PQport(connection)).flatMap { Int($0) } ?? 5432
    database = text(PQdb(connection)) ?? ""
    user = text(PQuser(connection)) ?? ""
    tls =
      PQsslInUse(connection) == 0
      ? nil
      : TLS(
        protocolVersion: text(PQsslAttribute(connection, "protocol")) ?? "TLS",
        cipher: text(PQsslAttribute(connection, "cipher")) ?? "unknown")
    self.isPooled = isPooled
  }
}
