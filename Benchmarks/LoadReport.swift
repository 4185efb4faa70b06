import Foundation
import PlatformCore

/// What `okapi ingest --json` says, as far as it is needed here.
struct LoadReport: Decodable {
  struct Resource: Decodable {
    let resource: String
    let read: Int
    let inserted: Int
    let updated: Int
    let deleted: Int
    let placeholders: Int
    let seconds: Double
  }

  let resources: [Resource]

  init(_ output: Data) throws {
    do {
      self = try JSONDecoder().decode(LoadReport.self, from: output)
    } catch {
      throw PlatformError(.bug, "okapi's report cannot be read", cause: "\(error)")
    }
  }

  var rows: Int { resources.reduce(0) { $0 + $1.read } }
  var changed: Int { resources.reduce(0) { $0 + $1.inserted + $1.updated + $1.deleted } }
  var placeholders: Int { resources.reduce(0) { $0 + $1.placeholders } }
  var tables: [BenchmarkReport.Table] {
    resources.map { .init(table: $0.resource, rows: $0.read, seconds: $0.seconds) }
  }
}
