import BronzeStore
import JSONReader
import PlatformCore
import StripeModel

/// What chunks are taken from, one after the other.
protocol ChunkSequence: Sendable {
  /// The next chunk, or nil at the end.
  func next() async throws -> Chunk?
  /// How much was read, as stored.
  var bytesRead: Int { get async }
  /// How much there is to read, where known.
  var bytesTotal: Int? { get async }
}

/// A batch and where it comes from.
struct Chunk: Sendable {
  let batch: JSONBatch
  let source: ChunkSource
  /// Where it ends in bronze.
  var end: PartPosition?
}

/// Cuts one file into batches, off the shared thread pool.
actor ChunkReader: ChunkSequence {
  private let executor = BlockingExecutor(label: "okapi.ingest.read")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let reader: JSONElementReader
  private let source: ChunkSource

  /// - Throws: why the file cannot be opened.
  init(_ source: ChunkSource, limits: JSONLimits) throws {
    self.source = source
    reader = try JSONElementReader(path: source.file, limits: limits)
  }

  /// The next batch, or nil at the end of the file.
  ///
  /// Larger ones are no faster and take more memory, smaller ones are slower (docs/benchmarks.md).
  func next() throws -> Chunk? {
    try reader.next(maximumBytes: 4 << 20, maximumElements: 5000).map { Chunk(batch: $0, source: source) }
  }

  /// What the file's envelope said, known at the end.
  var hasMore: Bool? { reader.hasMore }

  /// The size of the file as stored, where known.
  var bytesTotal: Int? { reader.bytesTotal }

  /// How much of the file was read, as stored.
  var bytesRead: Int { reader.bytesRead }
}

/// Cuts the parts of one entity into batches, one part after the other, off the shared thread pool.
actor BronzeChunkReader: ChunkSequence {
  /// A part with its position and its size when the run began.
  struct Work: Sendable {
    let part: BronzePart
    let position: BronzePosition
    let bytes: Int
  }

  private let executor = BlockingExecutor(label: "okapi.ingest.read")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let bronze: BronzeReader
  private let resource: ResourceName
  private let limits: JSONLimits
  private var work: ArraySlice<Work>
  private var reader: BronzePartReader?
  /// The parts of which something was read.
  private(set) var parts = 0
  /// The lines read.
  private(set) var lines = 0
  /// The bytes read.
  private(set) var bytesRead = 0
  /// The bytes there are to read.
  let bytesTotal: Int?
  /// The parts that could not be read to their end.
  private(set) var failures: [(part: BronzePart, error: PlatformError)] = []

  init(_ bronze: BronzeReader, _ work: [Work], of resource: ResourceName, limits: JSONLimits) {
    self.bronze = bronze
    self.work = work[...]
    self.resource = resource
    self.limits = limits
    bytesTotal = work.reduce(0) { $0 + max(0, $1.bytes - $1.position.bytes) }
  }

  /// The next lines; a part that cannot be read fails alone.
  func next() -> Chunk? {
    while let first = work.first {
      do throws(PlatformError) {
        let reader = try opened(first)
        let begun = reader.position
        if let batch = try reader.next(maximumBytes: 4 << 20, maximumLines: 5000) {
          lines += batch.end.lines - begun.lines
          bytesRead += batch.end.bytes - begun.bytes
          let source = ChunkSource(resource: resource, file: first.part.path, origins: .bronze(batch), only: nil)
          return Chunk(batch: batch.records, source: source, end: PartPosition(first.part, batch.end))
        }
      } catch {
        failures.append((first.part, error))
      }
      reader = nil
      work.removeFirst()
    }
    return nil
  }

  private func opened(_ work: Work) throws(PlatformError) -> BronzePartReader {
    if let reader { return reader }
    let opened = try bronze.open(work.part, at: work.position, limits: limits)
    reader = opened
    parts += 1
    return opened
  }
}
