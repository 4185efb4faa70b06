internal import CLibcurl

/// A multi handle of libcurl: the transfers of one thread and their connections.
final class CurlMulti: @unchecked Sendable {  // one thread drives it; `wake` is the one call for any
  private let pointer: UnsafeMutableRawPointer

  /// A new one; nil when libcurl gives none.
  init?(connections: Int) {
    guard CurlHandle.isReady, let pointer = curl_multi_init() else { return nil }
    self.pointer = pointer
    okapi_curl_multi_set_number(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections)
    okapi_curl_multi_set_number(pointer, CURLMOPT_MAXCONNECTS, connections)
  }

  deinit { curl_multi_cleanup(pointer) }

  func add(_ handle: CurlHandle) -> Bool { curl_multi_add_handle(pointer, handle.pointer) == CURLM_OK }

  func remove(_ handle: CurlHandle) { curl_multi_remove_handle(pointer, handle.pointer) }

  /// Goes on with every transfer as far as it goes now; false when that is no longer possible.
  func perform() -> Bool {
    var active: Int32 = 0
    return curl_multi_perform(pointer, &active) == CURLM_OK
  }

  /// Waits until a transfer can go on or `wake` is called.
  func wait() -> Bool {
    // libcurl's own timers shorten the minute.
    curl_multi_poll(pointer, nil, 0, 60_000, nil) == CURLM_OK
  }

  func wake() { curl_multi_wakeup(pointer) }

  /// The handle of a transfer that has ended, and how; nil when there is none.
  func nextEnded() -> (handle: UnsafeMutableRawPointer, code: CURLcode)? {
    var left: Int32 = 0
    while let message = curl_multi_info_read(pointer, &left)?.pointee {
      if message.msg == CURLMSG_DONE, let handle = message.easy_handle { return (handle, message.data.result) }
    }
    return nil
  }
}
