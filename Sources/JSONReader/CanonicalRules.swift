/// What the canonical form leaves out and collapses, built once per resource.
///
/// A path is a list of member names from the element down. Arrays and list envelopes (objects with
/// `"object": "list"`) on the way, and at its end, are passed through: the rule holds for each of their elements, and
/// for the envelope's own members. `data` may be named too.
package final class CanonicalRules: Sendable {
  /// One step of the tree of paths, plain bytes for the hot loop.
  struct Step: Sendable {
    var nameStart = 0
    var nameLength = 0
    var prefix: UInt64 = 0
    var isOmitted = false
    var isCollapsed = false
    /// The children stand side by side, sorted by name.
    var firstChild = 0
    var childEnd = 0

    var hasEffect: Bool { isCollapsed || firstChild < childEnd }
  }

  /// The tree, breadth first; the root is the first.
  let steps: [Step]
  /// The names of all steps, with room behind them for reads of 8 bytes.
  let names: [UInt8]

  /// No rules: the canonical form of the whole value.
  package static let none = CanonicalRules(omit: [], collapse: [])

  /// Builds the tree. `omit` paths are left out; at `collapse` paths an object with a string `id` becomes that id.
  package init(omit: [[String]], collapse: [[String]]) {
    let root = Branch()
    for path in omit where !path.isEmpty { root.reach(path).isOmitted = true }
    for path in collapse where !path.isEmpty { root.reach(path).isCollapsed = true }
    var steps = [Step()]
    var names: [UInt8] = []
    var queue = [(branch: root, index: 0)]
    var next = 0
    while next < queue.count {
      let (branch, index) = queue[next]
      next += 1
      let sorted = branch.children.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      steps[index].firstChild = steps.count
      steps[index].childEnd = steps.count + sorted.count
      for (name, child) in sorted {
        queue.append((child, steps.count))
        var step = Step(nameStart: names.count, nameLength: name.utf8.count)
        step.isOmitted = child.isOmitted
        step.isCollapsed = child.isCollapsed
        names.append(contentsOf: name.utf8)
        steps.append(step)
      }
    }
    names.append(contentsOf: [UInt8](repeating: 0, count: 8))
    names.withUnsafeBytes { bytes in
      for index in steps.indices {
        let step = steps[index]
        steps[index].prefix = Self.prefix(bytes.baseAddress.unsafelyUnwrapped + step.nameStart, step.nameLength)
      }
    }
    self.steps = steps
    self.names = names
  }

  /// The first 8 bytes of a name as a number that orders as the bytes do; 8 bytes must be readable.
  @inline(__always)
  static func prefix(_ name: UnsafeRawPointer, _ length: Int) -> UInt64 {
    let word = UInt64(bigEndian: name.loadUnaligned(as: UInt64.self))
    return length >= 8 ? word : word & ~(UInt64.max >> (8 * UInt64(length)))
  }

  private final class Branch {
    var isOmitted = false
    var isCollapsed = false
    var children: [String: Branch] = [:]

    func reach(_ path: [String]) -> Branch {
      path.reduce(self) { branch, name in
        if let child = branch.children[name] { return child }
        let child = Branch()
        branch.children[name] = child
        return child
      }
    }
  }
}
