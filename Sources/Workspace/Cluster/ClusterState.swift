/// How the private cluster is at this moment.
package struct ClusterState: Sendable, Equatable {
  /// Whether the postmaster runs.
  package var isRunning: Bool
  /// Whether the data folder has been made.
  package var isInitialized: Bool
  /// The postmaster's process number.
  package var processID: Int32?
  /// The version of the server programs in use, as in `15.20`; nil when none are installed.
  package var serverVersion: String?
  /// The data folder.
  package var dataDirectory: String
  /// The folder of the Unix socket.
  package var socketDirectory: String
  /// The number in the socket's name, and the port of a URL that leads to it.
  package var socketPort: Int
  /// The loopback TCP port; nil when only the socket is served.
  package var tcpPort: Int?
  /// The file with the password for TCP; nil without TCP.
  package var passwordFile: String?
  /// Where the server writes its log.
  package var logFile: String
  /// The user the server runs as.
  package var user: String
  /// The data folder's size in bytes; only `status()` counts it.
  package var sizeBytes: Int?
  /// What a person should know, such as that the data lies outside the workspace.
  package var notes: [String]
}
