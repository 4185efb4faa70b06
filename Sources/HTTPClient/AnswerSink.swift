internal import CLibcurl

/// Collects the answer that libcurl hands over in parts.
final class AnswerSink {
  private(set) var headers: [(name: String, value: String)] = []
  private(set) var bytes: [UInt8] = []
  private(set) var isTooLarge = false
  /// How often the request was sent.
  private var sent = 0
  /// How often it was sent again without anybody having asked for it.
  var resent: Int { max(0, sent - 1) }
  private let limitBytes: Int

  init(limitBytes: Int) { self.limitBytes = limitBytes }

  /// One line of the head; a status line begins a new head (after `100 Continue`).
  static let head: okapi_curl_sink = { part, size, count, context in
    guard let part, let context else { return 0 }
    let sink = Unmanaged<AnswerSink>.fromOpaque(context).takeUnretainedValue()
    let line = String(decoding: UnsafeRawBufferPointer(start: part, count: size * count), as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      sink.headers.removeAll()
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].drop { $0.isWhitespace }
      let end = value.lastIndex { !$0.isWhitespace }.map { value.index(after: $0) } ?? value.startIndex
      sink.headers.append((String(line[..<colon]), String(value[..<end])))
    }
    return size * count
  }

  /// Called when a connection is there and the request is about to be sent, also when libcurl repeats it by itself.
  static let sending: curl_prereq_callback = { context, _, _, _, _ in
    guard let context else { return CURL_PREREQFUNC_OK }
    Unmanaged<AnswerSink>.fromOpaque(context).takeUnretainedValue().sent += 1
    return CURL_PREREQFUNC_OK
  }

  /// A part of the body; taking less than offered ends the exchange.
  static let body: okapi_curl_sink = { part, size, count, context in
    guard let part, let context else { return 0 }
    let sink = Unmanaged<AnswerSink>.fromOpaque(context).takeUnretainedValue()
    sink.isTooLarge = sink.bytes.count + size * count > sink.limitBytes
    guard !sink.isTooLarge else { return 0 }
    sink.bytes.append(contentsOf: UnsafeRawBufferPointer(start: part, count: size * count))
    return size * count
  }
}
