import Foundation
import Ingest
import PlatformCore

extension IngestReport {
  /// Reads what `okapi ingest --json` says.
  init(_ output: Data) throws {
    do {
      self = try JSONDecoder().decode(IngestReport.self, from: output)
    } catch {
      throw PlatformError(.bug, "okapi's report cannot be read", cause: "\(error)")
    }
  }

  var rows: Int { resources.reduce(0) { $0 + $1.read } }
  var placeholders: Int { resources.reduce(0) { $0 + $1.placeholders } }
  var tables: [BenchmarkReport.Table] {
    resources.map { .init(table: $0.resource, rows: $0.read, seconds: $0.seconds) }
  }
}
