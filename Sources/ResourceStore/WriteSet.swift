package import StripeModel

/// The rows of one chunk that the store must change, ready to be copied.
///
/// Built by the loader from a look-up's answer; written in one transaction by `ResourceStore.write`.
package struct WriteSet: Sendable {
  /// The run that writes.
  package let runID: String
  /// What to do, table by table.
  package var tables: [ResourceName: TableWrites] = [:]
  /// The ids that written rows refer to, by the table they must stand in.
  package var referred: [ResourceName: Set<String>] = [:]
  /// The lists that were complete: children they do not hold have vanished.
  package var completeLists: [ListKey: CompleteLists] = [:]

  /// A parent's child list, as a key.
  package struct ListKey: Hashable, Sendable {
    /// The parent's table.
    package let parent: ResourceName
    /// Which of its lists.
    package let list: ChildList

    /// Bundles the parts.
    package init(parent: ResourceName, list: ChildList) {
      self.parent = parent
      self.list = list
    }
  }

  /// Parents whose lists were complete, each once, and all children these held.
  package struct CompleteLists: Sendable {
    /// The parents' ids, with the version of the list.
    package var parents: [(id: String, version: ObservationVersion)] = []
    /// Their children's ids.
    package var children: [String] = []

    /// Nothing yet.
    package init() {}
  }

  /// What happens to one table.
  package struct TableWrites: Sendable {
    /// Rows that are not there yet, sorted by id.
    package var inserts = CopyRows()
    /// Rows that replace older ones or fill placeholders.
    package var updates = CopyRows()
    /// Deletion stubs of rows that are there.
    package var stubs: [Observation] = []
    /// Rows seen again as they are.
    package var confirmed: [Observation] = []

    /// Nothing yet.
    package init() {}

    /// The ids of rows that this leaves living.
    var liveIDs: [String] { inserts.ids + updates.ids + confirmed.map(\.id) }
  }

  /// Rows for COPY, with their ids.
  package struct CopyRows: Sendable {
    /// Whole rows in PostgreSQL's binary format, without header and trailer.
    package var bytes: [UInt8] = []
    /// The id of each row.
    package var ids: [String] = []

    /// Nothing yet.
    package init() {}
  }

  /// An empty set.
  package init(runID: String) { self.runID = runID }

  /// Whether there is nothing to write.
  package var isEmpty: Bool { tables.isEmpty && completeLists.isEmpty }
}

/// What a write did, per table.
package struct WriteOutcome: Sendable {
  /// Rows inserted, replaced or filled, marked deleted, and found newer at the last moment.
  package struct Counts: Sendable, Equatable {
    /// Rows that were not there.
    package var inserted = 0
    /// Rows replaced; filled placeholders count here too and are told apart by the caller.
    package var updated = 0
    /// Rows marked deleted by a stub.
    package var deleted = 0
    /// Children marked deleted because a complete list, of now or of before, does not hold them.
    package var vanished = 0
    /// Rows that a newer observation had reached in between.
    package var overtaken = 0

    /// Nothing yet.
    package init() {}
  }

  /// The counts of each table that was touched.
  package var tables: [ResourceName: Counts] = [:]
  /// How often the transaction was tried again after a conflict with another writer.
  package var retries = 0

  /// Nothing yet.
  package init() {}
}
