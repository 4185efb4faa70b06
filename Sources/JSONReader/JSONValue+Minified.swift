import CSimdJSON

extension JSONValue {
  /// The value's bytes on one line: `raw` without the blanks between its parts; strings and numbers keep theirs.
  package var minified: [UInt8] {
    let raw = raw
    return [UInt8](unsafeUninitializedCapacity: raw.count + Int(CSJ_PADDING)) { target, count in
      count = Self.minify(raw, into: target)
    }
  }

  /// An array's elements in order, each on one line; empty for anything else.
  package var minifiedElements: [ArraySlice<UInt8>] {
    guard kind == .array else { return [] }
    var ends: [Int] = []
    let bytes = [UInt8](unsafeUninitializedCapacity: raw.count + Int(CSJ_PADDING)) { target, count in
      forEachElement { element in
        count += Self.minify(element.raw, into: UnsafeMutableBufferPointer(rebasing: target[count...]))
        ends.append(count)
      }
    }
    return zip([0] + ends, ends).map { bytes[$0..<$1] }
  }

  private static func minify(_ raw: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<UInt8>) -> Int {
    guard let source = raw.baseAddress, let target = target.baseAddress else { return 0 }
    return csj_minify(source.assumingMemoryBound(to: UInt8.self), raw.count, target)
  }
}
