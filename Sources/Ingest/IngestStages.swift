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
    let source = ChunkSource(
      resource: resource, file: file, observedAt: ObservationTime(milliseconds: 0), only: nil)
    var objects = 0
    while let batch = try reader.next() {
      objects += preparer.prepare(batch, of: source).seen.values.reduce(0) { $0 + $1.observations.count }
    }
    return objects
  }

  /// Hands over the COPY lines of every object of a file, as a load into an empty store would write them.
  ///
  /// - Throws: `RecordFault` at the first record that breaks its declaration; whatever `receive` throws.
  package static func lines(
    file: String, of resource: ResourceName, receive: (ResourceName, [UInt8]) throws -> Void
  ) async throws {
    let reader = try JSONElementReader(path: file)
    let document = JSONDocument()
    let hasher = try ObjectHasher()
    let writer = RowWriter(origin: .init(observedAt: ObservationTime(milliseconds: 0), apiVersion: nil, runID: "-"))
    while let batch = try reader.next() {
      for element in batch.elements {
        try ObjectWalk.walk(
          record: try document.parse(batch, element), as: resource,
          onObject: { visit in
            var line: [UInt8] = []
            try writer.append(visit, hasher.observation(of: visit), to: &line) { _, _ in }
            try receive(visit.plan.definition.name, line)
          }, onList: { _ in })
      }
    }
  }
}
