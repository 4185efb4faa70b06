import APIReference
import Sandbox

@testable import SandboxServer

/// Reads all that there is, plain and with everything expanded.
extension ShapeLab {
  /// Every list and search that needs no parent.
  func readLists() throws {
    for endpoint in ServedAPI.everything.endpoints where endpoint.isSupported && !endpoint.path.contains("{") {
      switch endpoint.answer {
      case .list where !endpoint.parameters.contains(where: \.isRequired):
        try get(endpoint.path, ["limit": "100"])
      case .searchResult:
        let query = ["price", "product"].contains(endpoint.object) ? "active:'true'" : "created>0"
        try get(endpoint.path, ["query": query])
        try get(endpoint.path, ["query": query, "limit": "1", "expand[]": "total_count"])
      default: break
      }
    }
  }

  /// Every object by its id, and every list, with all that can be expanded.
  func readExpanded() throws {
    for endpoint in ServedAPI.everything.endpoints where endpoint.isSupported && endpoint.method == "GET" {
      guard let type = RecordType(rawValue: endpoint.object) else { continue }
      let paths = Self.expandable(endpoint.object)
      let variables = endpoint.path.split(separator: "/").filter { $0.hasPrefix("{") }
      switch endpoint.answer {
      case .list where variables.isEmpty && !endpoint.parameters.contains(where: \.isRequired):
        let short = paths.filter { $0.count < ExpansionTree.maximumLevels }
        let form = [("limit", "100")] + short.map { ("expand[]", "data." + $0.text) }
        let list = try call("GET", endpoint.path, form)
        for element in list["data"].array ?? [] { requireExpanded(element, short, endpoint) }
      case .object where variables.count == 1:
        for id in try ids(type) {
          let path = endpoint.path.replacing(variables[0], with: id)
          try get(path)
          requireExpanded(try call("GET", path, paths.map { ("expand[]", $0.text) }), paths, endpoint)
        }
      default: break
      }
    }
  }

  /// The ids of one type, the newest, which are enough to have seen each kind of object.
  private func ids(_ type: RecordType) throws -> [String] {
    var query = ListQuery(type)
    query.limit = type == .event ? 10 : 60
    let limited = query
    return try store.read { try $0.records(limited).map(\.id) }
  }

  /// Every event.
  ///
  /// - Returns: the types seen.
  func readEvents() throws -> Set<String> {
    var types: Set<String> = []
    var last: String?
    while true {
      let page = try call("GET", "/v1/events", [("limit", "100")] + (last.map { [("starting_after", $0)] } ?? []))
      for event in page["data"].array ?? [] {
        types.insert(event["type"].string ?? "")
        last = event["id"].string
      }
      guard page["has_more"] == true else { return types }
    }
  }

  // MARK: expansion

  /// The members that lead to something that can be expanded.
  struct ExpandablePath {
    var names: [String]
    /// Whether the sandbox keeps what the id stands for.
    var isKept: Bool

    var count: Int { names.count }
    var text: String { names.joined(separator: ".") }
  }

  /// What can be expanded in an object of that type, without what only an expansion brings into it.
  static func expandable(_ object: String) -> [ExpandablePath] {
    expandable(APIReference.objects[object]?.fields ?? [], levels: ExpansionTree.maximumLevels)
  }

  private static func expandable(_ fields: [FieldShape], levels: Int) -> [ExpandablePath] {
    guard levels > 0 else { return [] }
    return fields.flatMap { field in
      var found: [ExpandablePath] = []
      if field.isOnlyExpanded || !field.expandsTo.isEmpty {
        let isKept = field.expandsTo.contains { RecordType(rawValue: $0) != nil }
        found.append(ExpandablePath(names: [field.name], isKept: isKept))
      }
      return found
        + inside(field, levels: levels - 1).map {
          ExpandablePath(names: [field.name] + $0.names, isKept: $0.isKept)
        }
    }
  }

  private static func inside(_ field: FieldShape, levels: Int) -> [ExpandablePath] {
    func fields(_ objects: [String]) -> [FieldShape] {
      objects.first.flatMap { APIReference.objects[$0]?.fields } ?? []
    }
    switch field.type {
    case .list(let objects):
      return expandable(fields(objects), levels: levels - 1).map {
        ExpandablePath(names: ["data"] + $0.names, isKept: $0.isKept)
      }
    case .embedded(let objects), .array(.embedded(let objects)): return expandable(fields(objects), levels: levels)
    default: return expandable(field.fields, levels: levels)
    }
  }

  /// Reports the ids that stayed ids.
  private func requireExpanded(_ object: JSON, _ paths: [ExpandablePath], _ endpoint: Endpoint) {
    for path in paths where path.isKept {
      for value in Self.values(at: path.names[...], in: object) where value.string != nil {
        report("GET \(endpoint.path): \(path.text) was not expanded: \(value.string ?? "")")
      }
    }
  }

  private static func values(at path: ArraySlice<String>, in value: JSON) -> [JSON] {
    if let elements = value.array { return elements.flatMap { values(at: path, in: $0) } }
    guard let name = path.first else { return [value] }
    guard let object = value.object, object.has(name) else { return [] }
    return values(at: path.dropFirst(), in: object[name])
  }
}
