import JSONReader
import ResourceStore
package import StripeModel

/// The stages of a load one by one, without a store: what the benchmarks compare a whole load with.
package enum IngestStages {
  /// Reads, parses, walks and hashes a file, as every load does with every record.
  ///
  /// - Returns: how many objects there were, children and sightings included.
  /// - Throws: as a load of that file would.
  package static func hash(file: String, of resource: ResourceName) throws -> Int {
    let reader = try JSONElementReader(path: file)
    let preparer = try ChunkPreparer(limits: .standard)
    let origin = RecordOrigin(
      version: ObservationVersion(observedAt: ObservationTime(milliseconds: 0), sequence: 1), apiVersion: nil)
    let source = ChunkSource(resource: resource, file: file, origins: .export(origin), only: nil)
    var objects = 0
    while let batch = try reader.next() {
      objects += preparer.prepare(batch, of: source).seen.values.reduce(0) { $0 + $1.observations.count }
    }
    return objects
  }
}
