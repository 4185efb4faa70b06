import APIReference
import Sandbox

/// The calls by method and path: a walk over the path's parts, a literal before a variable.
struct Routes: Sendable {
  /// What a path leads to.
  enum Match {
    case call(Route, variables: [String: String])
    case nothing
  }

  private struct Node {
    var literals: [Substring: Int] = [:]
    var variable: Int?
    var calls: [String: Route] = [:]
  }

  private var nodes = [Node()]

  init(_ served: ServedAPI) {
    for endpoint in served.endpoints {
      let route = Route(endpoint, served)
      var place = 0
      for part in endpoint.path.split(separator: "/") { place = step(from: place, part) }
      nodes[place].calls[endpoint.method] = route
    }
  }

  private mutating func step(from place: Int, _ part: Substring) -> Int {
    let isVariable = part.hasPrefix("{")
    if let known = isVariable ? nodes[place].variable : nodes[place].literals[part] { return known }
    nodes.append(Node())
    let new = nodes.count - 1
    if isVariable { nodes[place].variable = new } else { nodes[place].literals[part] = new }
    return new
  }

  /// The call of a raw path; its variables are decoded.
  func match(_ method: String, _ path: String) -> Match {
    guard path.utf8.first == UInt8(ascii: "/") else { return .nothing }
    let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    var values: [Substring] = []
    guard parts.count <= 12, let route = find(method, parts[...], from: 0, &values) else { return .nothing }
    var variables: [String: String] = [:]
    for (name, value) in zip(route.variables, values) {
      variables[name] = FormDecoder.text(Array(value.utf8)[...])
    }
    return .call(route, variables: variables)
  }

  private func find(
    _ method: String, _ parts: ArraySlice<Substring>, from place: Int, _ values: inout [Substring]
  ) -> Route? {
    guard let part = parts.first else { return nodes[place].calls[method] }
    if let next = nodes[place].literals[part], let found = find(method, parts.dropFirst(), from: next, &values) {
      return found
    }
    guard let next = nodes[place].variable, !part.isEmpty else { return nil }
    values.append(part)
    if let found = find(method, parts.dropFirst(), from: next, &values) { return found }
    values.removeLast()
    return nil
  }
}

/// One declared call and how it is done.
struct Route: Sendable {
  let endpoint: Endpoint
  /// The names of the path's variables, from the left.
  let variables: [String]
  let action: Action

  /// How a call is done.
  enum Action: Sendable {
    case operation(Operation)
    case read(ReadOperation)
    /// The record that the last variable names, below the parent if there is one.
    case retrieve(RecordType, parent: Parent?)
    case list(RecordType, parent: Parent?)
    case search(RecordType)
    case unsupported
  }

  /// The record inside whose path another one lies: `/v1/customers/{customer}/payment_methods`.
  struct Parent: Sendable {
    let type: RecordType
    let variable: String
    /// The child's column that holds the parent's id.
    let column: String
  }

  init(_ endpoint: Endpoint, _ served: ServedAPI) {
    self.endpoint = endpoint
    variables = endpoint.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
      String($0.dropFirst().dropLast())
    }
    action = Self.action(endpoint, variables, served)
  }

  private static func action(_ endpoint: Endpoint, _ variables: [String], _ served: ServedAPI) -> Action {
    guard endpoint.isSupported else { return .unsupported }
    if let operation = served.operations.first(where: { $0.method == endpoint.method && $0.path == endpoint.path }) {
      return .operation(operation)
    }
    guard endpoint.method == "GET" else { return .unsupported }
    if let read = served.reads.first(where: { $0.path == endpoint.path }) { return .read(read) }
    guard let type = RecordType(rawValue: endpoint.object) else { return .unsupported }
    let isSingle = endpoint.answer == .object
    guard let parentVariable = (isSingle ? variables.dropLast() : variables[...]).first else {
      switch endpoint.answer {
      case .object: return variables.isEmpty ? .unsupported : .retrieve(type, parent: nil)
      case .list: return .list(type, parent: nil)
      case .searchResult: return .search(type)
      case .deleted: return .unsupported
      }
    }
    guard let parent = parent(parentVariable, endpoint, child: type, served) else { return .unsupported }
    return isSingle ? .retrieve(type, parent: parent) : .list(type, parent: parent)
  }

  /// The parent is what a retrieve at the front part of the path answers; its child has a column named like it.
  private static func parent(
    _ variable: String, _ endpoint: Endpoint, child: RecordType, _ served: ServedAPI
  ) -> Parent? {
    let front = endpoint.path.prefix(
      upTo: endpoint.path.firstRange(of: "{\(variable)}")?.upperBound ?? endpoint.path.endIndex)
    guard let retrieve = served.endpoints.first(where: { $0.method == "GET" && $0.path == front }),
      let type = RecordType(rawValue: retrieve.object),
      let column = child.definition.columns.first(where: { $0.name == type.rawValue })
    else { return nil }
    return Parent(type: type, variable: variable, column: column.name)
  }
}
