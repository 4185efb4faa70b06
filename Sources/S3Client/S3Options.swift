import Foundation
package import PlatformCore

/// Which server keeps the objects, and with whose key it is asked.
package struct S3Options: Sendable {
  /// The region, which is part of every signature.
  package var region: String
  /// The server's address, as `http://127.0.0.1:9000`; nil for AWS's own in the region.
  package var endpoint: String?
  /// Whether the bucket stands in the path of the address, not in the host's name.
  package var isPathStyle: Bool
  /// The key's id.
  package var keyID: String
  /// The key's secret.
  package var secret: String
  /// The token of a key that holds for a while only.
  package var sessionToken: String?
  /// How often a call is made in all, and how long is waited in between.
  package var retries = RetryPolicy(attempts: 6, firstWait: .milliseconds(200), longestWait: .seconds(5))

  /// Bundles the parts.
  package init(
    region: String, endpoint: String?, isPathStyle: Bool? = nil, keyID: String, secret: String,
    sessionToken: String? = nil
  ) {
    self.region = region
    self.endpoint = endpoint
    self.isPathStyle = isPathStyle ?? (endpoint != nil)
    self.keyID = keyID
    self.secret = secret
    self.sessionToken = sessionToken
  }

  /// Reads AWS's variables, then its files: `~/.aws/credentials` and `~/.aws/config`, or those that
  /// `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE` name.
  ///
  /// - Throws: `configuration` where no key is found, a profile is not there, or a value cannot be.
  package init(variables: [String: String]) throws(PlatformError) {
    let profile = try AWSProfile(variables)
    let region = variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"] ?? profile["region"] ?? "us-east-1"
    let endpoint = variables["AWS_ENDPOINT_URL_S3"] ?? variables["AWS_ENDPOINT_URL"] ?? profile["endpoint_url"]
    if let endpoint, endpoint.wholeMatch(of: #/https?:\/\/[A-Za-z0-9.\-\[\]:]+\/?/#.ignoresCase()) == nil {
      throw PlatformError(
        .configuration, "the address of the S3 server cannot be used", context: ["setting": "AWS_ENDPOINT_URL_S3"],
        nextStep: "set AWS_ENDPOINT_URL_S3 to http://host:port or https://host, without a path")
    }
    guard region.wholeMatch(of: /[A-Za-z0-9_-]+/) != nil else {
      throw PlatformError(
        .configuration, "the region cannot be used", context: ["AWS_REGION": region],
        nextStep: "set AWS_REGION to a region such as eu-central-1")
    }
    let (keyID, secret, token) = try Self.key(variables, profile)
    self.init(
      region: region, endpoint: endpoint.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 },
      isPathStyle: try Self.isPathStyle(variables["S3_PATH_STYLE"]), keyID: keyID, secret: secret, sessionToken: token)
  }

  private static func key(
    _ variables: [String: String], _ profile: AWSProfile
  ) throws(PlatformError) -> (String, String, String?) {
    if let keyID = variables["AWS_ACCESS_KEY_ID"], let secret = variables["AWS_SECRET_ACCESS_KEY"] {
      return (keyID, secret, variables["AWS_SESSION_TOKEN"])
    }
    if let given = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].first(where: { variables[$0] != nil }) {
      throw PlatformError(
        .configuration, "half of a key for S3 is given", cause: "there is \(given) alone",
        nextStep: "set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    }
    if let keyID = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"] {
      return (keyID, secret, profile["aws_session_token"])
    }
    throw PlatformError(
      .configuration, "there is no key for S3",
      cause: "neither AWS_ACCESS_KEY_ID nor a key in the profile '\(profile.name)' of \(profile.credentialsFile)",
      nextStep: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN where the key has one")
  }

  private static func isPathStyle(_ text: String?) throws(PlatformError) -> Bool? {
    switch text?.lowercased() {
    case nil: return nil
    case "true", "1", "yes": return true
    case "false", "0", "no": return false
    default:
      throw PlatformError(
        .configuration, "S3_PATH_STYLE is '\(text ?? "")'; known values: true, false", nextStep: "set one of them")
    }
  }

  /// The scheme and host that a bucket's keys lie under, and what stands before a key in the path.
  func address(of bucket: String) -> (base: String, path: String) {
    let server = endpoint ?? "https://s3.\(region).amazonaws.com"
    // A certificate for *.s3… does not hold for a bucket with a dot in its name.
    if isPathStyle || bucket.contains(".") { return (server, "/\(bucket)/") }
    let parts = server.split(separator: "://", maxSplits: 1)
    return ("\(parts[0])://\(bucket).\(parts.last ?? "")", "/")
  }
}
