internal import CLibcurl

/// One easy handle of libcurl; it keeps its connection and is freed with the object.
final class CurlHandle {
  let pointer: UnsafeMutableRawPointer

  /// libcurl's own set-up, once in a process and before its first handle.
  static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  static let unusable = HTTPClient.Failure(kind: .other, reason: "libcurl could not be set up")

  private init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }

  deinit { curl_easy_cleanup(pointer) }

  /// A new handle; nil when libcurl gives none.
  static func make() -> CurlHandle? {
    guard isReady, let pointer = curl_easy_init() else { return nil }
    return CurlHandle(pointer)
  }

  func set(_ option: CURLoption, _ value: String) { okapi_curl_set_text(pointer, option, value) }
  func set(_ option: CURLoption, _ value: Int) { okapi_curl_set_number(pointer, option, value) }
}
