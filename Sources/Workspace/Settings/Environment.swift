/// Whether a workspace may be destroyed and filled at will.
package enum Environment: String, Sendable, CaseIterable {
  /// Development: the default.
  case development = "DEV"
  /// Production: nothing destroys or populates.
  case production = "PROD"

  /// The file beside the program's working folder that holds this environment's settings.
  package var fileName: String {
    switch self {
    case .development: ".env.dev"
    case .production: ".env.prod"
    }
  }
}
