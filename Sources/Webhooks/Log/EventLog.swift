package import BronzeStore
package import Foundation
package import PlatformCore

/// Events on this machine's disk, each once, until they are in bronze: `entity=webhook_events`.
///
/// Its folder holds segments of bronze lines; one grows, the others are sealed, shipped, and removed after a while.
/// What was appended is on the disk when `append` returns, and what a kill leaves of a line that was not is cut off at
/// the next start. A sealed segment's name is that of its file of bronze, so that shipping it twice writes it once.
package final class EventLog: @unchecked Sendable {  // `condition` guards what changes, `tending` the rest of `index`
  static let segmentFolder = "segments"

  /// What became of an event.
  package enum Outcome: Sendable, Equatable {
    /// It is on the disk.
    case stored
    /// One of its id is there already.
    case duplicate
    /// It is live and the others are not, or the other way round: nothing was stored.
    case otherMode
  }

  /// Those whose lines are written together; `condition` guards it. Each batch has a place of its own to wait at:
  /// who is woken has something to do, be it to answer or to write the next batch.
  private final class Batch {
    var events: [CapturedEvent] = []
    var isDone = false
    var error: PlatformError?
    private var waiting = 0
    private let turn = DispatchSemaphore(value: 0)

    /// Lets go of the lock and sleeps until it is woken; the caller looks why.
    func wait(_ lock: NSCondition) {
      waiting += 1
      lock.unlock()
      turn.wait()
      lock.lock()
    }

    func wakeOne() {
      guard waiting > 0 else { return }
      waiting -= 1
      turn.signal()
    }

    func wakeAll() { while waiting > 0 { wakeOne() } }
  }

  /// No struct: whoever held one beside the log would make each batch copy all of its ids.
  private final class OpenSegment {
    let file: SegmentFile
    var bytes = 0
    var ids: Set<String> = []

    init(_ file: SegmentFile) { self.file = file }
  }

  /// One that takes no more and whose ids are not in the index yet.
  struct Closed {
    let name: SegmentName
    let bytes: Int
    let ids: Set<String>
  }

  let options: EventLogOptions
  let context: RunContext
  let segments: URL
  let condition = NSCondition()
  var state = State()
  /// Held by whoever seals and ships.
  let tending = NSLock()
  let index: EventIndex

  /// Nil once it is closed.
  private var lock: LakeLock?
  /// The index as `append` looks into it, under `condition`.
  private let lookup: EventIndex
  private var gathering = Batch()
  private var isWriting = false
  private var isClosed = false
  private var inFlight: [String: Batch] = [:]
  private var open: OpenSegment?
  private var next: (number: Int, part: Int) = (1, 0)

  /// What is known of the log beside its lines; guarded by `condition`.
  struct State {
    var closed: [Closed] = []
    var unshipped = 0
    /// Segments that somebody has taken away, told once.
    var gone: Set<SegmentName> = []
    var appendFailure: PlatformError?
    var shipFailure: PlatformError?
    var failingSince: Date?
    var nextShipping = Date.distantPast
    /// The mode of the source's bronze, else that of the first event.
    var livemode: Bool?
    var isModeOfBronze = false
    var nextLookAtMode = Date.distantPast
  }

  /// The folder of a source's log in a workspace.
  package static func folder(of source: String, in home: URL) -> URL {
    home.appending(path: "webhooks", directoryHint: .isDirectory)
      .appending(path: source, directoryHint: .isDirectory)
  }

  /// Takes the right to write a log; hand it to `init`. It is let go when its process ends, however it ends.
  ///
  /// - Throws: `temporary` naming who has it, `output` when the folder cannot be written.
  package static func lock(_ folder: URL, for context: RunContext) async throws -> LakeLock {
    do {
      return try await LakeLock.take(in: LakeFolder(root: folder), of: "log", for: context)
    } catch let error as PlatformError where error.status == .temporary {
      throw PlatformError(
        .temporary, "another okapi receives these webhooks", cause: error.cause, context: ["folder": folder.path],
        nextStep: "let it run, or stop it first; to receive beside it, give this one another OKAPI_HOME",
        isRetryable: true)
    }
  }

  /// Opens a log, or makes it: what a kill has left is cut to whole lines, and sealed. Blocks.
  ///
  /// - Throws: `output` or `inputOutput`.
  package init(_ options: EventLogOptions, _ lock: LakeLock, context: RunContext) throws(PlatformError) {
    self.options = options
    self.lock = lock
    self.context = context
    segments = options.folder.appending(path: Self.segmentFolder, directoryHint: .isDirectory)
    do {
      try FileManager.default.createDirectory(at: segments, withIntermediateDirectories: true)
    } catch {
      throw PlatformError(
        .output, "the log of webhook events cannot be made", cause: error.localizedDescription,
        context: ["folder": segments.path], nextStep: "make the workspace writable (OKAPI_HOME)")
    }
    _ = SegmentFile.sync(folder: options.folder)
    index = try EventIndex(folder: options.folder)
    lookup = try EventIndex(folder: options.folder)
    state.livemode = try index.livemode()
    let recovered = try SegmentRecovery(segments, index, context.log).recover()
    state.closed = recovered.closed
    next.number = recovered.names.map { $0.number + 1 }.max() ?? 1
    next.part = recovered.names.filter { $0.runID == context.runID }.map { $0.part + 1 }.max() ?? 0
    try seal()
    try countUnshipped()
    // A lake that does not answer must not keep events from being taken.
    if state.livemode == nil { try? learnMode() }
  }

  // MARK: appending

  /// Appends an event, unless one of its id is there; returns when it is on the disk. Those that wait together share
  /// one write. Any number of threads may call it; it blocks.
  ///
  /// - Throws: `inputOutput` or `output` where the disk refuses it, `unavailable` once the log is closed. Nothing was
  ///   stored then, and the next one may succeed.
  package func append(_ event: CapturedEvent) throws(PlatformError) -> Outcome {
    condition.lock()
    defer { condition.unlock() }
    guard !isClosed else { throw PlatformError(.unavailable, "the log of webhook events is closed") }
    if let earlier = inFlight[event.id] {
      try finish(earlier)
      return .duplicate
    }
    do {
      if try isKnown(event.id) { return .duplicate }
      guard try isOfRightMode(event) else { return .otherMode }
    } catch {
      state.appendFailure = error
      throw error
    }
    let batch = gathering
    batch.events.append(event)
    inFlight[event.id] = batch
    try finish(batch)
    return .stored
  }

  private func isKnown(_ id: String) throws(PlatformError) -> Bool {
    if open?.ids.contains(id) == true || state.closed.contains(where: { $0.ids.contains(id) }) { return true }
    return try lookup.contains(id)
  }

  private func isOfRightMode(_ event: CapturedEvent) throws(PlatformError) -> Bool {
    guard let livemode = event.livemode else { return true }
    if let known = state.livemode { return known == livemode }
    try lookup.fix(livemode: livemode)
    state.livemode = livemode
    return true
  }

  /// Waits for a batch, and writes it if nobody else is at it; holds `condition` before and after.
  private func finish(_ batch: Batch) throws(PlatformError) {
    while !batch.isDone {
      if isWriting { batch.wait(condition) } else { lead() }
    }
    if let error = batch.error { throw error }
  }

  /// Writes what has gathered, for all who wait for it.
  private func lead() {
    let batch = gathering
    gathering = Batch()
    let outcome = exclusively { () throws(PlatformError) in try write(batch.events) }
    for event in batch.events { inFlight[event.id] = nil }
    batch.error = outcome
    batch.isDone = true
    state.appendFailure = outcome
    batch.wakeAll()
    condition.broadcast()
  }

  /// Lets go of `condition` for something that nobody else does meanwhile: writing and changing segments.
  private func exclusively(_ body: () throws(PlatformError) -> Void) -> PlatformError? {
    isWriting = true
    condition.unlock()
    defer {
      condition.lock()
      isWriting = false
      gathering.wakeOne()  // to write what has gathered meanwhile
      condition.broadcast()  // who closes the log
    }
    do {
      try body()
      return nil
    } catch {
      return error
    }
  }

  private func write(_ events: [CapturedEvent]) throws(PlatformError) {
    let now = context.clock.now
    let second = Int64(now.timeIntervalSince1970)
    var lines: [UInt8] = []
    var day = ""
    for event in events {
      let envelope = BronzeEnvelope(
        event.observation(at: second), entity: BronzePart.webhookEvents, source: options.source, runID: context.runID,
        ingestedAt: now)
      day = envelope.day
      lines += envelope.line(event.data)
    }
    let segment = try segment(for: day, at: now)
    let begun = ContinuousClock.now
    do {
      try segment.file.append(lines, at: segment.bytes)
    } catch {
      // What may stand behind its last whole line is never written behind.
      closeSegment()
      throw error
    }
    let seconds = (ContinuousClock.now - begun) / .seconds(1)
    condition.withLock {
      open?.bytes += lines.count
      open?.ids.formUnion(events.map(\.id))
    }
    options.onSynced(events.count, seconds)
  }

  // MARK: segments

  /// The open segment; a full or old one, and one of another day, gives way to the next.
  private func segment(for day: String, at now: Date) throws(PlatformError) -> OpenSegment {
    if let open = condition.withLock({ open }) {
      if open.file.name.day == day, !isFull(open, at: now) { return open }
      closeSegment()
    }
    let name = SegmentName(number: next.number, day: day, runID: context.runID, part: next.part)
    let made = Result { () throws(PlatformError) in OpenSegment(try SegmentFile(name, in: segments, at: now)) }
    condition.withLock {
      // Also where it could not be made: what that has left is in nobody's way.
      next = (next.number + 1, next.part + 1)
      open = try? made.get()
    }
    return try made.get()
  }

  private func isFull(_ segment: OpenSegment, at now: Date) -> Bool {
    segment.bytes >= options.segmentBytes
      || Duration.seconds(now.timeIntervalSince(segment.file.openedAt)) >= options.segmentAge
  }

  /// Leaves the open segment for good; an empty one is removed.
  private func closeSegment() {
    let isEmpty = condition.withLock { () -> Bool in
      guard let left = open else { return false }
      open = nil
      let name = left.file.name
      if left.bytes > 0 { state.closed.append(Closed(name: name, bytes: left.bytes, ids: left.ids)) }
      if left.bytes == 0 { unlink(segments.appending(path: name.fileName).path) }
      return left.bytes == 0
    }
    if isEmpty { _ = SegmentFile.sync(folder: segments) }
  }

  /// Leaves the open segment when it is old or of yesterday; who writes just now does so himself the next time.
  func closeOldSegment() {
    let now = context.clock.now
    condition.withLock {
      guard !isWriting, let open, isFull(open, at: now) || open.file.name.day != String(now.rfc3339.prefix(10)) else {
        return
      }
      _ = exclusively { () throws(PlatformError) in closeSegment() }
    }
  }

  /// Ends appending, seals what there is, and ships it; who waits in `append` is served first. Blocks.
  ///
  /// What cannot be shipped now stays, and is shipped after the next start.
  package func close() {
    condition.withLock {
      isClosed = true
      while isWriting || !inFlight.isEmpty { condition.wait() }
      _ = exclusively { () throws(PlatformError) in closeSegment() }
      state.nextShipping = .distantPast
    }
    tend()
    condition.withLock { lock = nil }
  }

  /// A reader of this log that sees what is on the disk, no more.
  package var reader: EventLogReader {
    EventLogReader(folder: options.folder) { [self] in
      condition.withLock {
        // Without an open segment all before the next one: they have been cut to what was synced.
        open.map { Position(segment: $0.file.name.fileName, offset: $0.bytes) }
          ?? Position(segment: SegmentName.prefix(of: next.number), offset: 0)
      }
    }
  }
}
