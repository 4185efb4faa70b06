import JSONReader
import ResourceStore
import StripeModel

/// One resource's declaration, prepared for reading: where its columns, references and child lists stand.
final class ResourcePlan: Sendable {
  let definition: ResourceDefinition
  let trie: PathTrie
  /// How a column is written; what a hot loop needs of its declaration.
  struct Field: Sendable {
    enum Form: Sendable { case text, boolean, integer, decimal, time, id, ids, json }

    let form: Form
    /// The table an id must stand in.
    let target: ResourceName?
    /// Where the newest version has it.
    let slot: Int
    /// Where older versions have it, most recent first.
    let olderSlots: [Int]

    init(_ kind: ColumnKind, slots: [Int]) {
      var target: ResourceName?
      switch kind {
      case .text, .enumeration, .currency: form = .text
      case .boolean: form = .boolean
      case .integer, .minorUnits: form = .integer
      case .decimal: form = .decimal
      case .unixTime: form = .time
      case .reference(let resource):
        form = .id
        target = resource
      case .expandable: form = .id
      case .references: form = .ids
      case .json: form = .json
      }
      self.target = target
      slot = slots[0]
      olderSlots = Array(slots.dropFirst())
    }
  }

  /// The declared columns, in order.
  let fields: [Field]
  /// How many fields a row of COPY has.
  let copyFieldCount: Int
  let hasExpandOnlyColumns: Bool
  /// The places where an object of its own may stand expanded, dotted, with their slots.
  let sightings: [(path: String, slot: Int)]
  /// The child lists with the slots of their envelopes.
  let children: [(list: ChildList, slot: Int)]
  let livemodeSlot: Int
  let objectSlot: Int
  let deletedSlot: Int
  let idSlot: Int
  /// Where the columns stand that are only sent when asked for; they have a hash of their own.
  let expandOnlyPaths: [[String]]
  private let omitted: [[String]]
  private let collapsed: [[String]]

  init(_ definition: ResourceDefinition) {
    self.definition = definition
    var trie = PathTrie()
    idSlot = trie.insert(JSONPath("id"))
    objectSlot = trie.insert(JSONPath("object"))
    deletedSlot = trie.insert(JSONPath("deleted"))
    livemodeSlot = trie.insert(JSONPath("livemode"))
    // Alphabetical, as Stripe writes them, so that the trie's guesses hold.
    for path in definition.columns.flatMap(\.paths).sorted(by: { $0.dotted < $1.dotted }) { _ = trie.insert(path) }
    fields = definition.columns.map { column in Field(column.kind, slots: column.paths.map { trie.insert($0) }) }
    copyFieldCount = ResourceStore.copyColumns(of: definition.name).count
    hasExpandOnlyColumns = definition.hasExpandOnlyColumns
    let references = definition.columns.filter(\.kind.isReference).flatMap(\.paths) + definition.collapsed
    sightings = (references + definition.embedded).map { ($0.dotted, trie.insert($0)) }
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

}

/// The plan of every resource.
struct ResourcePlans: Sendable {
  /// As the resources are declared.
  static let declared = ResourcePlans()

  private var plans: [ResourceName: ResourcePlan]

  private init() {
    plans = Dictionary(uniqueKeysWithValues: ResourceName.allCases.map { ($0, ResourcePlan($0.definition)) })
  }

  /// Made from all cases.
  subscript(_ resource: ResourceName) -> ResourcePlan { plans[resource] ?? ResourcePlan(resource.definition) }

  /// The same with another declaration of one resource: how a test plants a bug in the loader.
  func replacing(_ definition: ResourceDefinition) -> ResourcePlans {
    var replaced = self
    replaced.plans[definition.name] = ResourcePlan(definition)
    return replaced
  }
}
