import PlatformCore

// Finding elements: the file's form, the envelope's members, the elements of a list.

extension JSONElementReader {
  /// How a walk over an object's members ended.
  enum Walk { case closed, data, truncated, malformed }

  /// The first value of the file decides its form.
  func readStart() throws(PlatformError) {
    window.beginGap()
    // A byte order mark.
    for byte in [0xef, 0xbb, 0xbf] as [UInt8] where try window.peek() == byte { window.advance() }
    try window.skipBlanks()
    guard let byte = try window.peek() else {
      if window.source.isCutShort { return stop(line: window.line, Self.truncated) }
      throw ByteSource.empty(path)
    }
    switch byte {
    case UInt8(ascii: "["): beginArray()
    case UInt8(ascii: "{"): try readObject(isFirst: true)
    case UInt8(ascii: "\""), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"),
      UInt8(ascii: "f"), UInt8(ascii: "n"):
      hasOneLineElements = true
      try readLine()
    default:
      throw PlatformError(
        .data, "the file is not JSON", cause: "it begins with \(Self.shown(byte))", context: ["file": path],
        nextStep: "give a JSON list, array or object, or JSON Lines, plain or gzip")
    }
  }

  /// What stands behind a complete top-level value: nothing, another page, or another line.
  func readNext() throws(PlatformError) {
    let line = window.line
    window.beginGap()
    try window.skipBlanks()
    guard let byte = try window.peek() else { return finish() }
    if window.line == line { hasOneLineElements = false }
    switch form {
    case .object, .lines:
      form = .lines
      try readLine()
    case .list, .array:
      if byte == UInt8(ascii: "{") {
        try readObject(isFirst: false)
      } else if byte == UInt8(ascii: "[") {
        beginArray()
      } else {
        stop(line: window.line, "content after the end of the list")
      }
    }
  }

  private func beginArray() {
    if case .start = state { form = .array }
    window.advance()
    state = .elements(isEnvelope: false, isFirst: true)
  }

  private static func shown(_ byte: UInt8) -> String {
    byte > 0x20 && byte < 0x7f ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
  }

  // MARK: Lists

  /// One element of a list, or the list's end.
  func readElement(isEnvelope: Bool, isFirst: Bool) throws(PlatformError) {
    window.beginGap()
    try window.skipBlanks()
    guard var byte = try window.peek() else { return stop(line: window.line, Self.truncatedList) }
    if byte == UInt8(ascii: "]") {
      window.advance()
      state = .between
      if isEnvelope { try readEnvelopeTail() }
      return
    }
    if !isFirst {
      guard byte == UInt8(ascii: ",") else { return stopMalformed() }
      window.advance()
      try window.skipBlanks()
      guard let next = try window.peek() else { return stop(line: window.line, Self.truncatedList) }
      byte = next
    }
    let line = window.line
    window.beginElement(limit: limits.elementBytes)
    if Self.isScanned(byte) {
      guard try window.skipValue() else {
        stop(line: line, Self.truncated)
        return
      }
    } else {
      try window.skip { Self.isScalarEnd($0) }
      if window.length == 0 { return stopMalformed() }
      if try window.peek() == nil { return stop(line: line, Self.truncated) }
    }
    deliver(line: line, length: window.length)
    state = .elements(isEnvelope: isEnvelope, isFirst: false)
  }

  private func stopMalformed() {
    stop(line: window.line, "the list is malformed here; the rest of it is not read")
  }

  private func readEnvelopeTail() throws(PlatformError) {
    window.beginGap()
    switch try walkMembers(isFirst: false, isTail: true) {
    case .closed: break
    case .data: stop(line: window.line, "the list has a second \"data\"; it is not read")
    case .truncated: stop(line: window.line, Self.truncatedList)
    case .malformed: stop(line: window.line, "the list's envelope is malformed here; the rest of it is not read")
    }
  }

  // MARK: Objects

  /// An object at the top: an envelope, or an element itself. Only its end tells, unless a `data` array comes first.
  private func readObject(isFirst: Bool) throws(PlatformError) {
    let line = window.line
    window.beginElement(limit: limits.elementBytes)
    window.advance()
    envelopeObject = nil
    let hadMore = hasMore
    hasMore = nil
    let walk = try walkMembers(isFirst: true, isTail: false)
    switch walk {
    case .data:
      if isFirst { form = .list }
      state = .elements(isEnvelope: true, isFirst: true)
    case .closed:
      state = .between
      if isListName(envelopeObject) {
        if isFirst { form = .list }
        damage(line: line, "the list has no \"data\" array")
      } else {
        hasMore = hadMore
        hasOneLineElements = window.line == line
        deliver(line: line, length: window.length)
      }
    case .truncated, .malformed:
      try readBroken(line: line, isTruncated: walk == .truncated)
    }
  }

  /// An object that is not one: its first line, if other lines follow that look like elements; else up to its end.
  private func readBroken(line: Int, isTruncated: Bool) throws(PlatformError) {
    state = .between
    guard window.isWhole else { return stop(line: line, isTruncated ? Self.truncated : "not valid JSON") }
    window.rewind(toLine: line)
    try window.skipLine()
    let length = window.trimmedLength
    let consumed = window.length
    let isLastLine = try window.peek() == nil
    try window.skipBlanks()
    let isFollowedByObject = try window.peek() == UInt8(ascii: "{")
    guard window.isWhole else { return stop(line: line, Self.truncated) }
    if isFollowedByObject && length > 1 || isLastLine && !isTruncated {
      window.rewind(toLine: line)
      window.back(to: consumed)
      hasOneLineElements = true
      return deliver(line: line, length: length)
    }
    window.rewind(toLine: line)
    guard try window.skipValue() else { return stop(line: line, Self.truncated) }
    deliver(line: line, length: window.length)
  }

  private func isListName(_ name: [UInt8]?) -> Bool {
    name.map { $0.elementsEqual("list".utf8) || $0.elementsEqual("search_result".utf8) } ?? false
  }

  /// Goes over an object's members up to its end, or to the first element of its `data`.
  private func walkMembers(isFirst: Bool, isTail: Bool) throws(PlatformError) -> Walk {
    var isFirst = isFirst
    while true {
      try window.skipBlanks()
      guard let byte = try window.peek() else { return .truncated }
      if byte == UInt8(ascii: "}") {
        window.advance()
        return .closed
      }
      if !isFirst {
        guard byte == UInt8(ascii: ",") else { return .malformed }
        window.advance()
        try window.skipBlanks()
      }
      isFirst = false
      guard let quote = try window.peek() else { return .truncated }
      guard quote == UInt8(ascii: "\"") else { return .malformed }
      guard let key = try readString() else { return .truncated }
      try window.skipBlanks()
      guard let colon = try window.peek() else { return .truncated }
      guard colon == UInt8(ascii: ":") else { return .malformed }
      window.advance()
      try window.skipBlanks()
      guard let first = try window.peek() else { return .truncated }
      if key.elementsEqual("data".utf8), first == UInt8(ascii: "["),
        isTail || envelopeObject == nil || isListName(envelopeObject)
      {
        window.advance()
        return .data
      }
      if let end = try passMember(key, first) { return end }
    }
  }

  /// Passes one member's value, noting the two that matter; returns how the walk ended, if it did.
  private func passMember(_ key: [UInt8], _ first: UInt8) throws(PlatformError) -> Walk? {
    if first == UInt8(ascii: "\""), key.elementsEqual("object".utf8) {
      envelopeObject = try readString()
      return envelopeObject == nil ? .truncated : nil
    }
    if Self.isScanned(first) { return try window.skipValue() ? nil : .truncated }
    var scalar: [UInt8] = []
    while let byte = try window.peek(), !Self.isScalarEnd(byte) {
      if scalar.count < 8 { scalar.append(byte) }
      window.advance()
    }
    if scalar.isEmpty { return .malformed }
    if key.elementsEqual("has_more".utf8) {
      hasMore = scalar.elementsEqual("true".utf8) ? true : scalar.elementsEqual("false".utf8) ? false : nil
    }
    return nil
  }

  /// Passes a string and returns its first bytes as they stand, more than any name that matters; nil if it is cut.
  private func readString() throws(PlatformError) -> [UInt8]? {
    var bytes: [UInt8] = []
    var isEscaped = false
    window.advance()
    while let byte = try window.peek() {
      window.advance()
      if byte == UInt8(ascii: "\""), !isEscaped { return bytes }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
      if bytes.count < 32 { bytes.append(byte) }
    }
    return nil
  }

  // MARK: Lines

  /// One top-level value of several.
  private func readLine() throws(PlatformError) {
    state = .between
    let line = window.line
    guard let byte = try window.peek() else { return finish() }
    window.beginElement(limit: limits.elementBytes)
    if Self.isScanned(byte), !hasOneLineElements {
      guard try window.skipValue() else { return stop(line: line, Self.truncated) }
      return deliver(line: line, length: window.length)
    }
    try window.skipLine()
    let isLastLine = try window.peek() == nil
    guard !window.isOverLimit else { return deliver(line: line, length: window.length) }
    let length = window.trimmedLength
    guard Self.isScanned(byte) else { return deliver(line: line, length: length) }
    if let complete = window.lengthOfValueAtMark() {
      window.back(to: complete)
      return deliver(line: line, length: complete)
    }
    if isLastLine { return stop(line: line, Self.truncated) }
    // A brace alone begins an object over several lines; anything else is a line of its own that is broken.
    guard length == 1 else { return deliver(line: line, length: length) }
    window.rewind(toLine: line)
    guard try window.skipValue() else { return stop(line: line, Self.truncated) }
    deliver(line: line, length: window.length)
  }

  private static func isScanned(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\"")
  }

  private static func isScalarEnd(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"), 0x20, 0x0a, 0x0d, 0x09: true
    default: false
    }
  }
}
