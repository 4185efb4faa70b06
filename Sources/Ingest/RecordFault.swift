/// Why one record cannot be loaded.
struct RecordFault: Error, Equatable {
  /// The field, as a dotted path; empty for the record as a whole.
  let field: String
  /// What the declaration expects there.
  let expectation: String
  /// What was found instead, without the value.
  let reason: String
}
