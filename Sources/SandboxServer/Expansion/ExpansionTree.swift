import Sandbox

/// The paths of `expand`, one level in each node.
struct ExpansionTree: Sendable, Equatable {
  /// The members to expand, in the order they were first named.
  private(set) var children: [Child] = []

  struct Child: Sendable, Equatable {
    let name: String
    var tree: ExpansionTree
  }

  static let maximumLevels = 4

  var isEmpty: Bool { children.isEmpty }

  subscript(_ name: String) -> ExpansionTree? { children.first { $0.name == name }?.tree }

  mutating func insert(_ path: ArraySlice<String>) {
    guard let name = path.first else { return }
    if let place = children.firstIndex(where: { $0.name == name }) {
      children[place].tree.insert(path.dropFirst())
    } else {
      var tree = ExpansionTree()
      tree.insert(path.dropFirst())
      children.append(Child(name: name, tree: tree))
    }
  }

  /// The parts of a path.
  ///
  /// - Throws: `property_expansion_max_depth` for more than four.
  static func parts(_ path: String) throws(StripeError) -> [String] {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= maximumLevels else {
      throw .invalid(
        "You cannot expand more than \(maximumLevels) levels of a property. Property: \(path)",
        code: "property_expansion_max_depth")
    }
    return parts
  }
}
