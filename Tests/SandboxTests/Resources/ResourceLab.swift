import PlatformCore
import Testing

@testable import Sandbox

/// A store in memory and the engine's calls over it, at a time that stands still until it is moved.
final class ResourceLab {
  let store: SandboxStore
  var time: Int64 = 1_790_000_000
  var version = APIVersion.current

  init() throws { store = try SandboxStore(.memory) }

  deinit { store.close() }

  /// Makes a call by the catalogue; what it answers as JSON.
  @discardableResult
  func call(
    _ method: String, _ path: String, _ variables: [String: String] = [:], _ params: JSONObject = [:]
  ) throws -> JSONObject {
    let operation = try #require(OperationCatalog.all.first { $0.method == method && $0.path == path })
    let origin = World.Origin(requestID: "req_1", version: version)
    let call = Call(path: variables, params: Params(params))
    let reply = try store.write(at: time, origin: origin) { world in try operation.perform(world, call) }
    switch reply {
    case .record(let record): return record.body
    case .object(let object): return object
    case .deleted(let type, let id): return ["id": .string(id), "object": .string(type.rawValue), "deleted": true]
    case .failure(let error): throw error
    }
  }

  /// The error that a call must end with.
  func failure(
    _ method: String, _ path: String, _ variables: [String: String] = [:], _ params: JSONObject = [:]
  ) -> StripeError? {
    #expect(throws: StripeError.self) { try call(method, path, variables, params) }
  }

  func create(_ collection: String, _ params: JSONObject = [:]) throws -> JSONObject {
    try call("POST", "/v1/\(collection)", [:], params)
  }

  /// The types of all events, oldest first.
  func events() throws -> [String] {
    try store.read { try $0.records(ListQuery(.event)).reversed().compactMap { $0.text("type") } }
  }

  /// The newest event.
  func lastEvent() throws -> JSON {
    let newest = try store.read { try $0.records(ListQuery(.event, limit: 1)) }
    return .object(try #require(newest.first).body)
  }

  func hidden(_ type: RecordType, _ id: String) throws -> JSONObject {
    try #require(try store.read { try $0.find(type, id) }).hidden
  }
}

extension JSONObject {
  var id: String { self["id"].string ?? "" }
}
