import Foundation
import PlatformCore

/// What `okapi sync --json` says, as far as it is measured by.
struct SyncFigures: Decodable {
  private struct Resource: Decodable {
    let resource: String
    let read: Int
    let updated: Int
    let placeholders: Int
  }

  private struct API: Decodable { let calls: Int }

  let runID: String
  private let resources: [Resource]
  private let api: API

  var objects: Int { resources.reduce(0) { $0 + $1.read } }
  var updated: Int { resources.reduce(0) { $0 + $1.updated } }
  var placeholders: Int { resources.reduce(0) { $0 + $1.placeholders } }
  var calls: Int { api.calls }

  private enum CodingKeys: String, CodingKey {
    case resources, api
    case runID = "run_id"
  }

  init(_ output: Data) throws {
    do {
      self = try JSONDecoder().decode(SyncFigures.self, from: output)
    } catch {
      throw PlatformError(.bug, "okapi's report cannot be read", cause: "\(error)")
    }
  }
}
