internal import CLibcurl

/// A blocking HTTP client over one libcurl handle: the connection is kept and used again; not for two threads at once.
///
/// TLS certificates are checked, redirects are not followed, cookies and proxies of the environment are not used. It
/// speaks HTTP/1.1; for many requests at once there is `HTTPSession`.
package final class HTTPClient: @unchecked Sendable {  // one thread sends, others only set the flag of `cancel`
  /// What is sent.
  package struct Request: Sendable {
    /// `GET`, `POST`, `DELETE` …
    package var method: String
    /// An `http` or `https` URL.
    package var url: String
    /// The header fields, as sent besides `Host` and `Content-Length`.
    package var headers: [(name: String, value: String)]
    /// The body; none is sent when it is empty and the method is neither `POST` nor `PUT`.
    package var body: [UInt8]
    /// How long the whole exchange may take.
    package var timeout: Duration
    /// An open file that is sent as the body instead of `body`; it is read from its beginning, its offset left alone.
    package var bodyFile: BodyFile?
    /// Who signs it, as AWS wants it (SigV4); nil for nobody.
    package var signer: Signer?

    /// A body that lies in a file.
    package struct BodyFile: Sendable, Equatable {
      /// The open file; it stays the caller's.
      package var descriptor: Int32
      /// How much of it is sent.
      package var bytes: Int

      /// The first bytes of an open file.
      package init(descriptor: Int32, bytes: Int) {
        self.descriptor = descriptor
        self.bytes = bytes
      }
    }

    /// A key of AWS's kind. libcurl signs with it; the hash of the body stands in `x-amz-content-sha256`.
    package struct Signer: Sendable {
      /// The key's id.
      package var keyID: String
      /// The key's secret.
      package var secret: String
      /// The region, such as `eu-central-1`.
      package var region: String
      /// The service, such as `s3`.
      package var service: String

      /// Bundles the parts.
      package init(keyID: String, secret: String, region: String, service: String) {
        self.keyID = keyID
        self.secret = secret
        self.region = region
        self.service = service
      }
    }

    /// A request.
    package init(
      _ method: String = "GET", _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
      timeout: Duration = .seconds(30)
    ) {
      self.method = method
      self.url = url
      self.headers = headers
      self.body = body
      self.timeout = timeout
    }
  }

  /// What came back.
  package struct Response: Sendable {
    /// The HTTP status.
    package let status: Int
    /// The header fields in the order received.
    package let headers: [(name: String, value: String)]
    /// The body.
    package let body: [UInt8]
    /// The body's bytes as they came over the wire; fewer than the body's where it was compressed.
    package let bytesReceived: Int
    /// The version of HTTP that was spoken: `1.0`, `1.1`, `2` or `3`.
    package var version = "1.1"
    /// How often libcurl sent the request again by itself, because a kept connection was closed before any answer.
    package var resent = 0

    /// The first header field of that name, in any case; nil if there is none.
    package func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The server's clock when it answered, as Unix seconds; nil without a `Date` that can be read.
    package var date: Int64? { date(in: "Date") }

    /// The moment in a header field, as Unix seconds; nil without one that can be read.
    package func date(in name: String) -> Int64? {
      guard let seconds = header(name).map({ curl_getdate($0, nil) }), seconds >= 0 else { return nil }
      return Int64(seconds)
    }

    /// How long the server asks to be left alone, given as seconds or as a date; nil where it does not ask.
    package var retryAfter: Duration? {
      guard let text = header("Retry-After") else { return nil }
      if let seconds = Double(text) { return seconds.isFinite && seconds > 0 ? .seconds(seconds) : nil }
      let until = curl_getdate(text, nil)
      guard until >= 0, let date else { return nil }
      return until > date ? .seconds(Int64(until) - date) : nil
    }
  }

  /// Why there is no answer.
  package struct Failure: Error, Sendable, Equatable {
    /// What kind of failure it is.
    package let kind: Kind
    /// libcurl's own words.
    package let reason: String
    /// How often libcurl sent the request again by itself.
    package var resent = 0

    /// The kinds that a caller may treat differently.
    package enum Kind: Sendable, Equatable {
      /// The URL cannot be used at all.
      case url
      /// There is no host of that name.
      case name
      /// Nobody is there: refused, unreachable.
      case connect
      /// The time was over.
      case timeout
      /// The peer could not prove who it is.
      case certificate
      /// There is no common ground for TLS, or it broke on the way.
      case tls
      /// The connection ended before the answer did.
      case cut
      /// The answer is longer than is read.
      case tooLarge
      /// `cancel` was called.
      case cancelled
      /// Anything else.
      case other
    }
  }

  /// The version of the libcurl in use, as in `7.88.1`.
  package static var libraryVersion: String { String(cString: okapi_curl_version()) }

  private let handle = CurlHandle.make()
  private let cancellation = Cancellation()
  private let bodyLimitBytes: Int

  /// Makes a client; an answer's body is read up to the limit.
  package init(bodyLimitBytes: Int = 64 << 20) { self.bodyLimitBytes = bodyLimitBytes }

  /// Ends the exchange under way within about a second, and every later one at once; the one call for any thread.
  package func cancel() { cancellation.cancel() }

  /// Sends one request and waits for the whole answer, whatever its status.
  ///
  /// - Throws: `Failure` when there is no answer.
  package func send(_ request: Request) throws(Failure) -> Response {
    guard let handle else { throw CurlHandle.unusable }
    let exchange = CurlExchange(request, on: handle, bodyLimitBytes: bodyLimitBytes)
    handle.set(CURLOPT_PROXY, "")
    handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    okapi_curl_set_progress(handle.pointer, Cancellation.check, Unmanaged.passUnretained(cancellation).toOpaque())
    return try withExtendedLifetime(exchange) { exchange.result(curl_easy_perform(handle.pointer)) }.get()
  }
}
