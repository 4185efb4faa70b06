import JSONReader
import ResourceStore
import StripeModel

/// One resource's declaration, prepared for reading: where its columns, references and child lists stand.
final class ResourcePlan: Sendable {
  let definition: ResourceDefinition
  let trie: PathTrie
  /// Each declared column with the slots of its paths, most recent version first.
  let columns: [(column: Column, slots: [Int])]
  /// The places where an object of its own may stand expanded, dotted, with their slots.
  let sightings: [(path: String, slot: Int)]
  /// The child lists with the slots of their envelopes.
  let children: [(list: ChildList, slot: Int)]
  let livemodeSlot: Int
  let objectSlot: Int
  let deletedSlot: Int
  let idSlot: Int
  /// The column a parent's id fills where the object does not say it.
  let expandOnlyPaths: [[String]]
  private let omitted: [[String]]
  private let collapsed: [[String]]

  private init(_ definition: ResourceDefinition) {
    self.definition = definition
    var trie = PathTrie()
    idSlot = trie.insert(JSONPath("id"))
    objectSlot = trie.insert(JSONPath("object"))
    deletedSlot = trie.insert(JSONPath("deleted"))
    livemodeSlot = trie.insert(JSONPath("livemode"))
    // Alphabetical, as Stripe writes them, so that the trie's guesses hold.
    for path in definition.columns.flatMap(\.paths).sorted(by: { $0.dotted < $1.dotted }) { _ = trie.insert(path) }
    columns = definition.columns.map { column in (column, column.paths.map { trie.insert($0) }) }
    let references = definition.columns.filter(\.kind.isReference).flatMap(\.paths) + definition.collapsed
    sightings = references.map { ($0.dotted, trie.insert($0)) }
    children = definition.children.map { list in (list, trie.insert(list.path)) }
    self.trie = trie
    expandOnlyPaths = definition.columns.filter(\.isExpandOnly).flatMap(\.paths).map(\.members)
    omitted =
      definition.ignored.map(\.members) + definition.children.map(\.path.members)
      + definition.columns.filter { $0.isVolatile || $0.isExpandOnly }.flatMap(\.paths).map(\.members)
    collapsed = references.map(\.members)
  }

  /// The rules of the content hash; a class with caches, so one per thread.
  func canonicalRules() -> CanonicalRules { CanonicalRules(omit: omitted, collapse: collapsed) }

  private static let all: [ResourceName: ResourcePlan] = Dictionary(
    uniqueKeysWithValues: ResourceName.allCases.map { ($0, ResourcePlan($0.definition)) })

  static subscript(_ resource: ResourceName) -> ResourcePlan {
    // Made from all cases.
    all[resource] ?? ResourcePlan(resource.definition)
  }
}
