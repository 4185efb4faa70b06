package import BronzeStore
package import Foundation
package import PlatformCore
import Synchronization

/// Events on this machine's disk, each once, until they are in bronze: `entity=webhook_events`.
///
/// Its folder holds segments of bronze lines; one grows, the others are sealed, shipped, and removed after a while.
/// What `append` has answered for is on the disk, and what a kill leaves of a line that was not is cut off at
/// the next start. A sealed segment's name is that of its file of bronze, so that shipping it twice writes it once.
package final class EventLog: @unchecked Sendable {  // `stateLock` guards what changes, `tending` the rest of `index`
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

  /// What is told once it is known: on the thread that writes, or within `append`. It must return soon.
  package typealias Answer = @Sendable (Result<Outcome, PlatformError>) -> Void

  /// An event as it is written.
  private struct Entry {
    let id: String
    /// The day of its line, which is that of its segment.
    let day: String
    /// Its line of bronze, the line's end included.
    let line: [UInt8]
  }

  /// Who waits for an event that is being written, and what it is to him once it is.
  private struct Waiter {
    let outcome: Outcome
    let answer: Answer
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
  let stateLock = NSLock()
  var state = State()
  /// Held by whoever seals and ships.
  let tending = NSLock()
  let index: EventIndex

  /// Nil once it is closed.
  private var lock: LakeLock?
  /// The index as `append` looks into it, under `lookupLock`; who holds `stateLock` may take that, never the other way.
  private let lookup: EventIndex
  private let lookupLock = NSLock()
  /// How often ids have gone from here to the index.
  let sealings = Atomic<Int>(0)
  /// Where batches are written, and segments opened and left, one after the other.
  private let writing = DispatchQueue(label: "okapi webhook log")
  /// What the next batch writes.
  private var gathering: [Entry] = []
  /// Who waits, by the ids of the events that are gathered or being written.
  private var waiters: [String: [Waiter]] = [:]
  private var isClosed = false
  private var open: OpenSegment?
  private var next: (number: Int, part: Int) = (1, 0)

  /// What is known of the log beside its lines; guarded by `stateLock`.
  struct State {
    var closed: [Closed] = []
    var unshipped = 0
    /// Segments that somebody has taken away, told once.
    var gone: Set<SegmentName> = []
    var appendFailure: PlatformError?
    /// Since when a batch is being written; nil while none is.
    var writingSince: ContinuousClock.Instant?
    /// An event that the index could not be asked for, where that is the failure.
    var unknownID: String?
    /// Since when the lake is being reached; nil while it is not.
    var shippingSince: Date?
    var shipFailure: PlatformError?
    var failingSince: Date?
    var nextShipping = Date.distantPast
    /// The mode of the source's bronze, else that of the first event.
    var livemode: Bool?
    var isModeOfBronze = false
    /// Whether that is noted for the next start, which may find the lake away.
    var isModeNoted = false
    var nextLookAtMode = Date.distantPast
  }

  /// The folder of a source's log in a workspace.
  package static func folder(of source: String, in home: URL) -> URL {
    home.appending(path: "webhooks", directoryHint: .isDirectory)
      .appending(path: source, directoryHint: .isDirectory)
  }

  /// The folders of all sources' logs in a workspace.
  ///
  /// - Throws: `inputOutput` where they cannot be listed.
  package static func folders(in home: URL) throws -> [URL] {
    let all = home.appending(path: "webhooks", directoryHint: .isDirectory)
    return try LakeFolder(root: all).names(in: "").map { folder(of: $0, in: home) }.filter { folder in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) && isFolder.boolValue
    }
  }

  /// Takes the right to write a log; hand it to `init`. It is let go when its process ends, however it ends.
  ///
  /// - Throws: `temporary` naming who has it, `output` when the folder cannot be written.
  package static func lock(_ folder: URL, for context: RunContext) async throws -> LakeLock {
    do {
      return try await LakeLock.take(in: LakeFolder(root: folder), of: "log", for: context)
    } catch let error as PlatformError where error.status == .output {
      var told = error
      told.message = "the log of webhook events cannot be made"
      told.nextStep = "make room, or make the workspace writable (OKAPI_HOME)"
      throw told
    } catch let error as PlatformError where error.status == .temporary {
      throw PlatformError(
        .temporary, "another okapi receives these webhooks", cause: error.cause, context: ["folder": folder.path],
        nextStep: "let it run, or stop it first; another account is received with a SOURCE_NAME and a port of its own",
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
        .output, "the log of webhook events cannot be made", cause: error.systemReason,
        context: ["folder": segments.path], nextStep: "make the workspace writable (OKAPI_HOME)")
    }
    LakeFolder(root: options.folder.deletingLastPathComponent().deletingLastPathComponent())
      .syncFolders(from: "webhooks/\(options.folder.lastPathComponent)/\(Self.segmentFolder)")
    index = try EventIndex(folder: options.folder)
    lookup = try EventIndex(folder: options.folder)
    let first = try index.livemode()
    state.livemode = LakeMark(options).livemode ?? first
    let recovered = try SegmentRecovery(segments, index, context).recover()
    state.closed = recovered.closed
    next.number = recovered.names.map { $0.number + 1 }.max() ?? 1
    next.part = recovered.names.filter { $0.runID == context.runID }.map { $0.part + 1 }.max() ?? 0
    // On a full disk it cannot be done, and room is only made while the log is open: `tend` tries again.
    try? seal()
    try countUnshipped()
  }

  // MARK: appending

  /// Appends an event, unless one of its id is there, and says so when it is on the disk; it does not wait for that.
  /// What comes while the disk is busy shares the next write.
  ///
  /// The answer is `inputOutput` or `output` where the disk refuses it, `unavailable` once the log is closed: nothing
  /// was stored then, and the next one may succeed.
  package func append(_ event: CapturedEvent, then answer: @escaping Answer) {
    do throws(PlatformError) {
      if let outcome = try admit(event, answer) { answer(.success(outcome)) }
    } catch {
      answer(.failure(error))
    }
  }

  /// What becomes of an event, where it is known already; else it is gathered, and answered when it is written.
  private func admit(_ event: CapturedEvent, _ answer: @escaping Answer) throws(PlatformError) -> Outcome? {
    let entry = entry(of: event)
    let sealing = sealings.load(ordering: .acquiring)
    let isInIndex: Bool
    do {
      isInIndex = try self.isInIndex(event.id)
    } catch {
      stateLock.withLock { (state.appendFailure, state.unknownID) = (error, event.id) }
      throw error
    }
    stateLock.lock()
    defer { stateLock.unlock() }
    guard !isClosed else { throw PlatformError(.unavailable, "the log of webhook events is closed") }
    if waiters[event.id] != nil {
      waiters[event.id]?.append(Waiter(outcome: .duplicate, answer: answer))
      return nil
    }
    if isInIndex { return .duplicate }
    do {
      if try isHeld(event.id, since: sealing) { return .duplicate }
      guard try isOfRightMode(event) else { return .otherMode }
    } catch {
      state.appendFailure = error
      throw error
    }
    waiters[event.id] = [Waiter(outcome: .stored, answer: answer)]
    gathering.append(entry)
    if gathering.count == 1 { writing.async { [self] in writeGathered() } }
    return nil
  }

  private func entry(of event: CapturedEvent) -> Entry {
    let now = context.clock.now
    let envelope = BronzeEnvelope(
      event.observation(at: Int64(now.timeIntervalSince1970)), entity: BronzePart.webhookEvents,
      source: options.source, runID: context.runID, ingestedAt: now)
    return Entry(id: event.id, day: envelope.day, line: envelope.line(event.data))
  }

  func isInIndex(_ id: String) throws(PlatformError) -> Bool {
    lookupLock.lock()
    defer { lookupLock.unlock() }
    return try lookup.contains(id)
  }

  /// Whether a segment that is not in the index has an id, or one that went there since a sealing.
  private func isHeld(_ id: String, since sealing: Int) throws(PlatformError) -> Bool {
    if open?.ids.contains(id) == true || state.closed.contains(where: { $0.ids.contains(id) }) { return true }
    return sealing == sealings.load(ordering: .acquiring) ? false : try isInIndex(id)
  }

  private func isOfRightMode(_ event: CapturedEvent) throws(PlatformError) -> Bool {
    guard let livemode = event.livemode else { return true }
    if let known = state.livemode { return known == livemode }
    lookupLock.lock()
    defer { lookupLock.unlock() }
    try lookup.fix(livemode: livemode)
    state.livemode = livemode
    return true
  }

  /// Writes a batch, and answers all who are in it.
  private func writeGathered() {
    let entries = stateLock.withLock {
      defer { (gathering, state.writingSince) = ([], .now) }
      return gathering
    }
    var failure: PlatformError?
    do throws(PlatformError) {
      try write(entries)
    } catch {
      failure = error
    }
    let answered = stateLock.withLock {
      (state.appendFailure, state.unknownID, state.writingSince) = (failure, nil, nil)
      return entries.flatMap { waiters.removeValue(forKey: $0.id) ?? [] }
    }
    for waiter in answered { waiter.answer(failure.map { .failure($0) } ?? .success(waiter.outcome)) }
  }

  /// Around midnight some may be of one day and some of the next. When the disk refuses the second part, the first is
  /// stored all the same, and known when it is sent again.
  private func write(_ entries: [Entry]) throws(PlatformError) {
    var rest = entries[...]
    while let first = rest.first {
      let sameDay = rest.prefix { $0.day == first.day }
      try write(sameDay, of: first.day)
      rest = rest.dropFirst(sameDay.count)
    }
  }

  private func write(_ entries: ArraySlice<Entry>, of day: String) throws(PlatformError) {
    var lines: [UInt8] = []
    lines.reserveCapacity(entries.reduce(0) { $0 + $1.line.count })
    for entry in entries { lines += entry.line }
    let segment = try segment(for: day, at: context.clock.now)
    let begun = ContinuousClock.now
    do {
      try segment.file.append(lines, at: segment.bytes)
    } catch {
      // What may stand behind its last whole line is never written behind.
      closeSegment()
      throw error
    }
    let seconds = (ContinuousClock.now - begun) / .seconds(1)
    stateLock.withLock {
      open?.bytes += lines.count
      for entry in entries { open?.ids.insert(entry.id) }
    }
    options.onSynced(entries.count, seconds)
  }

  // MARK: segments

  /// The open segment; a full or old one, and one of another day, gives way to the next.
  private func segment(for day: String, at now: Date) throws(PlatformError) -> OpenSegment {
    if let open = stateLock.withLock({ open }) {
      if open.file.name.day == day, !isFull(open, at: now) { return open }
      closeSegment()
    }
    let name = SegmentName(number: next.number, day: day, runID: context.runID, part: next.part)
    let made = Result { () throws(PlatformError) in OpenSegment(try SegmentFile(name, in: segments, at: now)) }
    stateLock.withLock {
      // Also where it could not be made: what that has left is in nobody's way.
      next = (next.number + 1, next.part + 1)
      open = try? made.get()
    }
    return try made.get()
  }

  private func isFull(_ segment: OpenSegment, at now: Date) -> Bool {
    let age = now.timeIntervalSince(segment.file.openedAt)
    // A clock that was set back does not make it wait for long.
    return segment.bytes >= options.segmentBytes || Duration.seconds(age) >= options.segmentAge || age < -60
  }

  /// Leaves the open segment for good; an empty one is removed.
  private func closeSegment() {
    let isEmpty = stateLock.withLock { () -> Bool in
      guard let left = open else { return false }
      open = nil
      let name = left.file.name
      if left.bytes > 0 { state.closed.append(Closed(name: name, bytes: left.bytes, ids: left.ids)) }
      if left.bytes == 0 { unlink(segments.appending(path: name.fileName).path) }
      return left.bytes == 0
    }
    if isEmpty { _ = SegmentFile.sync(folder: segments) }
  }

  /// Leaves the open segment when it is old or of yesterday.
  func closeOldSegment() {
    writing.sync {
      let now = context.clock.now
      guard let open = stateLock.withLock({ open }),
        isFull(open, at: now) || open.file.name.day != String(now.rfc3339.prefix(10))
      else { return }
      closeSegment()
    }
  }

  /// Ends appending, seals what there is, and ships it; what was gathered is written first. Blocks.
  ///
  /// What cannot be shipped now stays, and is shipped after the next start.
  package func close() {
    stateLock.withLock {
      isClosed = true
      state.nextShipping = .distantPast
    }
    // Behind all batches: none is begun any more.
    writing.sync { closeSegment() }
    tend()
    stateLock.withLock { lock = nil }
  }

  /// A reader of this log that sees what is on the disk, no more.
  package var reader: EventLogReader {
    EventLogReader(folder: options.folder) { [self] in
      stateLock.withLock {
        // Without an open segment all before the next one: they have been cut to what was synced.
        open.map { Position(segment: $0.file.name.fileName, offset: $0.bytes) }
          ?? Position(segment: SegmentName.prefix(of: next.number), offset: 0)
      }
    }
  }
}
