/// The members a projection reads, as a tree: each object on the way is taken apart once, by `jsonb_to_record`.
///
/// Ten `->>` on one object cost five times as much as one record of ten members.
struct ProjectionTree {
  private struct Node {
    var type: String?
    var members: [String] = []
    var children: [String: Node] = [:]
    /// The type the member is read as: `jsonb` where it is also an object to descend into, or read in two ways.
    var recordType: String { members.isEmpty ? type ?? "jsonb" : "jsonb" }
  }

  private var root = Node()

  /// Adds a place to be read as a type; the first member of a path is one of the document.
  mutating func add(_ path: [String], as type: String) { Self.add(path[...], type, to: &root) }

  private static func add(_ path: ArraySlice<String>, _ type: String, to node: inout Node) {
    guard let first = path.first else {
      node.type = node.type == nil || node.type == type ? type : "jsonb"
      return
    }
    if node.children[first] == nil {
      node.members.append(first)
      node.children[first] = Node()
    }
    add(path.dropFirst(), type, to: &node.children[first, default: Node()])
  }

  /// The value at a place that was added, as that type.
  func value(_ path: [String], as type: String) -> String {
    var node = root
    for member in path { node = node.children[member] ?? Node() }
    let column = reference(path)
    if node.recordType == type { return column }
    let text = "(\(column) #>> '{}')"
    return type == "text" ? text : text + "::\(type)"
  }

  /// One `cross join lateral` for each object that is taken apart, parents first.
  func joins(of document: String) -> [String] {
    var lines: [String] = []
    visit(root, []) { path, node in
      let fields = node.members.map { "\(SQLName.quoted($0)) \(node.children[$0]?.recordType ?? "jsonb")" }
      let place = path.isEmpty ? "" : reference(path)
      let object = path.isEmpty ? document : "case jsonb_typeof(\(place)) when 'object' then \(place) end"
      lines.append(
        "cross join lateral jsonb_to_record(\(object)) as \(alias(path))(\(fields.joined(separator: ", ")))")
    }
    return lines
  }

  private func visit(_ node: Node, _ path: [String], _ body: ([String], Node) -> Void) {
    guard !node.members.isEmpty else { return }
    body(path, node)
    for member in node.members {
      if let child = node.children[member] { visit(child, path + [member], body) }
    }
  }

  private func reference(_ path: [String]) -> String {
    "\(alias(Array(path.dropLast()))).\(SQLName.quoted(path.last ?? ""))"
  }

  /// The record's name: the place of its object among all that are taken apart.
  private func alias(_ path: [String]) -> String {
    var index = 0
    var found = 0
    visit(root, []) { candidate, _ in
      if candidate == path { found = index }
      index += 1
    }
    return "r\(found)"
  }
}
