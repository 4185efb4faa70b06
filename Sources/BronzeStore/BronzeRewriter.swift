import Digest
import Foundation
import Gzip
import PlatformCore

/// Puts the lines of several parts together, byte for byte, into gzipped ones; off the shared thread pool.
///
/// Parts are taken in the order in which they were begun. Memory holds a line.
package actor BronzeRewriter {
  /// A file that was made.
  package struct File: Sendable, Equatable {
    /// Where it lies on this machine.
    package let path: String
    /// Its bytes.
    package let bytes: Int
    /// Its lines.
    package let lines: Int
    /// The bytes of its lines, unpacked.
    package let lineBytes: Int
    /// SHA-256 of its bytes, in hex.
    package let sha256: String
  }

  /// What became of some parts.
  package struct Outcome: Sendable, Equatable {
    /// What was made; none where nothing but counting was asked for.
    package var files: [File] = []
    /// The lines read.
    package var lines = 0
    /// Those that were left out.
    package var droppedLines = 0
    /// The bytes that what is kept has, gzipped; an estimate by its beginning where nothing was made.
    package var bytes = 0
  }

  private let executor = BlockingExecutor(label: "okapi.bronze.rewrite")
  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let lake: LakeFolder
  private let source: String
  private let fileBytes: Int

  /// Rewrites parts of a source.
  ///
  /// - Parameter fileBytes: the bytes of lines after which another file is begun, so that several can be read side by
  ///   side.
  package init(lake: LakeFolder, source: String, fileBytes: Int = 256 << 20) {
    self.lake = lake
    self.source = source
    self.fileBytes = fileBytes
  }

  /// Writes what some parts of one entity hold into `part-00000.jsonl.gz` and so on of a folder of this machine.
  ///
  /// - Parameters:
  ///   - folder: made if need be; nil only counts.
  ///   - dropping: lines that are left out, if they hold no other object (`BareLines`).
  /// - Throws: `data` for a part that is damaged or ends in half a line, `inputOutput`, `CancellationError`.
  package func rewrite(
    _ parts: [BronzePart], into folder: String?, dropping: Set<BronzeLineKey> = []
  ) throws -> Outcome {
    let work = try BronzeRewriting(lake, source, fileBytes: fileBytes, into: folder, dropping)
    return try work.run(parts)
  }
}

/// One rewriting, on one thread.
private final class BronzeRewriting {
  private static let readBytes = 1 << 18
  private static let sampleBytes = 4 << 20
  private let lake: LakeFolder
  private let reader: BronzeReader
  private let fileBytes: Int
  private let folder: String?
  private let dropping: Set<BronzeLineKey>
  private let bare = BareLines()
  private var outcome = BronzeRewriter.Outcome()
  private var output: Output
  /// The bytes of lines that are kept.
  private var kept = 0
  /// What the first of them pack to, where nothing is made.
  private let sample: GzipStream?
  private var sampled = 0
  private var packed = 0

  init(
    _ lake: LakeFolder, _ source: String, fileBytes: Int, into folder: String?, _ dropping: Set<BronzeLineKey>
  ) throws(PlatformError) {
    self.lake = lake
    self.fileBytes = fileBytes
    self.folder = folder
    self.dropping = dropping
    reader = BronzeReader(lake: lake, source: source)
    output = Output(folder: folder, number: 0)
    sample = folder == nil ? try GzipStream() : nil
  }

  func run(_ parts: [BronzePart]) throws -> BronzeRewriter.Outcome {
    for part in try inOrder(parts) { try take(part) }
    if let sample {
      packed += sample.finish().count
      outcome.bytes = sampled == 0 ? packed : Int(Double(packed) * Double(kept) / Double(sampled))
    } else {
      // With every line left out the file without lines says what it stands for.
      outcome.files.append(try output.finish())
      outcome.bytes = outcome.files.reduce(0) { $0 + $1.bytes }
    }
    return outcome
  }

  private func inOrder(_ parts: [BronzePart]) throws(PlatformError) -> [BronzePart] {
    var dated: [(moment: String, part: BronzePart)] = []
    for part in parts { dated.append((try reader.firstIngestion(of: part) ?? "", part)) }
    return dated.sorted { ($0.moment, $0.part.path) < ($1.moment, $1.part.path) }.map(\.part)
  }

  /// Takes each line with its end.
  private func take(_ part: BronzePart) throws {
    let input = try BronzePartInput(part, in: lake)
    var read = 0
    var rest: [UInt8] = []
    while true {
      try Task.checkCancellation()
      let more = try input.read(Self.readBytes, at: read)
      if more.isEmpty { break }
      read += more.count
      // What has no line end yet was looked through before.
      var searched = rest.count
      rest += more
      var start = 0
      while let end = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        try take(rest[start...end])
        start = end + 1
        searched = start
      }
      rest.removeFirst(start)
    }
    guard rest.isEmpty else { throw BronzeReader.damaged(lake.location(of: part.path), "it ends in half a line") }
  }

  private func take(_ line: ArraySlice<UInt8>) throws(PlatformError) {
    outcome.lines += 1
    if !dropping.isEmpty, let key = line.withUnsafeBytes(bare.key), dropping.contains(key) {
      outcome.droppedLines += 1
      return
    }
    kept += line.count
    if let sample {
      guard sampled < Self.sampleBytes else { return }
      packed += sample.compress(Array(line)).count
      sampled += line.count
      return
    }
    if output.lineBytes >= fileBytes {
      outcome.files.append(try output.finish())
      output = Output(folder: folder, number: outcome.files.count)
    }
    try output.append(line)
  }

  /// One file under way.
  private struct Output {
    let folder: String?
    let number: Int
    private(set) var lineBytes = 0
    private var lines = 0
    private var open: (file: AtomicFile, gzip: GzipStream, digest: SHA256Digest)?
    private var path = ""
    private var buffer: [UInt8] = []

    init(folder: String?, number: Int) {
      self.folder = folder
      self.number = number
    }

    mutating func append(_ line: ArraySlice<UInt8>) throws(PlatformError) {
      lines += 1
      lineBytes += line.count
      buffer += line
      if buffer.count >= BronzeRewriting.readBytes { try flush() }
    }

    private mutating func flush() throws(PlatformError) {
      let open = try opened()
      try Self.store(open.gzip.compress(buffer), in: open)
      buffer.removeAll(keepingCapacity: true)
    }

    private mutating func opened() throws(PlatformError) -> (file: AtomicFile, gzip: GzipStream, digest: SHA256Digest) {
      if let open { return open }
      let digits = String(number)
      let folder = URL(filePath: folder ?? "", directoryHint: .isDirectory)
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      } catch {
        throw PlatformError(
          .output, "a folder for a compacted part cannot be made", cause: error.systemReason,
          context: ["folder": folder.path])
      }
      let target = folder.appending(
        path: "part-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + ".jsonl.gz")
      path = target.path
      let new = (try AtomicFile(target), try GzipStream(), try SHA256Digest())
      open = new
      return new
    }

    private static func store(
      _ packed: [UInt8], in open: (file: AtomicFile, gzip: GzipStream, digest: SHA256Digest)
    ) throws(PlatformError) {
      open.digest.update(packed)
      try open.file.append(packed)
    }

    mutating func finish() throws(PlatformError) -> BronzeRewriter.File {
      try flush()
      let open = try opened()
      try Self.store(open.gzip.finish(), in: open)
      let bytes = try open.file.finish()
      return BronzeRewriter.File(
        path: path, bytes: bytes, lines: lines, lineBytes: lineBytes,
        sha256: SHA256Digest.hex(open.digest.finalize()))
    }
  }
}
