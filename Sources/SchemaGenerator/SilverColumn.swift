package import StripeModel

/// One column of a silver table.
package struct SilverColumn: Sendable, Equatable {
  /// The name in silver.
  package let name: String
  /// The DuckDB type, in lower case.
  package let type: String
  /// What it holds.
  package let content: Content

  /// What a silver column holds.
  package enum Content: Sendable, Equatable {
    /// Stripe's id of the object.
    case key
    /// A declared column.
    case declared(Column)
    /// Whether some later observation showed that the object is gone.
    case isDeleted
    /// The moment of the first observation that showed it.
    case deletedAt
    /// Whether nothing but a deletion was ever observed.
    case isPlaceholder
    /// The second of the observation the content comes from.
    case observedAt
    /// Orders observations of one second: 0 a sighting, 1 a read, 2 the snapshot in an event.
    case observedSequence
    /// When the observation was written to bronze.
    case ingestedAt
    /// The run that wrote it to bronze.
    case bronzeRunID
    /// The API version it was rendered in.
    case apiVersion
    /// The moment of the newest complete rendering of a child list.
    case listCompleteAt(ChildList)
    /// The sequence of that rendering.
    case listCompleteSequence(ChildList)
    /// All observations, newer than the content, that show the object is gone, oldest first.
    case absences
    /// The earlier complete renderings of a child list, newest first.
    case listCompleteBefore(ChildList)
    /// The observation that an expand-only column was last seen in.
    case expandOnlyVersion(of: Column)
    /// The partition: the UTC day of creation, of the parent where the object has none; not inside the files.
    case partition
  }
}
