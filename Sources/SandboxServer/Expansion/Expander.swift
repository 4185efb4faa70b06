import APIReference
import Sandbox

/// Puts objects where their ids stand, and members that are only sent when asked for.
struct Expander: Sendable {
  let shapes: ShapeTable
  let tree: ExpansionTree

  /// Expands an object that is rendered already.
  func expand(_ object: inout JSONObject, _ source: any RecordSource) throws {
    guard !tree.isEmpty else { return }
    try expand(&object, tree, shapes.fields(object["object"].string ?? ""), source)
  }

  private func expand(
    _ object: inout JSONObject, _ tree: ExpansionTree, _ fields: [FieldShape], _ source: any RecordSource
  ) throws {
    guard object["deleted"] != true else { return }
    for child in tree.children {
      let named = fields.filter { $0.name == child.name }
      guard !named.isEmpty else { continue }
      if !object.has(child.name), named.contains(where: \.isOnlyExpanded) {
        var value = try OnlyExpanded.value(child.name, of: object, source)
        // What an object has not got is left out, unless it may be null: the tiers of a price without tiers.
        guard !value.isNull || named.contains(where: { $0.isOnlyExpanded && $0.isNullable }) else { continue }
        try shapes.renderer.render(&value, source)
        object[child.name] = value
      }
      guard object.has(child.name) else { continue }
      var value = object[child.name]
      object[child.name] = nil  // so that it is changed in place
      try expand(&value, child.tree, named, source)
      object[child.name] = value
    }
  }

  private func expand(
    _ value: inout JSON, _ tree: ExpansionTree, _ fields: [FieldShape], _ source: any RecordSource
  ) throws {
    switch value {
    case .string(let id):
      guard var target = try target(id, fields.flatMap(\.expandsTo), source) else { return }
      try expand(&target, tree, shapes.fields(target["object"].string ?? ""), source)
      value = .object(target)
    case .array(var elements):
      for index in elements.indices { try expand(&elements[index], tree, fields, source) }
      value = .array(elements)
    case .object(var object):
      try expandBelow(&object, tree, fields, source)
      value = .object(object)
    default: break
    }
  }

  private func expandBelow(
    _ object: inout JSONObject, _ tree: ExpansionTree, _ fields: [FieldShape], _ source: any RecordSource
  ) throws {
    guard !tree.isEmpty else { return }
    switch object["object"].string {
    case "list":
      guard let inner = tree["data"], case .array(var elements) = object["data"] else { return }
      for index in elements.indices {
        guard case .object(var element) = elements[index] else { continue }
        try expand(&element, inner, shapes.fields(element["object"].string ?? ""), source)
        elements[index] = .object(element)
      }
      object["data"] = .array(elements)
    case let type?: try expand(&object, tree, shapes.fields(type), source)
    case nil where fields.contains(where: \.isMap):
      for member in object.members {
        guard case .object(var entry) = member.value else { continue }
        try expand(&entry, tree, fields.flatMap(\.fields), source)
        object[member.name] = .object(entry)
      }
    case nil: try expand(&object, tree, fields.flatMap(\.fields), source)
    }
  }

  /// The object of an id, rendered; a stub for a deleted one, nil for what the sandbox does not keep.
  private func target(_ id: String, _ types: [String], _ source: any RecordSource) throws -> JSONObject? {
    for type in types.lazy.compactMap(RecordType.init(rawValue:)) {
      guard let record = try source.find(type, id) else { continue }
      guard !record.isDeleted else { return Presenter.stub(type, id) }
      var body = record.body
      try shapes.renderer.render(&body, source)
      return body
    }
    return nil
  }
}

extension FieldShape {
  /// Whether its members are named by the caller, or by currencies.
  fileprivate var isMap: Bool { if case .map = type { true } else { false } }
}
