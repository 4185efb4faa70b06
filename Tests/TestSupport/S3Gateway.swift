import Foundation
import HTTPClient
import PlatformCore

/// The S3 server that the tests may use, as `scripts/s3-gateway` starts it and `make test-s3` names it.
package enum S3Gateway {
  /// The bucket of all tests; each has a prefix of its own.
  package static let bucket = "okapi-tests"

  /// Its address; nil where nobody started one.
  package static var address: String? {
    ProcessInfo.processInfo.environment["OKAPI_S3_GATEWAY"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Its port.
  package static var port: Int { address.flatMap { URL(string: $0)?.port } ?? 0 }

  /// Whether it is there; without it the tests on S3 are skipped.
  package static var isThere: Bool { address != nil }

  /// The settings of a program that speaks to it.
  ///
  /// - Parameter port: another port that leads to it.
  package static func settings(port: Int? = nil) -> [String: String] {
    [
      "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:\(port ?? Self.port)", "AWS_ACCESS_KEY_ID": "LAKEKEY",
      "AWS_SECRET_ACCESS_KEY": "LAKESECRET",
    ]
  }

  /// Makes the bucket, which may be there already.
  ///
  /// - Throws: `unavailable` with what the gateway says.
  package static func makeBucket() throws {
    let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    var request = HTTPClient.Request(
      "PUT", "\(address ?? "")/\(bucket)", headers: [("x-amz-content-sha256", nothing)])
    request.signer = .init(keyID: "LAKEKEY", secret: "LAKESECRET", region: "us-east-1", service: "s3")
    let answer = try HTTPClient().send(request)
    guard answer.status >= 300, answer.status != 409 else { return }
    throw PlatformError(
      .unavailable, "the tests' bucket cannot be made", cause: String(decoding: answer.body, as: UTF8.self))
  }
}
