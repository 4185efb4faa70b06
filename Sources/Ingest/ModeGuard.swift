import PlatformCore
import ResourceStore

/// Keeps test and live data apart: the first record fixes the database's mode, the other is refused.
actor ModeGuard {
  private let records: SourceRecords
  private let schema: String
  /// The mode the database holds, once known.
  private var livemode: Bool?

  init(records: SourceRecords, schema: String) {
    self.records = records
    self.schema = schema
  }

  /// - Throws: `configuration` where one of the modes is not the database's.
  func check(_ livemodes: Set<Bool>, in file: String) async throws {
    for livemode in livemodes.sorted(by: { !$0 && $1 }) where self.livemode != livemode {
      let stored = try await records.fixMode(livemode: livemode)
      self.livemode = stored
      guard stored != livemode else { continue }
      func mode(_ live: Bool) -> String { live ? "live" : "test" }
      throw PlatformError(
        .configuration, "this database holds \(mode(stored)) data and the file holds \(mode(livemode)) data",
        context: ["file": file, "schema": schema],
        nextStep: "load it under another source name (SOURCE_NAME=\(mode(livemode))) or into another database")
    }
  }
}
