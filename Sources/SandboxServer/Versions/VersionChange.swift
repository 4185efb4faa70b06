import APIReference
import Sandbox

/// What one object lost at a version, and how to give it back to callers of older ones (CONTRACT.md, section 12).
struct VersionChange: Sendable {
  /// The first version without the old shape.
  let version: APIVersion
  /// The object, by Stripe's word.
  let object: String
  /// The fields that only older versions have; `expand` knows them there.
  let oldFields: [FieldShape]
  /// Turns the shape of `version` into the one before it; the object is not expanded yet.
  let revert: @Sendable (_ object: inout JSONObject, any RecordSource) throws -> Void

  init(
    _ version: APIVersion, _ object: String, oldFields: [FieldShape] = [],
    revert: @escaping @Sendable (_ object: inout JSONObject, any RecordSource) throws -> Void
  ) {
    self.version = version
    self.object = object
    self.oldFields = oldFields
    self.revert = revert
  }

  /// Every change, newest first: each takes the shape that the one before it left.
  static let all: [VersionChange] = []
}
