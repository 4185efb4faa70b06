/// What applying events did.
package struct ApplyReport: Sendable, Encodable, Equatable {
  /// The run.
  package var runID: String
  /// Events that were taken up.
  package var events = 0
  /// Those of them that are of other accounts (Connect), and were passed over. What had to be tried in parts is counted
  /// with each of them.
  package var otherAccounts = 0
  /// Objects written to bronze.
  package var objects = 0
  /// Rows that changed.
  package var changedRows = 0
  /// Events that could not be applied now, each with its reason in the log's folder `set-aside`.
  package var setAside = 0
  /// Events that are set aside, from before as well.
  package var waiting = 0
  /// Files of set-aside events that could not be read, and stay.
  package var damaged = 0
  /// Seconds in all.
  package var seconds = 0.0

  /// A report of nothing.
  package init(runID: String) { self.runID = runID }
}
