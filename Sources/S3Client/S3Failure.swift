import Foundation
import HTTPClient
import PlatformCore

/// What a server said instead of doing it.
struct S3Failure {
  let status: Int
  /// S3's word for it, such as `NoSuchBucket`; its answers to HEAD have none.
  let code: String
  let words: String
  let requestID: String?
  let region: String?

  init(_ response: HTTPClient.Response) {
    let text = S3Text(response.body)
    status = response.status
    code = text.first("Code") ?? ""
    words = text.first("Message") ?? ""
    requestID = response.header("x-amz-request-id") ?? text.first("RequestId")
    region = response.header("x-amz-bucket-region") ?? text.first("Region")
  }

  /// Whether somebody in front of the server says that there is nothing, as a balancer without a backend does: S3 has
  /// a word for it, but in answers to HEAD.
  var isStrangers: Bool { status == 404 && code.isEmpty }

  /// Whether the same call may succeed a moment later.
  var isPassing: Bool {
    // A copy that fails half-way says so behind a status of 200.
    status < 300 || status >= 500 && status != 501 || status == 429 || isStrangers
      || ["SlowDown", "RequestTimeout", "OperationAborted", "ConditionalRequestConflict"].contains(code)
  }

  func error(_ doing: String, _ place: String) -> PlatformError {
    let (category, message, nextStep) = meaning
    var error = PlatformError(
      category, message, cause: "HTTP \(status)" + (words.isEmpty ? "" : ": \(words)"),
      code: code.isEmpty ? nil : code, context: ["call": doing, "object": place], nextStep: nextStep,
      isRetryable: isPassing)
    if let requestID { error = error.adding("server's request", requestID) }
    return error
  }

  private var meaning: (ExitStatus, String, String) {
    switch code {
    case "InvalidAccessKeyId":
      (.permission, "the S3 server does not know the key", "check AWS_ACCESS_KEY_ID")
    case "SignatureDoesNotMatch":
      (.permission, "the S3 server refuses the signature", "check AWS_SECRET_ACCESS_KEY, and that AWS_REGION is right")
    case "ExpiredToken", "InvalidToken", "TokenRefreshRequired":
      (.permission, "the S3 server refuses the session token", "get a new key, and set AWS_SESSION_TOKEN with it")
    case "RequestTimeTooSkewed":
      (.configuration, "this machine's clock and the S3 server's are too far apart", "set the clock of this machine")
    case "NoSuchBucket":
      (.configuration, "there is no such bucket", "make the bucket, or correct LAKE_URL")
    case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
      (.configuration, "the bucket is in another region", "set AWS_REGION" + (region.map { " to \($0)" } ?? ""))
    case "QuotaExceeded", "InsufficientCapacity", "EntityTooLarge":
      (.output, "the S3 server takes no more", "make room, or raise the bucket's quota")
    default:
      switch status {
      case 401, 403:
        (
          .permission, "the S3 server refuses the call",
          "let the key do s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject below LAKE_URL"
        )
      case 301, 307, 308:
        (.configuration, "the bucket is in another region", "set AWS_REGION" + (region.map { " to \($0)" } ?? ""))
      case _ where isPassing:
        (.unavailable, "the S3 server did not manage it, tried again and again", "run the command again later")
      case 501:
        (.configuration, "the S3 server cannot do this", "use a server with conditional PUT and server-side copy")
      default: (.inputOutput, "the S3 server did not do it", "mend what it says, then run the command again")
      }
    }
  }

  /// There was no answer at all.
  static func error(_ failure: HTTPClient.Failure, _ doing: String, _ place: String, at server: String) -> PlatformError
  {
    let message: String
    let nextStep: String
    switch failure.kind {
    case .name, .connect, .url:
      (message, nextStep) = ("the S3 server cannot be reached", "check AWS_ENDPOINT_URL_S3 and that the server is up")
    case .certificate, .tls:
      (message, nextStep) = ("no safe connection to the S3 server", "check the server's certificate and its address")
    case .cut, .timeout:
      (message, nextStep) = (
        "the connection to the S3 server broke off", "run the command again: it goes on from there"
      )
    case .cancelled, .tooLarge, .other:
      (message, nextStep) = ("the S3 server was not understood", "check AWS_ENDPOINT_URL_S3")
    }
    return PlatformError(
      .unavailable, message, cause: failure.reason, context: ["server": server, "call": doing, "object": place],
      nextStep: nextStep, isRetryable: failure.mayPass)
  }
}

extension HTTPClient.Failure {
  var mayPass: Bool {
    switch kind {
    case .name, .connect, .timeout, .cut, .other: true
    case .url, .certificate, .tls, .tooLarge, .cancelled: false
    }
  }
}
