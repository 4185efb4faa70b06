/// One thing that verification has to say about one row, field or sum.
package struct Finding: Sendable, Equatable, Codable {
  /// What was found; raw values are part of the JSON contract.
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// The source has the record, the store has no row or only a placeholder.
    case missingInStore = "missing_in_store"
    /// The store has a live row that the source lacks; listed, never removed.
    case extraInStore = "extra_in_store"
    /// A typed column differs.
    case fieldDiffers = "field_differs"
    /// The raw JSON differs, in a member that may have no column.
    case rawDiffers = "raw_differs"
    /// An element of a list inside a record has no row.
    case childMissing = "child_missing"
    /// A stored row of a list that the source's complete list lacks; listed, never removed.
    case childExtra = "child_extra"
    /// One side says deleted, the other does not.
    case deletedDiffers = "deleted_differs"
    /// A sum of money differs.
    case sumDiffers = "sum_differs"
    /// A source record that PostgreSQL or the reader refuses; it was not compared.
    case unreadable
    /// The row differs, but was observed after the export: not rolled back.
    case newerInStore = "newer_in_store"
    /// The row was rendered in another API version than the source.
    case notComparable = "not_comparable"
    /// A file or a list inside a record is cut short.
    case incomplete
    /// A complete list whose amounts do not add up to its parent's, in the source itself: a note, not a difference.
    case untied
    /// A foreign key that points nowhere.
    case orphan

    /// The status it leads to.
    package var status: Int32 {
      switch self {
      case .unreadable, .incomplete: 65
      case .untied: 0
      default: 1
      }
    }
  }

  /// What was found.
  package let kind: Kind
  /// The row's id; nil for sums and files.
  package var id: String?
  /// The id of the record whose list holds the row.
  package var container: String?
  /// The column, `raw.<member>`, or the list's path.
  package var field: String?
  /// The source's value as text, at most 1000 characters.
  package var source: String?
  /// The store's value as text, at most 1000 characters.
  package var store: String?
  /// The file the record stands in.
  package var file: String?
  /// The line it starts on, from 1.
  package var line: Int?
  /// Why, in words; never with the record's content.
  package var reason: String?

  /// Makes a finding.
  package init(
    _ kind: Kind, id: String? = nil, container: String? = nil, field: String? = nil, source: String? = nil,
    store: String? = nil, file: String? = nil, line: Int? = nil, reason: String? = nil
  ) {
    self.kind = kind
    self.id = id
    self.container = container
    self.field = field
    self.source = source
    self.store = store
    self.file = file
    self.line = line
    self.reason = reason
  }
}
