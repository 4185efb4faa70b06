import APIReference
import Sandbox

/// Decides by the objects' shapes alone which paths of `expand` there are.
struct ExpansionPaths {
  let shapes: ShapeTable

  /// Whether a path leads to something that can be expanded, or that is always there.
  func allows(_ path: [String], in object: String) -> Bool {
    walk(path[...], [Level(fields: shapes.fields(object))])
  }

  /// The members that the next part of a path may name.
  private struct Level {
    var fields: [FieldShape] = []
    /// What `data` holds, when this is a list.
    var elements: [String]?
  }

  private func walk(_ path: ArraySlice<String>, _ levels: [Level]) -> Bool {
    guard let name = path.first else { return false }
    let rest = path.dropFirst()
    for level in levels {
      if let elements = level.elements {
        guard name == "data" else { continue }
        if rest.isEmpty || walk(rest, elements.map { Level(fields: shapes.fields($0)) }) { return true }
        continue
      }
      for field in level.fields where field.name == name {
        if rest.isEmpty ? isExpandable(field) : walk(rest, below(field, field.type)) { return true }
      }
    }
    return false
  }

  private func isExpandable(_ field: FieldShape) -> Bool {
    if field.isOnlyExpanded || !field.expandsTo.isEmpty { return true }
    switch field.type {
    case .object, .map, .list, .embedded, .reference: return true
    case .array(let element): return element == .object || element == .reference
    default: return false
    }
  }

  private func below(_ field: FieldShape, _ type: FieldType) -> [Level] {
    switch type {
    case .list(let objects): return [Level(elements: objects)]
    case .embedded(let objects): return objects.map { Level(fields: shapes.fields($0)) }
    case .array(let element): return below(field, element)
    default:
      return [Level(fields: field.fields)] + field.expandsTo.map { Level(fields: shapes.fields($0)) }
    }
  }
}

/// The fields of each object at one version: today's, and those that later versions took away.
struct ShapeTable: Sendable {
  let objects: [String: ObjectShape]
  let renderer: VersionRenderer

  func fields(_ object: String) -> [FieldShape] {
    renderer.oldFields(object) + (objects[object]?.fields ?? [])
  }
}
