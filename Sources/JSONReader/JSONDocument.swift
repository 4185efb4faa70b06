import CSimdJSON
import Foundation

/// One parsed element as a flat array of nodes, reused from element to element; not for use from two threads at once.
///
/// Parsing masks every member named `client_secret`, at any depth, and `client_secret=…` in links, unless told
/// otherwise: the bytes become stars, so no slice taken later can carry the secret. Values are valid until the next
/// `parse` and while the document lives.
package final class JSONDocument {
  private let parser: OpaquePointer?
  private let limits: JSONLimits
  private let masksSecrets: Bool
  private var buffer: UnsafeMutableRawBufferPointer
  private let view: UnsafeMutablePointer<JSONNodes>

  private static let keptBytes = 4 << 20

  /// Makes a document; memory is taken as elements need it, and that of an element over 4 MB given back.
  ///
  /// Only the sandbox, whose secrets are its own, reads without masking.
  package init(limits: JSONLimits = .standard, masksSecrets: Bool = true) {
    self.limits = limits
    self.masksSecrets = masksSecrets
    parser = csj_parser_new()
    buffer = .allocate(byteCount: 1 << 16, alignment: 64)
    view = .allocate(capacity: 1)
  }

  deinit {
    csj_parser_free(parser)
    buffer.deallocate()
    view.deallocate()
  }

  /// Parses one element of a batch, whole: every value in it is checked.
  ///
  /// - Throws: what is wrong with it: not UTF-8, too deep, a number beyond 64 bits, or not JSON.
  package func parse(_ batch: JSONBatch, _ element: JSONBatch.Element) throws(JSONFault) -> JSONValue {
    batch.bytes.withUnsafeBytes { bytes in
      fill(UnsafeRawBufferPointer(rebasing: bytes[element.offset..<element.offset + element.length]))
    }
    return try index(element.length)
  }

  /// Parses bytes at hand.
  ///
  /// - Throws: what is wrong with them.
  package func parse(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
    bytes.withUnsafeBytes(fill)
    return try index(bytes.count)
  }

  /// Parses bytes at hand.
  ///
  /// - Throws: what is wrong with them.
  package func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONFault) -> JSONValue {
    fill(bytes)
    return try index(bytes.count)
  }

  /// Copies the element to memory of our own: the parser wants zero bytes behind it, and secrets are masked in place.
  private func fill(_ bytes: UnsafeRawBufferPointer) {
    let needed = bytes.count + Int(CSJ_PADDING)
    if buffer.count < needed || (buffer.count > Self.keptBytes && needed <= Self.keptBytes) {
      buffer.deallocate()
      var size = 1 << 16
      while size < needed { size *= 2 }
      buffer = .allocate(byteCount: size, alignment: 64)
    }
    buffer.copyMemory(from: bytes)
    memset(buffer.baseAddress.unsafelyUnwrapped + bytes.count, 0, needed - bytes.count)
  }

  private func index(_ length: Int) throws(JSONFault) -> JSONValue {
    guard let parser, let base = buffer.baseAddress else { throw JSONFault(reason: "no memory to parse it") }
    let source = base.assumingMemoryBound(to: UInt8.self)
    let result = csj_parse(parser, source, length, UInt32(limits.depth), masksSecrets)
    guard result.status == Int32(CSJ_OK.rawValue), let nodes = result.nodes else {
      throw fault(result, UnsafeBufferPointer(start: source, count: length))
    }
    view.initialize(
      to: JSONNodes(
        nodes: nodes, source: UnsafePointer(source), strings: result.strings ?? UnsafePointer(source),
        hasNUL: result.has_nul, hasMasked: result.has_masked))
    return JSONValue(view: UnsafePointer(view), index: 0)
  }

  private func fault(_ result: csj_result, _ source: UnsafeBufferPointer<UInt8>) -> JSONFault {
    let offset = result.has_offset ? Int(result.offset) : nil
    switch csj_status(rawValue: UInt32(result.status)) {
    case CSJ_EMPTY: return JSONFault(reason: "an empty element")
    case CSJ_UTF8: return JSONFault(reason: "invalid UTF-8", offset: Self.firstInvalidUTF8(source))
    case CSJ_NUMBER_RANGE: return JSONFault(reason: "a number beyond 64 bits", offset: offset)
    case CSJ_DEPTH: return JSONFault(reason: "nesting deeper than \(limits.depth) levels", offset: offset)
    case CSJ_TRAILING: return JSONFault(reason: "content after the end of the element", offset: offset)
    case CSJ_CONTROL_CHARACTER: return JSONFault(reason: "an unescaped control character in a string")
    case CSJ_UNCLOSED_STRING: return JSONFault(reason: "a string that is not closed")
    case CSJ_STRING_ESCAPE: return JSONFault(reason: "an invalid escape in a string", offset: offset)
    case CSJ_TOO_LARGE: return JSONFault(reason: "larger than the parser takes")
    case CSJ_MEMORY: return JSONFault(reason: "no memory to parse it")
    default: return JSONFault(reason: "not valid JSON", offset: offset)
    }
  }

  private static func firstInvalidUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let scalar): offset += scalar.count
      case .error: return offset
      case .emptyInput: return nil
      }
    }
  }
}

/// What the parser left, at an address that stays: handles point here.
struct JSONNodes {
  var nodes: UnsafePointer<csj_node>
  var source: UnsafePointer<UInt8>
  var strings: UnsafePointer<UInt8>
  var hasNUL: Bool
  var hasMasked: Bool
}
