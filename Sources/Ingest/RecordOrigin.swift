import BronzeStore
import JSONReader
import ResourceStore

/// What is known of a record beside its content: its version, and in which shape it was rendered.
struct RecordOrigin: Sendable, Equatable {
  let version: ObservationVersion
  let apiVersion: String?
}

/// Where the records of a chunk come from.
enum RecordOrigins: Sendable {
  /// An export: everything in it was true at one moment, so that one id has one content.
  case export(RecordOrigin)
  /// Bronze: each line says when it was observed. Reads are dated to the second, so that two contents of one second
  /// are no fault: the later line counts, and whatever changed in between has an event that brings a newer version
  /// (decision 0010).
  case bronze(BronzeBatch)

  /// What is known of an element of the batch.
  ///
  /// - Throws: what is wrong with its line.
  func origin(of element: JSONBatch.Element) throws(RecordFault) -> RecordOrigin {
    switch self {
    case .export(let origin): return origin
    case .bronze(let batch):
      switch batch.observation(at: element.index) {
      case .success(let observation):
        let moment = ObservationTime(milliseconds: observation.observedAt * 1000)
        return RecordOrigin(
          version: ObservationVersion(observedAt: moment, sequence: observation.sequence),
          apiVersion: observation.apiVersion)
      case .failure(let fault):
        throw RecordFault(field: fault.field, expectation: fault.expectation, reason: fault.reason)
      }
    }
  }

  /// Whether two contents of one id at one version are a fault, and not the later of the two the right one.
  var refusesTies: Bool {
    if case .export = self { true } else { false }
  }
}
