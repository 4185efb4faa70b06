internal import CLibcurl

/// One request on a handle and what came of it; it owns the memory libcurl points at, so it must outlive the transfer.
final class CurlExchange {
  private let handle: CurlHandle
  private let sink: AnswerSink
  private let body: UnsafeMutableRawBufferPointer
  private let words: UnsafeMutableBufferPointer<CChar>
  private var fields: UnsafeMutablePointer<curl_slist>?
  private let file: FileSource?

  /// Sets the handle up for the request: only connections of its earlier life remain.
  init(_ request: HTTPClient.Request, on handle: CurlHandle, bodyLimitBytes: Int) {
    self.handle = handle
    sink = AnswerSink(limitBytes: bodyLimitBytes)
    file = request.bodyFile.map(FileSource.init)
    body = .allocate(byteCount: request.body.count, alignment: 1)
    body.copyBytes(from: request.body)
    words = .allocate(capacity: Int(CURL_ERROR_SIZE))
    words.initialize(repeating: 0)
    curl_easy_reset(handle.pointer)
    // A `;` at the end is libcurl's way to send a field without a value; `Expect` costs a second with old servers, but
    // taking it away breaks the signature of libcurl 7.88.
    let unwanted = request.signer == nil ? ["Expect:"] : []
    for line in request.headers.map({ $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }) + unwanted {
      fields = curl_slist_append(fields, line)
    }
    okapi_curl_set_error_buffer(handle.pointer, words.baseAddress)
    okapi_curl_set_list(handle.pointer, CURLOPT_HTTPHEADER, fields)
    okapi_curl_set_sinks(
      handle.pointer, AnswerSink.head, AnswerSink.body, AnswerSink.sending, Unmanaged.passUnretained(sink).toOpaque())
    configure(request)
  }

  deinit {
    curl_easy_reset(handle.pointer)  // it may be used again, and must forget these addresses
    curl_slist_free_all(fields)
    body.deallocate()
    words.deallocate()
  }

  private func configure(_ request: HTTPClient.Request) {
    handle.set(CURLOPT_URL, request.url)
    handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
    handle.set(CURLOPT_NOSIGNAL, 1)  // no signals: threads call this
    handle.set(CURLOPT_PATH_AS_IS, 1)
    handle.set(CURLOPT_TIMEOUT_MS, max(1, Int(request.timeout / .milliseconds(1))))
    if request.method == "HEAD" {
      handle.set(CURLOPT_NOBODY, 1)
    } else if let file {
      handle.set(CURLOPT_UPLOAD, 1)
      okapi_curl_set_source(
        handle.pointer, FileSource.read, FileSource.rewind, Unmanaged.passUnretained(file).toOpaque(),
        curl_off_t(file.file.bytes))
    } else if ["POST", "PUT"].contains(request.method) || !body.isEmpty {
      okapi_curl_set_body(handle.pointer, body.baseAddress, curl_off_t(body.count))
    }
    handle.set(CURLOPT_CUSTOMREQUEST, request.method)
    if let signer = request.signer {
      handle.set(CURLOPT_AWS_SIGV4, "aws:amz:\(signer.region):\(signer.service)")
      handle.set(CURLOPT_USERNAME, signer.keyID)
      handle.set(CURLOPT_PASSWORD, signer.secret)
    }
  }

  /// What a finished transfer amounts to.
  func result(_ code: CURLcode) -> Result<HTTPClient.Response, HTTPClient.Failure> {
    guard code == CURLE_OK else { return .failure(failure(code)) }
    return .success(
      HTTPClient.Response(
        status: Int(okapi_curl_status(handle.pointer)), headers: sink.headers, body: sink.bytes,
        bytesReceived: Int(okapi_curl_received(handle.pointer)), version: version, resent: sink.resent))
  }

  private var version: String {
    switch Int(okapi_curl_http_version(handle.pointer)) {
    case CURL_HTTP_VERSION_1_0: "1.0"
    case CURL_HTTP_VERSION_2_0: "2"
    case CURL_HTTP_VERSION_3: "3"
    default: "1.1"
    }
  }

  private func failure(_ code: CURLcode) -> HTTPClient.Failure {
    let kind: HTTPClient.Failure.Kind =
      switch code {
      case _ where sink.isTooLarge: .tooLarge
      case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT: .url
      case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .name
      case CURLE_COULDNT_CONNECT: .connect
      case CURLE_OPERATION_TIMEDOUT: .timeout
      case CURLE_ABORTED_BY_CALLBACK: .cancelled
      case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS: .certificate
      case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER: .tls
      case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM,
        CURLE_BAD_CONTENT_ENCODING, CURLE_WEIRD_SERVER_REPLY:
        .cut
      default: .other
      }
    let text = words.baseAddress.map { String(cString: $0) } ?? ""
    return HTTPClient.Failure(
      kind: kind,
      reason: sink.isTooLarge
        ? "the answer is longer than is read" : text.isEmpty ? String(cString: curl_easy_strerror(code)) : text,
      resent: sink.resent)
  }
}
