import StripeModel

/// Reads the parents that rows refer to and that are placeholders so far.
protocol ParentFilling {
  /// Resources whose objects can be read one by one.
  var readable: [ResourceName] { get }

  /// Reads the placeholders of a resource into bronze; answers whether all could be asked for, and whether any came.
  mutating func readPlaceholders(
    of name: ResourceName, _ queries: SyncQueries
  ) async throws -> (isWhole: Bool, hasRead: Bool)

  /// Loads what bronze has got since.
  mutating func load() async throws
}

extension ParentFilling {
  /// Reads placeholders, and those that their coming has brought: charge, invoice, subscription, customer are few
  /// generations.
  ///
  /// - Parameter standing: the resources that may have any.
  mutating func fill(_ queries: SyncQueries, where standing: () async throws -> Set<ResourceName>) async throws {
    var refused: Set<ResourceName> = []
    for _ in 0..<6 {
      var hasRead = false
      let standing = try await standing()
      for name in readable where standing.contains(name) && !refused.contains(name) {
        let done = try await readPlaceholders(of: name, queries)
        if !done.isWhole { refused.insert(name) }
        hasRead = hasRead || done.hasRead
      }
      guard hasRead else { return }
      try await load()
    }
  }
}
