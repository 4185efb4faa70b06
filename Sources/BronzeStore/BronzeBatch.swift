package import JSONReader

/// Why a line is no line of bronze.
package struct BronzeFault: Error, Sendable, Equatable {
  /// The member, such as `meta.observed_at`; empty for the line as a whole.
  package let field: String
  /// What is expected there.
  package let expectation: String
  /// What was found.
  package let reason: String
}

/// Some lines of a part.
package struct BronzeBatch: Sendable {
  /// The lines' `data`, or the whole line where it is broken; an element's line and index count from the part's first.
  package let records: JSONBatch
  /// What `meta` says, line by line from `firstIndex` on.
  package let observations: [Result<BronzeObservation, BronzeFault>]
  /// The index of the batch's first line.
  package let firstIndex: Int
  /// Where the batch ends.
  package let end: BronzePosition
  /// Where each line lies in the bytes of `records`, without its end.
  let lines: [Range<Int>]

  /// What is known of the record of an index.
  package func observation(at index: Int) -> Result<BronzeObservation, BronzeFault> { observations[index - firstIndex] }

  /// The whole lines, for who reads more of `meta` than when something was observed; one too long to hold is empty.
  package var wholeLines: some Sequence<ArraySlice<UInt8>> { lines.lazy.map { records.bytes[$0] } }
}
