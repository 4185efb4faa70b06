import BronzeStore
import PlatformCore

/// The state files of a run, written on a thread of their own and only after the bronze that they speak of is synced.
actor FetchState {
  private let executor = BlockingExecutor(label: "okapi.fetch.state")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let state: BronzeState
  private let writer: BronzeWriter
  /// The cursor as it stands in its file.
  private(set) var cursor: FeedCursor?

  init(_ state: BronzeState, writer: BronzeWriter) {
    self.state = state
    self.writer = writer
  }

  /// Reads the cursor's file.
  func load() throws -> FeedCursor? {
    cursor = try state.feed()
    return cursor
  }

  func checkpoint(of table: String) throws -> Checkpoint? { try state.checkpoint(of: table) }

  /// Syncs bronze, then notes what is done.
  func save(_ checkpoint: Checkpoint, of table: String) async throws {
    try await writer.sync()
    try state.setCheckpoint(checkpoint, of: table)
  }

  func removeCheckpoint(of table: String) throws { try state.removeCheckpoint(of: table) }

  /// Syncs bronze, then moves the cursor.
  func move(_ cursor: FeedCursor) async throws {
    try await writer.sync()
    try state.setFeed(cursor)
    self.cursor = cursor
  }

  /// Syncs bronze, then notes in the cursor that a resource was listed whole, beginning at a time.
  func noteListed(_ table: String, at time: Int64) async throws {
    try await writer.sync()
    guard var cursor else { return }
    cursor.listed[table] = time
    try state.setFeed(cursor)
    self.cursor = cursor
  }

  /// Syncs bronze, then notes in the cursor that a part of a resource was listed, beginning at a time.
  func noteFollowed(_ table: String, at time: Int64) async throws {
    try await writer.sync()
    guard var cursor, cursor.listed[table] == nil else { return }
    cursor.followed = (cursor.followed ?? [:]).merging([table: time]) { max($0, $1) }
    try state.setFeed(cursor)
    self.cursor = cursor
  }

  /// Notes the time of test clocks that the feed does not know yet: their objects' events bear it.
  func note(_ clocks: TestClocks) throws {
    guard var cursor else { return }
    cursor.clocks.merge(clocks.times) { known, _ in known }
    guard cursor != self.cursor else { return }
    try state.setFeed(cursor)
    self.cursor = cursor
  }

  /// Writes what the run did, beside what an earlier step of the same run did.
  func add(_ manifest: RunManifest) throws { try state.add(manifest) }
}
