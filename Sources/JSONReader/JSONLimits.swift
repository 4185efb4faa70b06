/// What a reader accepts before it calls an element damaged.
package struct JSONLimits: Sendable {
  /// The longest element, in bytes.
  package var elementBytes: Int
  /// The deepest nesting; the element itself is level 1.
  package var depth: Int

  /// Makes limits; by default 64 MB and 128 levels.
  package init(elementBytes: Int = 64 << 20, depth: Int = 128) {
    self.elementBytes = elementBytes
    self.depth = depth
  }

  /// 64 MB an element, 128 levels.
  package static let standard = JSONLimits()
}
