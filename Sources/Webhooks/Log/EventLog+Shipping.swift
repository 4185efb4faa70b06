import BronzeStore
import Digest
package import Foundation
package import PlatformCore
import Synchronization

/// What is done with segments behind the answers: sealed, brought to bronze, removed.
extension EventLog {
  /// How a log does.
  package struct Status: Sendable {
    /// Segments that are not in bronze yet, the open one left out.
    package let unshipped: Int
    /// Why the last event could not be stored; nil when it could.
    package let appendFailure: PlatformError?
    /// Why segments are not brought to bronze; nil when they are.
    package let shipFailure: PlatformError?
    /// Since when they are not.
    package let failingSince: Date?
  }

  /// How it does now.
  package var status: Status {
    let now = context.clock.now
    return stateLock.withLock {
      // A lake that never answers does not fail either.
      let isStuck = state.shippingSince.map { now.timeIntervalSince($0) > Self.shippingTime } ?? false
      let stuck = PlatformError(.unavailable, "the lake has not answered yet")
      return Status(
        unshipped: state.unshipped + state.closed.count, appendFailure: state.appendFailure,
        shipFailure: state.shipFailure ?? (isStuck ? stuck : nil),
        failingSince: state.failingSince ?? (isStuck ? state.shippingSince : nil))
    }
  }

  /// The seconds after which shipping that goes on is told as one that fails.
  private static let shippingTime: TimeInterval = 60

  /// How long a write may take before it is told; then the disk is not tried, which would wait as well.
  private static let writingTime = Duration.seconds(10)

  /// Why an event could not be stored now; nil where it could. After a failure disk and index are tried, before it
  /// nothing is.
  package func roomFailure() -> PlatformError? {
    let last = stateLock.withLock { (failure: state.appendFailure, id: state.unknownID, writes: state.writingSince) }
    if let since = last.writes, case let age = ContinuousClock.now - since, age >= Self.writingTime {
      return PlatformError(.inputOutput, "the disk has not answered for \(age.components.seconds) s")
    }
    guard last.failure != nil else { return nil }
    let probe = segments.appending(path: "probe")
    defer { unlink(probe.path) }
    do throws(PlatformError) {
      try AtomicFile.replace(probe, with: [UInt8](repeating: 0, count: 1 << 16))
      // Where a part of it is damaged, others are not.
      if let id = last.id { _ = try isInIndex(id) }
      return nil
    } catch {
      return error
    }
  }

  /// Seals what is old, ships what is sealed, removes what nobody needs any more; to be called about once a second.
  ///
  /// A failure is told in the log and in `status`; shipping is then tried again after a while. Blocks.
  package func tend() {
    tending.withLock {
      closeOldSegment()
      let now = context.clock.now
      // A clock that was set back does not make it wait for long.
      let wait = stateLock.withLock { state.nextShipping }.timeIntervalSince(now)
      guard wait <= 0 || wait > 60 else { return }
      var failure: PlatformError?
      // What has to be removed first makes room for the others. None of them waits for another that fails.
      for step in [removeOld, seal, countUnshipped, reachLake, forgetIDs, countUnshipped] {
        do throws(PlatformError) {
          try step()
        } catch {
          failure = failure ?? error
        }
      }
      note(failure)
    }
  }

  private func reachLake() throws(PlatformError) {
    let now = context.clock.now
    stateLock.withLock { state.shippingSince = now }
    defer { stateLock.withLock { state.shippingSince = nil } }
    let noted = try index.segments()
    let waiting = noted.filter { $0.shippedAt == nil }
    let isDue = isDueToLearnMode()
    guard isDue || !waiting.isEmpty else { return }
    // Before its word is believed, and before anything is put there.
    if let refusal = options.lakeRefusal(options.lake) { throw refusal }
    let mark = LakeMark(options)
    try mark.check()
    if isDue {
      try learnMode()
      stateLock.withLock { state.nextLookAtMode = now.addingTimeInterval(60) }
    }
    if !waiting.isEmpty {
      try requireSegments(noted)
      try mark.require { () throws(PlatformError) in
        try noted.last { $0.shippedAt != nil }.map { shipped throws(PlatformError) in try isInLake(shipped.name) }
      }
      try ship(waiting, newest: noted.last?.name)
    }
    let unnoted = stateLock.withLock { state.isModeOfBronze && !state.isModeNoted ? state.livemode : nil }
    guard let unnoted, try mark.note(livemode: unnoted) else { return }
    stateLock.withLock { state.isModeNoted = true }
  }

  /// Learns what the lake says of the mode, before the first event comes. Blocks, as long as the lake does. What fails
  /// is tried again by `tend`, which tells it.
  package func lookAtLake() { tending.withLock { _ = try? reachLake() } }

  private func note(_ failure: PlatformError?) {
    let now = context.clock.now
    let before = stateLock.withLock { () -> PlatformError? in
      let before = state.shipFailure
      state.shipFailure = failure
      state.failingSince = failure == nil ? nil : state.failingSince ?? now
      // From a second to a minute: half of the time that it fails already.
      let since = state.failingSince.map { now.timeIntervalSince($0) } ?? 0
      state.nextShipping = failure == nil ? .distantPast : now.addingTimeInterval(min(60, max(1, since / 2)))
      return before
    }
    if let failure, failure != before {
      context.log(.error, "webhook_shipping_failed", ["error": .string(failure.rendered)])
    } else if failure == nil, before != nil {
      context.log(.info, "webhook_shipping_resumed")
    }
  }

  /// Ids that go into the index at once, and the microseconds between.
  private static let rememberedTogether = 500
  private static let pause: UInt32 = 2_000

  /// Puts the ids of closed segments into the index; only then are they forgotten here. A segment of which the index
  /// has some ids and no note, as after a kill, is read again at the next start.
  func seal() throws(PlatformError) {
    let second = Int64(context.clock.now.timeIntervalSince1970)
    for segment in stateLock.withLock({ state.closed }) {
      let path = segments.appending(path: segment.name.fileName).path
      guard let size = Self.size(of: path) else {
        if Self.size(of: segments.path) == nil { throw segmentsAreGone() }
        // What was in it is stored again when it is sent again.
        tellGone(segment.name)
        stateLock.withLock { state.closed.removeAll { $0.name == segment.name } }
        continue
      }
      // Where cutting it back failed before.
      if size > segment.bytes {
        guard truncate(path, off_t(segment.bytes)) == 0 else { throw SegmentFile.failure(.inputOutput, path, errno) }
        try SegmentFile.sync(file: path)
      }
      // In their order, so that each part of the index is written once.
      var left = segment.ids.sorted()[...]
      while !left.isEmpty {
        try index.remember(left.prefix(Self.rememberedTogether), at: second)
        left = left.dropFirst(Self.rememberedTogether)
        // Who answers meanwhile needs the processor more.
        if !left.isEmpty { usleep(Self.pause) }
      }
      try index.seal(segment.name, bytes: segment.bytes, at: second)
      stateLock.withLock {
        _ = sealings.add(1, ordering: .releasing)
        state.closed.removeAll { $0.name == segment.name }
      }
    }
  }

  /// Nil where there is no such file.
  private static func size(of path: String) -> Int? {
    var file = stat()
    return stat(path, &file) == 0 ? Int(file.st_size) : nil
  }

  /// Forgets old ids, once a day.
  private func forgetIDs() throws(PlatformError) {
    let now = Int64(context.clock.now.timeIntervalSince1970)
    guard try index.isDueToForget(at: now) else { return }
    let oldest = now - Int64(options.rememberedAge / .seconds(1))
    var last: String? = ""
    while let id = last {
      last = try index.forgetIDs(before: oldest, behind: id)
      usleep(Self.pause)
    }
    try index.noteForgotten(at: now)
  }

  func countUnshipped() throws(PlatformError) {
    let count = try index.segments().count { $0.shippedAt == nil }
    stateLock.withLock { state.unshipped = count }
  }

  private func isDueToLearnMode() -> Bool {
    let now = context.clock.now
    return stateLock.withLock { !state.isModeOfBronze && state.nextLookAtMode <= now }
  }

  /// Bronze's mode, once it is known, is the log's.
  private func learnMode() throws(PlatformError) {
    guard let account = try BronzeState(lake: options.lake, source: options.source).account() else { return }
    // Until the lake is marked: the next start may find it away.
    try index.fix(livemode: account.livemode)
    let before = stateLock.withLock {
      defer {
        state.livemode = account.livemode
        state.isModeOfBronze = true
      }
      return state.livemode
    }
    guard let before, before != account.livemode else { return }
    context.log(
      .error, "webhook_mode_changed",
      [
        "livemode": .boolean(account.livemode), "before": .boolean(before),
        "cause": .string("the events before were not of the account that bronze is read from"),
      ])
  }

  private typealias Noted = (name: SegmentName, bytes: Int, shippedAt: Int64?)

  /// As while its disk is not mounted. What is not seen now may be there later.
  private func requireSegments(_ noted: [Noted]) throws(PlatformError) {
    let there = Set(try LakeFolder(root: segments).names(in: ""))
    if !noted.contains(where: { there.contains($0.name.fileName) }) { throw segmentsAreGone() }
  }

  private func segmentsAreGone() -> PlatformError {
    PlatformError(
      .output, "the segments of webhook events are gone", context: ["folder": segments.path],
      nextStep: "mount or put back the folder; shipping is tried again")
  }

  private func ship(_ waiting: [Noted], newest: SegmentName?) throws(PlatformError) {
    var failure: PlatformError?
    let there = Set(try LakeFolder(root: segments).names(in: ""))
    for segment in waiting {
      guard there.contains(segment.name.fileName) else {
        tellGone(segment.name)
        // The number of the next follows from the newest.
        if segment.name != newest { try index.forget(segment.name) }
        continue
      }
      do throws(PlatformError) {
        try ship(segment.name, bytes: segment.bytes)
      } catch {
        // One that does not fit there keeps no other back.
        guard error.status == .data else { throw error }
        failure = failure ?? error
        continue
      }
      try index.noteShipped(segment.name, at: Int64(context.clock.now.timeIntervalSince1970))
      context.log(
        .info, "webhook_segment_shipped",
        ["segment": .string(segment.name.fileName), "bytes": .integer(segment.bytes)])
    }
    if let failure { throw failure }
  }

  /// A segment that somebody has taken away. Put back, it is found at the next start as one that was never noted.
  private func tellGone(_ name: SegmentName) {
    let isNews = stateLock.withLock { state.gone.insert(name).inserted }
    if isNews {
      context.log(
        .error, "webhook_segment_gone", ["segment": .string(segments.appending(path: name.fileName).path)])
    }
  }

  private func isInLake(_ name: SegmentName) throws(PlatformError) -> Bool {
    if try options.lake.size(of: name.bronzePart(of: options.source).path) != nil { return true }
    return try isCompacted(name)
  }

  /// Whether a part of bronze has taken the place of a segment's, together with others of its day. Only a log whose
  /// index was lost asks for that.
  private func isCompacted(_ name: SegmentName) throws(PlatformError) -> Bool {
    let own = name.bronzePart(of: options.source)
    let state = BronzeState(lake: options.lake, source: options.source)
    for part in try BronzeReader(lake: options.lake, source: options.source).parts(of: own.entity)
    where part.isCompacted && part.day == own.day {
      let outputs = try state.manifest(of: part.runID)?.outputs ?? []
      if outputs.contains(where: { $0.compacted?.replaced[own.path] != nil }) { return true }
    }
    return false
  }

  /// Brings a segment to bronze. One that is there already, as after a kill, is the same.
  private func ship(_ name: SegmentName, bytes: Int) throws(PlatformError) {
    let lake = options.lake
    let file = segments.appending(path: name.fileName)
    let size = Self.size(of: file.path) ?? 0
    guard size == bytes else {
      throw PlatformError(
        .data, "a segment of webhook events has \(size) bytes, and had \(bytes) when it was sealed",
        context: ["segment": file.path],
        nextStep: "put it back from a copy, or move it away: okapi webhooks reconcile --heal reads what is missing")
    }
    let path = name.bronzePart(of: options.source).path
    let hash = try SHA256Digest.hex(ofFile: file.path)
    let folder = path.split(separator: "/").dropLast().joined(separator: "/")
    let place = lake.workplace(for: folder, scratch: options.scratch)
    // A fixed name: what a kill, or a lost answer, has left is written over, or removed.
    let copy = place + "/." + name.fileName
    if let found = try lake.sha256(of: path, believing: true) {
      unlink(copy)
      if found == hash { return }
      throw PlatformError(
        .data, "bronze has another file under the name of a segment of webhook events",
        context: ["file": lake.location(of: path), "segment": file.path],
        nextStep: "a log of this run was there before: move this segment away, or that file")
    }
    if try isCompacted(name) {
      unlink(copy)
      return
    }
    do {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      if FileManager.default.fileExists(atPath: copy) { try FileManager.default.removeItem(atPath: copy) }
      // On one disk a second name is enough, as a sealed segment is never written to; syncs would wait for a copy.
      if link(file.path, copy) != 0 { try FileManager.default.copyItem(atPath: file.path, toPath: copy) }
    } catch {
      throw PlatformError(
        .output, "a segment of webhook events cannot be copied to bronze", cause: error.systemReason,
        context: ["segment": file.path, "to": place], nextStep: "make room or the place writable; it is tried again")
    }
    try lake.publish(copy, as: path, sha256: hash)
    lake.syncFolders(from: folder)
  }

  /// Removes segments that have been in bronze long enough, once nobody needs them.
  private func removeOld() throws(PlatformError) {
    let oldest = Int64(context.clock.now.addingTimeInterval(-(options.keptAge / .seconds(1))).timeIntervalSince1970)
    let kept = Set(try LakeFolder(root: segments).names(in: ""))
    // The newest one stays noted: the number of the next follows from it.
    for segment in try index.segments().dropLast() {
      let name = segment.name.fileName
      guard let shippedAt = segment.shippedAt, shippedAt < oldest, !options.isNeeded(name) else { continue }
      if kept.contains(name) { unlink(segments.appending(path: name).path) }
      try index.forget(segment.name)
    }
  }
}
