import APIReference
import Sandbox

/// What one object lost at a version, and how to give it back to callers of older ones (CONTRACT.md, section 12).
struct VersionChange: Sendable {
  /// The first version without the old shape.
  let version: APIVersion
  /// The first version that the change holds for; nil for all before.
  let since: APIVersion?
  /// The object, by Stripe's word.
  let object: String
  /// The fields that only older versions have; `expand` knows them there.
  let oldFields: [FieldShape]
  /// Turns the shape of `version` into the one before it. The object is not expanded yet; objects that are put into it
  /// are put in as they are kept, and rendered afterwards.
  let revert: @Sendable (_ object: inout JSONObject, any RecordSource) throws -> Void

  init(
    _ version: APIVersion, since: APIVersion? = nil, _ object: String, oldFields: [FieldShape] = [],
    revert: @escaping @Sendable (_ object: inout JSONObject, any RecordSource) throws -> Void
  ) {
    self.version = version
    self.since = since
    self.object = object
    self.oldFields = oldFields
    self.revert = revert
  }

  /// Every change, newest first: each takes the shape that the one before it left.
  static let all = clover + basil + november2022

  /// A field that stood for another object's id.
  static func old(_ name: String, _ target: String) -> FieldShape {
    FieldShape(name: name, type: .reference, isNullable: true, expandsTo: [target])
  }

  /// A field that held a whole object.
  static func oldObject(_ name: String, _ target: String) -> FieldShape {
    FieldShape(name: name, type: .embedded([target]), isNullable: true)
  }

  /// An object as it is kept, deleted or not; null for no id.
  static func kept(_ type: RecordType, _ id: JSON, _ source: any RecordSource) throws -> JSON {
    guard let id = id.id, let record = try source.find(type, id) else { return nil }
    return .object(record.body)
  }
}
