/// Which records of a type, from where, and how many.
package struct ListQuery: Sendable {
  /// The type asked for.
  package var type: RecordType
  /// All of them must hold.
  package var filters: [Filter]
  /// Where the page starts.
  package var cursor: Cursor
  /// At most so many, 1 to 100 for a request.
  package var limit: Int
  /// Whether deleted records are in.
  package var includesDeleted = false

  /// All records of a type, or those that pass the filters.
  package init(_ type: RecordType, _ filters: [Filter] = [], cursor: Cursor = .start, limit: Int = .max) {
    self.type = type
    self.filters = filters
    self.cursor = cursor
    self.limit = limit
  }

  /// One condition on a column of the type's definition, or on `created` (`position` for children).
  package enum Filter: Sendable, Equatable {
    case equals(String, String)
    case equalsNumber(String, Int64)
    case isNull(String)
    case isNotNull(String)
    case less(String, Int64)
    case lessOrEqual(String, Int64)
    case greater(String, Int64)
    case greaterOrEqual(String, Int64)
    case oneOf(String, [String])
    case noneOf(String, [String])
    /// A pattern with `*`, as in `invoice.*`.
    case like(String, String)
    /// A condition in SQL over `body` with its values: what search makes. Never text from a request.
    case sql(String, [JSON])
  }

  /// The end of the page that is fixed.
  package enum Cursor: Sendable, Equatable {
    case start
    /// What stands after the record of this `sequence` in the order of the list.
    case after(Int64)
    /// What stands right before it.
    case before(Int64)
  }
}
