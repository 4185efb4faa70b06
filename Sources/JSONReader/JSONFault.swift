/// Why an element cannot be taken, in words that fit behind "rejected:".
package struct JSONFault: Error, Sendable, Equatable {
  /// A sentence fragment, such as "nesting deeper than 128 levels"; holds nothing of the element's content.
  package let reason: String
  /// Bytes from the element's start to the place, where it is known.
  package let offset: Int?

  /// Names the reason and the place.
  package init(reason: String, offset: Int? = nil) {
    self.reason = reason
    self.offset = offset
  }
}
