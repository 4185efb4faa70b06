import Sandbox

/// Decodes `application/x-www-form-urlencoded` with brackets, as Stripe's libraries write it (CONTRACT.md, section 3).
///
/// `a[b]=1` makes a hash, `a[0]=1` and `a[]=1` an array, and `a[][b]=1&a[][b]=2` an array of hashes in which a repeated
/// name begins the next one. Of a scalar sent twice the later one counts.
enum FormDecoder {
  static let maximumPairs = 4_000
  static let maximumDepth = 16

  /// The members of the query and of the body, which take the same form.
  ///
  /// - Throws: 400 for a form past the bounds, or one whose names contradict each other.
  static func decode(query: String, body: [UInt8]) throws(StripeError) -> FormMap {
    var map = FormMap()
    var pairs = 0
    if !query.isEmpty { try decode(Array(query.utf8), into: &map, &pairs) }
    if !body.isEmpty { try decode(body, into: &map, &pairs) }
    return map
  }

  private static func decode(_ bytes: [UInt8], into map: inout FormMap, _ pairs: inout Int) throws(StripeError) {
    for pair in bytes.split(separator: UInt8(ascii: "&")) {
      pairs += 1
      guard pairs <= maximumPairs else {
        throw .invalid("The request has more than \(maximumPairs) parameters.")
      }
      let equals = pair.firstIndex(of: UInt8(ascii: "="))
      let name = text(pair[pair.startIndex..<(equals ?? pair.endIndex)])
      let value = equals.map { text(pair[($0 + 1)...]) } ?? ""
      let path = try segments(name)
      guard let first = path.first, !first.isEmpty else { throw .unknown(name) }
      var member = map[first]
      try insert(value, at: path.dropFirst(), into: &member, name: name)
      map[first] = member
    }
  }

  /// Percent and plus decoding; what is no escape stays as it is, what is no UTF-8 is repaired.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == UInt8(ascii: "%"), index + 2 < bytes.endIndex, let high = digit(bytes[index + 1]),
        let low = digit(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
        continue
      }
      decoded.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      index += 1
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// `items[0][price]` as `items`, `0`, `price`; a name whose brackets do not match is one segment.
  private static func segments(_ name: String) throws(StripeError) -> [String] {
    let bytes = Array(name.utf8)
    guard let open = bytes.firstIndex(of: UInt8(ascii: "[")), open > 0 else { return [name] }
    var segments = [String(decoding: bytes[..<open], as: UTF8.self)]
    var index = open
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "["), let close = bytes[index...].firstIndex(of: UInt8(ascii: "]")) else {
        return [name]
      }
      segments.append(String(decoding: bytes[(index + 1)..<close], as: UTF8.self))
      guard segments.count <= maximumDepth else {
        throw .invalid("A parameter is nested deeper than \(maximumDepth) levels.")
      }
      index = close + 1
    }
    return segments
  }

  private static func insert(
    _ value: String, at path: ArraySlice<String>, into place: inout FormValue?, name: String
  ) throws(StripeError) {
    guard let segment = path.first else {
      switch place {
      case nil, .text: place = .text(value)
      default: throw contradiction(name)
      }
      return
    }
    let rest = path.dropFirst()
    if segment.isEmpty {
      try append(value, at: rest, into: &place, name: name)
      return
    }
    var map: FormMap
    switch place {
    case nil: map = FormMap()
    case .map(let members): map = members
    default: throw contradiction(name)
    }
    place = nil  // so that the members are changed in place
    var member = map[segment]
    try insert(value, at: rest, into: &member, name: name)
    map[segment] = member
    place = .map(map)
  }

  /// What `name[]` does: a scalar is a further element, a member goes into the last hash that lacks it.
  private static func append(
    _ value: String, at rest: ArraySlice<String>, into place: inout FormValue?, name: String
  ) throws(StripeError) {
    var elements: [FormValue]
    switch place {
    case nil: elements = []
    case .list(let list): elements = list
    default: throw contradiction(name)
    }
    place = nil
    var element: FormValue?
    if !rest.isEmpty, case .map(let last) = elements.last, !has(last, rest) { element = elements.removeLast() }
    try insert(value, at: rest, into: &element, name: name)
    if let element { elements.append(element) }
    place = .list(elements)
  }

  private static func has(_ map: FormMap, _ path: ArraySlice<String>) -> Bool {
    guard let segment = path.first else { return true }
    guard !segment.isEmpty, let value = map[segment] else { return false }
    if case .map(let inner) = value { return has(inner, path.dropFirst()) }
    return path.count == 1
  }

  private static func contradiction(_ name: String) -> StripeError {
    .invalid("Invalid object", param: name)
  }
}
