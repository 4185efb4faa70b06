import JSONReader
import StripeModel

/// The declared paths of a resource as a tree, so that one pass over an object's members finds them all.
struct PathTrie: Sendable {
  private struct Node: Sendable {
    var keys: [[UInt8]] = []
    var children: [Int] = []
    var slot: Int?
  }

  private var nodes = [Node()]
  /// How many distinct paths there are.
  private(set) var slotCount = 0

  /// Adds a path and answers its slot; the same path has the same slot.
  mutating func insert(_ path: JSONPath) -> Int {
    var position = 0
    for member in path.members {
      let key = Array(member.utf8)
      if let known = nodes[position].keys.firstIndex(of: key) {
        position = nodes[position].children[known]
      } else {
        nodes.append(Node())
        nodes[position].keys.append(key)
        nodes[position].children.append(nodes.count - 1)
        position = nodes.count - 1
      }
    }
    if let slot = nodes[position].slot { return slot }
    nodes[position].slot = slotCount
    slotCount += 1
    return slotCount - 1
  }

  /// The values at the paths, by slot; nil where there is none.
  func find(in value: JSONValue) -> [JSONValue?] {
    var slots = [JSONValue?](repeating: nil, count: slotCount)
    find(in: value, at: 0, into: &slots)
    return slots
  }

  private func find(in value: JSONValue, at position: Int, into slots: inout [JSONValue?]) {
    guard value.kind == .object else { return }
    // Stripe writes members in alphabetical order, and so do the declarations, nearly: the next key is the best guess.
    var guess = 0
    value.forEachMember { key, member in
      guard let match = match(key, at: position, guess: guess) else { return }
      guess = match + 1
      let child = nodes[position].children[match]
      if let slot = nodes[child].slot { slots[slot] = member }
      if !nodes[child].keys.isEmpty {
        // Of two members of one name the last one counts, whole.
        clear(below: child, in: &slots)
        find(in: member, at: child, into: &slots)
      }
    }
  }

  private func clear(below position: Int, in slots: inout [JSONValue?]) {
    for child in nodes[position].children {
      if let slot = nodes[child].slot { slots[slot] = nil }
      clear(below: child, in: &slots)
    }
  }

  private func match(_ key: UnsafeBufferPointer<UInt8>, at position: Int, guess: Int) -> Int? {
    let keys = nodes[position].keys
    let count = keys.count
    var index = guess < count ? guess : 0
    for _ in 0..<count {
      if keys[index].count == key.count, keys[index].elementsEqual(key) { return index }
      index = index + 1 < count ? index + 1 : 0
    }
    return nil
  }
}
