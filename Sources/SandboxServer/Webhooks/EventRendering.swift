import Sandbox

/// Puts an event into another API version: its `api_version`, its object, and what that object was before.
enum EventRendering {
  static func render(_ event: inout JSONObject, _ version: APIVersion, _ source: any RecordSource) throws {
    event["api_version"] = .string(version.text)
    guard case .object(let stored) = event["data"]["object"] else { return }
    let renderer = VersionRenderer.of(version)
    var object = stored
    try renderer.render(&object, source)
    event["data"]["object"] = .object(object)
    guard case .object(let previous) = event["data"]["previous_attributes"] else { return }
    // Where a field has moved, only the whole object as it was tells what it was.
    var before = restored(stored, previous)
    try renderer.render(&before, source)
    event["data"]["previous_attributes"] = .object(Events.previousAttributes(from: before, to: object))
  }

  /// The object as it was: its members overlaid by the old values.
  private static func restored(_ object: JSONObject, _ previous: JSONObject) -> JSONObject {
    var object = object
    for member in previous.members {
      if case .object(let old) = member.value, case .object(let new) = object[member.name] {
        object[member.name] = .object(restored(new, old))
      } else {
        object[member.name] = member.value
      }
    }
    return object
  }
}
