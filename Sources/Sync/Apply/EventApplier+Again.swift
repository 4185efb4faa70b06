package import BronzeStore
package import Foundation
import JSONReader
import PlatformCore
import Webhooks

extension EventApplier {
  /// Tries once more what was set aside; what cannot be applied now either stays, and so does a file that is damaged.
  ///
  /// - Throws: an outage of either side; what was applied until then is no longer set aside.
  package func retry() async throws -> ApplyReport {
    let begun = ContinuousClock.now
    var names = queue.aside.names[...]
    while !names.isEmpty {
      let found = await queue.setAside(in: names, Self.batchEvents)
      names = names.dropFirst(found.files)
      for file in found.damaged { note(damaged: file) }
      try await applyOnce(found.events)
    }
    return await finished(since: begun)
  }

  /// Applies everything again that was received from a moment on: what bronze holds, and the log beyond it.
  ///
  /// The log's position stays where it is. What the tables know already changes nothing.
  /// - Throws: an outage of either side; a later replay begins at its moment again.
  package func replay(since moment: Date, from bronze: BronzeReader) async throws -> ApplyReport {
    let begun = ContinuousClock.now
    let captured = CapturedSince(moment, bronze)
    // Before anything is read: what is shipped from here on is none of the parts that are read, and read from the log.
    let segments = try await queue.segments(missingAmong: captured.paths(), of: source)
    while let events = try await captured.next(Self.batchEvents) { try await applyOnce(events) }
    let second = Int64(moment.timeIntervalSince1970)
    for segment in segments {
      var last: EventLog.Position?
      while true {
        let items = try await queue.read(segment, after: last, Self.batchEvents)
        guard let end = items.last else { break }
        last = end.position
        try await applyOnce(items.filter { $0.receivedAt ?? .max >= second }.map(\.event))
      }
    }
    return await finished(since: begun)
  }

  private func finished(since begun: ContinuousClock.Instant) async -> ApplyReport {
    var report = await finished()
    report.seconds = (ContinuousClock.now - begun) / .seconds(1)
    return report
  }
}

/// The events of bronze that were received from a moment on, some at a time.
actor CapturedSince {
  private let executor = BlockingExecutor(label: "okapi.apply.replay")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let moment: String
  private let bronze: BronzeReader
  private let document = JSONDocument()
  /// The parts that are not read yet, the first one last; nil before they are listed.
  private var parts: [BronzePart]?
  private var open: (part: BronzePart, reader: BronzePartReader)?
  private var opened: Set<String> = []

  init(_ moment: Date, _ bronze: BronzeReader) {
    self.moment = moment.rfc3339
    self.bronze = bronze
  }

  /// Lists what is read: the paths of all captured events' parts, also of those that were compacted into others.
  func paths() throws -> Set<String> {
    let all = try bronze.parts(of: BronzePart.webhookEvents)
    parts = all.filter { $0.day >= moment.prefix(10) }.reversed()
    var paths = Set(all.map(\.path))
    for runID in Set(all.filter(\.isCompacted).map(\.runID)) {
      for output in try bronze.manifest(of: runID)?.outputs ?? [] {
        paths.formUnion(output.compacted.map { Array($0.replaced.keys) } ?? [])
      }
    }
    return paths
  }

  /// The next events of the parts that were listed; nil behind the last.
  func next(_ limit: Int) throws(PlatformError) -> [[UInt8]]? {
    while true {
      guard let part = open?.part ?? parts?.popLast() else { return nil }
      do {
        if let batch = try reader(of: part).next(maximumLines: limit) { return batch.wholeLines.compactMap(event) }
      } catch {
        try listAgain(without: part, after: error)
      }
      open = nil
    }
  }

  private func reader(of part: BronzePart) throws(PlatformError) -> BronzePartReader {
    if let open { return open.reader }
    let reader = try bronze.open(part)
    opened.insert(part.path)
    open = (part, reader)
    return reader
  }

  /// A part that is gone was compacted meanwhile, into one that was not in the list: that is read from its beginning,
  /// as what is met twice changes nothing.
  private func listAgain(without part: BronzePart, after error: PlatformError) throws(PlatformError) {
    let all = try bronze.parts(of: BronzePart.webhookEvents)
    guard error.status == .inputMissing, !all.contains(where: { $0.path == part.path }) else { throw error }
    parts = all.filter { $0.day >= moment.prefix(10) && !opened.contains($0.path) }.reversed()
  }

  private func event(_ line: ArraySlice<UInt8>) -> [UInt8]? {
    let value = line.withUnsafeBytes { bytes in try? document.parse(bytes) }
    guard let received = value?["meta"]?["ingested_at"]?.stringValue, received >= moment else { return nil }
    return value?["data"].map { Array($0.raw) }
  }
}
