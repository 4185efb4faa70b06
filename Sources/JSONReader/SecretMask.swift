import CSimdJSON

/// Keeps `client_secret` values out of everything that is written.
package enum SecretMask {
  /// The value's bytes with every `client_secret` in it replaced by stars; nil when there was none to replace.
  ///
  /// The document masks while it parses, so `raw` is safe too; this says whether anything was masked.
  package static func masked(_ value: JSONValue) -> [UInt8]? {
    guard value.view.pointee.hasMasked else { return nil }
    let nodes = value.view.pointee.nodes
    let flag = UInt8(CSJ_MASKED.rawValue)
    for index in value.index..<Int(value.node.pointee.next) where nodes[index].flags & flag != 0 {
      return Array(value.raw)
    }
    return nil
  }
}
