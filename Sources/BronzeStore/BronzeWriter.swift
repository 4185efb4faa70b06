import Foundation
package import PlatformCore

/// Appends objects to bronze, for one run: one open part per entity, sealed by size and age, never rewritten.
///
/// What was appended before a `sync()` that returned survives a kill and a loss of power; what came after may end in a
/// half line, which no reader reads. Whoever moves `_state` by it must hold the lake's lock.
package actor BronzeWriter {
  /// When a part is sealed, that is, left for a new one.
  package struct Limits: Sendable {
    /// The bytes a part has at least when it is sealed.
    package var partBytes = 64 << 20
    /// The age at which it is sealed at the next append.
    package var partAge = Duration.seconds(15 * 60)

    /// 64 MB, 15 minutes.
    package init() {}
  }

  /// What one part received.
  package struct Written: Sendable, Equatable {
    /// The part.
    package let part: BronzePart
    /// Its lines.
    package var lines = 0
    /// Its bytes.
    package var bytes = 0
  }

  private struct OpenPart {
    let file: LakeAppender
    let openedAt: Date
    /// The place of its figures in `written`.
    let place: Int
    var part: BronzePart
  }

  private let executor = BlockingExecutor(label: "okapi.bronze.write")
  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let lake: LakeFolder
  private let source: String
  private let runID: String
  private let clock: WallClock
  private let limits: Limits
  private var open: [String: OpenPart] = [:]
  /// The number of an entity's last part that is closed.
  private var sealed: [String: Int] = [:]
  private var unsyncedFolders: Set<String> = []
  private var failure: PlatformError?
  /// The parts of this run with what was appended to them, in the order of their opening.
  package private(set) var written: [Written] = []

  /// A writer of one run into one source of a lake; nothing is made before the first append.
  package init(
    lake: LakeFolder, source: String, runID: String, clock: WallClock = .system, limits: Limits = Limits()
  ) {
    self.lake = lake
    self.source = source
    self.runID = runID
    self.clock = clock
    self.limits = limits
  }

  /// Appends the objects of one answer, a line each; an object is JSON on one line, its secrets masked.
  ///
  /// After a failure every further call throws it again: state must not move past what may be lost.
  /// - Throws: `output` or `inputOutput` when the disk refuses it; `bug` for an object with a line end in it.
  package func append(
    _ objects: some Sequence<ArraySlice<UInt8>> & Sendable, to entity: String, observed: BronzeObservation
  ) throws(PlatformError) {
    try guarded { () throws(PlatformError) in
      let now = clock.now
      let envelope = BronzeEnvelope(observed, entity: entity, source: source, runID: runID, ingestedAt: now)
      let day = envelope.day
      for object in objects {
        // Checked line by line: one answer may be larger than a part.
        let part = try part(of: entity, on: day, at: now)
        guard !object.isEmpty, !Self.spansLines(object) else {
          throw PlatformError(.bug, "an object for bronze is empty or spans lines", context: ["entity": entity])
        }
        let before = part.file.bytes
        try part.file.append(BronzeEnvelope.head)
        try part.file.append(object)
        try part.file.append(envelope.tail)
        written[part.place].lines += 1
        written[part.place].bytes += part.file.bytes - before
      }
    }
  }

  private static func spansLines(_ object: ArraySlice<UInt8>) -> Bool {
    object.withUnsafeBytes { bytes in bytes.baseAddress.map { memchr($0, 0x0a, bytes.count) != nil } ?? false }
  }

  /// Brings everything appended so far to the disk; only after it may state move.
  ///
  /// - Throws: `inputOutput`.
  package func sync() throws(PlatformError) {
    try guarded { () throws(PlatformError) in
      for entity in open.keys.sorted() {
        guard let known = open[entity] else { continue }
        try known.file.sync()
        if known.file.isSealed { seal(known, of: entity) }
      }
      for folder in unsyncedFolders.sorted() { lake.syncFolders(from: folder) }
      unsyncedFolders.removeAll()
    }
  }

  /// Leaves a part; the next append opens one of a higher number.
  private func seal(_ known: OpenPart, of entity: String) {
    open[entity] = nil
    sealed[entity] = known.part.number
  }

  /// Syncs and closes all parts; a later append opens new ones.
  ///
  /// - Throws: `inputOutput`.
  package func finish() throws(PlatformError) {
    try sync()
    open.removeAll()
  }

  private func guarded(_ body: () throws(PlatformError) -> Void) throws(PlatformError) {
    if let failure { throw failure }
    do {
      try body()
    } catch {
      failure = error
      throw error
    }
  }

  /// The open part of an entity; a full or old one, and one of yesterday, is sealed and followed by the next.
  private func part(of entity: String, on day: String, at now: Date) throws(PlatformError) -> OpenPart {
    if let known = open[entity] {
      let age = Duration.seconds(now.timeIntervalSince(known.openedAt))
      let isFull = known.file.bytes >= limits.partBytes || age >= limits.partAge
      if !isFull, known.part.day == day { return known }
      try known.file.sync()
      seal(known, of: entity)
    }
    var number = sealed[entity].map { $0 + 1 } ?? 0
    while true {
      let part = BronzePart(source: source, entity: entity, day: day, runID: runID, number: number)
      // A name is taken where a run of this id was killed: what it left stays as it is.
      guard let file = try lake.create(part.path) else {
        number += 1
        continue
      }
      unsyncedFolders.insert(part.folder)
      let opened = OpenPart(file: file, openedAt: now, place: written.count, part: part)
      written.append(Written(part: part))
      open[entity] = opened
      return opened
    }
  }
}
