internal import CLibcurl
import Foundation

/// A blocking HTTP client over one libcurl handle: the connection is kept and used again; not for two threads at once.
///
/// TLS certificates are checked, redirects are not followed, cookies and proxies of the environment are not used. It
/// speaks HTTP/1.1 and leaves out streaming and many requests at once.
package final class HTTPClient: @unchecked Sendable {  // one thread sends, others only set the flag of `cancel`
  /// What is sent.
  package struct Request: Sendable {
    /// `GET`, `POST`, `DELETE` …
    package var method: String
    /// An `http` or `https` URL.
    package var url: String
    /// The header fields, as sent besides `Host` and `Content-Length`.
    package var headers: [(name: String, value: String)]
    /// The body; none is sent when it is empty and the method is not `POST`.
    package var body: [UInt8]
    /// How long the whole exchange may take.
    package var timeout: Duration

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

    /// The first header field of that name, in any case; nil if there is none.
    package func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  /// Why there is no answer.
  package struct Failure: Error, Sendable, Equatable {
    /// What kind of failure it is.
    package let kind: Kind
    /// libcurl's own words.
    package let reason: String

    /// The kinds that a caller may treat differently.
    package enum Kind: Sendable, Equatable {
      /// The URL cannot be used at all.
      case url
      /// Nobody is there: no such name, refused, unreachable.
      case connect
      /// The time was over.
      case timeout
      /// The peer could not prove who it is.
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

  /// libcurl's own set-up, once in a process and before its first handle.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  private let handle: OpaquePointer?
  private let cancellation = Cancellation()
  private let bodyLimitBytes: Int

  /// Makes a client; an answer's body is read up to the limit.
  package init(bodyLimitBytes: Int = 64 << 20) {
    self.bodyLimitBytes = bodyLimitBytes
    handle = Self.isReady ? OpaquePointer(curl_easy_init()) : nil
  }

  deinit { curl_easy_cleanup(UnsafeMutableRawPointer(handle)) }

  /// Ends the exchange under way within about a second, and every later one at once; the one call for any thread.
  package func cancel() { cancellation.cancel() }

  /// Sends one request and waits for the whole answer, whatever its status.
  ///
  /// - Throws: `Failure` when there is no answer.
  package func send(_ request: Request) throws(Failure) -> Response {
    guard let handle = UnsafeMutableRawPointer(handle) else {
      throw Failure(kind: .other, reason: "libcurl could not be set up")
    }
    curl_easy_reset(handle)  // forgets the options, keeps the connections
    let sink = AnswerSink(limitBytes: bodyLimitBytes)
    var fields: UnsafeMutablePointer<curl_slist>?
    defer { curl_slist_free_all(fields) }
    // A `;` at the end is libcurl's way to send a field without a value; `Expect` costs a second with old servers.
    for line in request.headers.map({ $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }) + ["Expect:"] {
      fields = curl_slist_append(fields, line)
    }
    var words = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
    let code = words.withUnsafeMutableBufferPointer { words in
      okapi_curl_set_error_buffer(handle, words.baseAddress)
      okapi_curl_set_list(handle, CURLOPT_HTTPHEADER, fields)
      okapi_curl_set_sinks(handle, AnswerSink.head, AnswerSink.body, Unmanaged.passUnretained(sink).toOpaque())
      okapi_curl_set_progress(handle, Cancellation.check, Unmanaged.passUnretained(cancellation).toOpaque())
      return request.body.withUnsafeBytes { body in
        configure(handle, request, body)
        return withExtendedLifetime(sink) { curl_easy_perform(handle) }
      }
    }
    guard code == CURLE_OK else {
      let text = words.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
      throw Self.failure(code, sink.isTooLarge, text)
    }
    return Response(status: Int(okapi_curl_status(handle)), headers: sink.headers, body: sink.bytes)
  }

  private func configure(_ handle: UnsafeMutableRawPointer, _ request: Request, _ body: UnsafeRawBufferPointer) {
    okapi_curl_set_text(handle, CURLOPT_URL, request.url)
    okapi_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    okapi_curl_set_text(handle, CURLOPT_PROXY, "")
    okapi_curl_set_number(handle, CURLOPT_NOSIGNAL, 1)  // no signals: threads call this
    okapi_curl_set_number(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    okapi_curl_set_number(handle, CURLOPT_PATH_AS_IS, 1)
    let (seconds, attoseconds) = request.timeout.components
    let milliseconds = Int(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    okapi_curl_set_number(handle, CURLOPT_TIMEOUT_MS, max(1, milliseconds))
    if request.method == "HEAD" {
      okapi_curl_set_number(handle, CURLOPT_NOBODY, 1)
    } else if request.method == "POST" || !body.isEmpty {
      okapi_curl_set_body(handle, body.baseAddress, curl_off_t(body.count))
    }
    okapi_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method)
  }

  private static func failure(_ code: CURLcode, _ isTooLarge: Bool, _ words: String) -> Failure {
    let kind: Failure.Kind =
      switch code {
      case _ where isTooLarge: .tooLarge
      case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT: .url
      case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: .connect
      case CURLE_OPERATION_TIMEDOUT: .timeout
      case CURLE_ABORTED_BY_CALLBACK: .cancelled
      case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
        .tls
      case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR: .cut
      default: .other
      }
    let text = isTooLarge ? "the answer is longer than is read" : words
    return Failure(kind: kind, reason: text.isEmpty ? String(cString: curl_easy_strerror(code)) : text)
  }
}
