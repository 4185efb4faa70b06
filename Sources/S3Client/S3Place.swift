import Foundation
package import PlatformCore

/// A prefix in a bucket: `s3://bucket/prefix`.
package struct S3Place: Sendable, Equatable {
  /// The bucket.
  package let bucket: String
  /// What every key begins with; empty, or ending in `/`.
  package let prefix: String

  /// Reads `s3://bucket` or `s3://bucket/prefix`.
  ///
  /// - Throws: `configuration` where it names no bucket that may be, or a prefix with `.` or `..` in it.
  package init(_ location: String) throws(PlatformError) {
    let rest = location.dropFirst("s3://".count)
    let parts = rest.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    guard location.lowercased().hasPrefix("s3://"), !rest.hasPrefix("/"), let name = parts.first,
      name.wholeMatch(of: /[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]/) != nil, !parts.contains("."), !parts.contains("..")
    else {
      throw PlatformError(
        .configuration, "LAKE_URL names no bucket", context: ["LAKE_URL": location],
        nextStep: "write it as s3://bucket/prefix; a bucket has 3 to 63 lower-case letters, digits, dots and hyphens")
    }
    bucket = name
    prefix = parts.dropFirst().map { $0 + "/" }.joined()
  }

  /// How people write the place of a key: `s3://bucket/prefix/key`.
  package func location(of path: String) -> String {
    let whole = "s3://\(bucket)/\(prefix)\(path)"
    return path.isEmpty && whole.hasSuffix("/") ? String(whole.dropLast()) : whole
  }
}
