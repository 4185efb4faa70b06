/// One Stripe resource: where it is read, what its table holds, what it refers to and contains.
///
/// Source: the field tables of Stripe's API reference for `2026-10-28.endive`, with the places older versions used.
package struct ResourceDefinition: Sendable {
  /// The case this declares.
  package let name: ResourceName
  /// The table, Stripe's plural collection; also the resource's name on the command line and in file names.
  package let table: String
  /// The collection: what is listed, and with an id behind it read; nil where objects are only found inside others.
  package let path: String?
  /// How all of it is listed.
  package let listing: ResourceListing
  /// The known beginnings of ids; for display and tests, never for a decision.
  package let idPrefixes: [String]
  /// The declared columns, without `id` and without bookkeeping, in table order.
  package let columns: [Column]
  /// The lists inside the object that are tables of their own.
  package let children: [ChildList]
  /// What to name in `expand[]` because Stripe leaves it out by default.
  package let expand: [String]
  /// The events that say something of the object; `*` stands for any ending.
  package let events: [String]
  /// What no event says.
  package let unannounced: [Unannounced]
  /// Paths that take no part in the content hash and in proof: secrets and volatile fields without a column.
  package let ignored: [JSONPath]
  /// Expandable paths without a column: collapsed to ids before anything is compared.
  package let collapsed: [JSONPath]
  /// Places where objects with a table of their own always stand whole: what is found there is a sighting of them, and
  /// compared whole all the same.
  package let embedded: [JSONPath]
  /// Members of Stripe's object that are known and that nothing here takes.
  package let unread: [String]
  /// Whether the API can answer a deletion stub for it.
  package let isDeletable: Bool
  /// One sentence for the data dictionary.
  package let help: String

  /// Declares a resource; see CONTRIBUTING.md, "How to add a resource".
  package init(
    name: ResourceName, table: String, path: String?, listing: ResourceListing = .byCreated, idPrefixes: [String],
    help: String, columns: [Column], children: [ChildList] = [], expand: [String] = [], events: [String] = [],
    unannounced: [Unannounced] = [], ignored: [String] = [], collapsed: [String] = [], embedded: [String] = [],
    isDeletable: Bool = false, unread: [String] = []
  ) {
    self.name = name
    self.table = table
    self.path = path
    self.listing = path == nil ? .inside : listing
    self.idPrefixes = idPrefixes
    self.help = help
    self.columns = columns
    self.children = children
    self.expand = expand
    self.events = events
    self.unannounced = unannounced
    self.ignored = ignored.map(JSONPath.init)
    self.collapsed = collapsed.map(JSONPath.init)
    self.embedded = embedded.map(JSONPath.init)
    self.isDeletable = isDeletable
    self.unread = unread
  }

  /// Stripe's `object` value.
  package var object: String { name.rawValue }

  /// The column of that name.
  package func column(_ name: String) -> Column? { columns.first { $0.name == name } }

  /// The members at the top of the object that are known; any other is drift.
  package var knownMembers: Set<String> {
    let paths = columns.flatMap(\.paths) + children.map(\.path) + ignored + collapsed + embedded
    let names = paths.map(\.members) + expand.map { JSONPath($0).members }
    return Set(names.compactMap(\.first)).union(["id", "object", "deleted"]).union(unread)
  }

  /// The columns with a foreign key, and their targets.
  package var foreignKeys: [(column: Column, target: ResourceName)] {
    columns.compactMap { column in
      if case .reference(let target) = column.kind { (column, target) } else { nil }
    }
  }

  /// Whether some columns are only sent when asked for; then a second hash stands beside the content hash.
  package var hasExpandOnlyColumns: Bool { columns.contains(where: \.isExpandOnly) }
}

/// A list inside an object whose elements are rows of another table (`invoice.lines`, `subscription.items`).
package struct ChildList: Sendable, Hashable {
  /// Where the list envelope stands in the parent.
  package let path: JSONPath
  /// What its elements are.
  package let resource: ResourceName
  /// Where the list goes on when the one in the parent is cut short.
  package let endpoint: ParentEndpoint
  /// The child's column that holds the parent's id; filled from the parent where the child does not say it.
  package let parentColumn: String
  /// The child's money column whose sum proves the list complete, and the parent's column it must equal.
  package let sum: Sum?

  /// The parent's column that says when the list was last seen complete (decision 0007).
  package var completeColumn: String { path.members.joined(separator: "_") + "_complete_at" }

  /// A pair of columns that must tie.
  package struct Sum: Sendable, Hashable {
    /// The child's column, summed.
    package let child: String
    /// The parent's column.
    package let parent: String
    /// The child's JSON column with deductions: where one child's is a list with elements, the sum proves nothing.
    package let unless: String?

    /// Names the columns.
    package init(of child: String, equals parent: String, unless deductions: String? = nil) {
      self.child = child
      self.parent = parent
      unless = deductions
    }
  }

  /// Declares a child list.
  package init(
    _ path: String, of resource: ResourceName, at endpoint: ParentEndpoint, parentColumn: String, sum: Sum? = nil
  ) {
    self.path = JSONPath(path)
    self.resource = resource
    self.endpoint = endpoint
    self.parentColumn = parentColumn
    self.sum = sum
  }
}
