package import PlatformCore

/// Streams the elements of a file in bounded memory: one batch and one element, whatever the file's size.
///
/// It takes list envelopes (`{"object": "list", "data": […]}` with members in any order), bare arrays, single objects
/// and JSON Lines, plain or gzip. It finds elements by strings and depth alone; whether one is JSON is for
/// `JSONDocument` to say. A broken line of JSON Lines comes out as an element of its own, so that it can be rejected by
/// its line number. Not for use from two threads at once.
package final class JSONElementReader {
  /// What the file turned out to be.
  package enum Form: String, Sendable {
    /// An envelope whose `data` holds the elements; several pages may follow each other.
    case list
    /// A bare array.
    case array
    /// One object.
    case object
    /// One value after the other, usually one a line.
    case lines
  }

  enum State { case start, elements(isEnvelope: Bool, isFirst: Bool), between, finished }

  /// What the file is, known after the first `next`; a file of one object stays `.object` until another one follows.
  package internal(set) var form: Form = .object
  /// The envelope's `has_more`, known when `next` has returned nil; that of the last page, if there are several.
  package internal(set) var hasMore: Bool?
  /// Bytes read of the file as stored, for progress.
  package var bytesRead: Int { window.source.bytesRead }
  /// The file's size as stored; nil for pipes.
  package var bytesTotal: Int? { window.source.bytesTotal }

  let path: String
  let limits: JSONLimits
  let window: ByteWindow
  var state = State.start
  var elements: [JSONBatch.Element] = []
  var damaged: [JSONBatch.Damage] = []
  var nextIndex = 0
  /// Whether the first top-level object stood on one line: then the others are expected to.
  var hasOneLineElements = false
  var envelopeObject: [UInt8]?
  private var batchBytes = 0
  private var failure: PlatformError?

  /// Opens a file; `readBytes` is the size of one read.
  ///
  /// - Throws: `.inputMissing` if there is no such file, `.inputOutput` for a directory or without permission, `.data`
  ///   if it is empty.
  package init(path: String, limits: JSONLimits = .standard, readBytes: Int = 1 << 18) throws(PlatformError) {
    self.path = path
    self.limits = limits
    window = ByteWindow(try ByteSource(path: path, readBytes: readBytes), readBytes: readBytes)
  }

  /// The next elements; nil at the end. A batch ends when it has reached either maximum.
  ///
  /// - Throws: `.data` if the file is not JSON at all, holds nothing but blanks, or is damaged gzip; `.inputOutput` if
  ///   it cannot be read. The elements found before a failure are delivered first.
  package func next(maximumBytes: Int = 8 << 20, maximumElements: Int = 5000) throws(PlatformError) -> JSONBatch? {
    if let failure { throw failure }
    elements.removeAll(keepingCapacity: true)
    damaged.removeAll()
    batchBytes = 0
    do {
      while elements.count < maximumElements, batchBytes < maximumBytes, try step() {}
    } catch {
      state = .finished
      failure = error
      if elements.isEmpty, damaged.isEmpty { throw error }
    }
    if elements.isEmpty, damaged.isEmpty { return nil }
    return JSONBatch(
      bytes: window.takeBatch(batchBytes, padding: JSONBatch.padding), elements: elements, damaged: damaged)
  }

  /// Goes on by about one element; false at the end of the file.
  private func step() throws(PlatformError) -> Bool {
    switch state {
    case .start:
      try readStart()
    case .elements(let isEnvelope, let isFirst):
      try readElement(isEnvelope: isEnvelope, isFirst: isFirst)
    case .between:
      try readNext()
    case .finished:
      return false
    }
    return true
  }

  /// Adds the window's current stretch as an element, or as damage if it is over the limit.
  func deliver(line: Int, length: Int) {
    defer { nextIndex += 1 }
    guard !window.isOverLimit, length <= limits.elementBytes else {
      damaged.append(.init(line: line, index: nextIndex, reason: "larger than \(Self.size(limits.elementBytes))"))
      return
    }
    let offset = window.keepElement()
    elements.append(.init(offset: offset, length: length, line: line, index: nextIndex))
    batchBytes = offset + length
  }

  func damage(line: Int, _ reason: String) {
    damaged.append(.init(line: line, index: nextIndex, reason: reason))
    nextIndex += 1
  }

  /// The end of the file in the wrong place, or of the part that can be understood.
  func stop(line: Int, _ reason: String) {
    damage(line: line, reason)
    state = .finished
  }

  /// The end of the file where it may end.
  func finish() {
    state = .finished
    if window.source.isCutShort { damage(line: window.line, "the compressed data ends early (truncated?)") }
  }

  static let truncated = "the file ends in the middle of an element (truncated?)"
  static let truncatedList = "the file ends before its list is closed (truncated?)"

  private static func size(_ bytes: Int) -> String {
    bytes >= 1 << 20 && bytes % (1 << 20) == 0 ? "\(bytes >> 20) MB" : "\(bytes) bytes"
  }
}
