import CLibpq
package import PlatformCore

/// A connection string as libpq's environment variables, for a program that is to connect as we would.
///
/// An environment is read by its own user only, whereas arguments and files are not. What has no variable
/// (keepalives, say) is left out.
package enum ConnectionEnvironment {
  /// The variables, such as `PGHOST`, for what the string says.
  ///
  /// - Throws: `configuration` when libpq cannot read the string.
  package static func variables(for url: String) throws(PlatformError) -> [String: String] {
    // Checks the string with the messages that hide a password.
    _ = try ConnectionSettings(url)
    guard let options = PQconninfoParse(url, nil) else { return [:] }
    defer { PQconninfoFree(options) }
    var variables: [String: String] = [:]
    var option = options
    while option.pointee.keyword != nil {
      if let name = option.pointee.envvar, let value = option.pointee.val {
        variables[String(cString: name)] = String(cString: value)
      }
      option += 1
    }
    return variables
  }
}
