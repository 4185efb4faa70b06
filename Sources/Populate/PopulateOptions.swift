/// What is to be populated, and how.
package struct PopulateOptions: Sendable {
  /// What is to be there.
  package var fixture: Fixture
  /// Whether subscriptions that are there are cancelled and made anew.
  package var isForced = false
  /// Whether to look only.
  package var isDryRun = false
  /// How many customers are worked on at once; the client's budget decides how fast.
  package var concurrency = 16
  /// Told how many of the fixture's objects are done.
  package var onProgress: @Sendable (_ done: Int) -> Void = { _ in }

  /// A fixture, with nothing else asked for.
  package init(_ fixture: Fixture) { self.fixture = fixture }
}
