@testable import Sandbox

/// One thing that happens to a sandbox: a call of the catalogue, the customer's answer to his bank, or time that
/// passes.
enum RandomCall: CustomStringConvertible, Sendable {
  case call(String, String, [String: String], JSONObject)
  case authenticate(String, succeeds: Bool)
  case wait(Int64)

  static func post(_ path: String, _ id: String? = nil, _ params: JSONObject = [:]) -> RandomCall {
    .call("POST", "/v1/" + path, variables(path, id), params)
  }

  static func delete(_ path: String, _ id: String, _ params: JSONObject = [:]) -> RandomCall {
    .call("DELETE", "/v1/" + path, variables(path, id), params)
  }

  private static func variables(_ path: String, _ id: String?) -> [String: String] {
    guard let id, let name = path.split(separator: "/").first(where: { $0.hasPrefix("{") }) else { return [:] }
    return [String(name.dropFirst().dropLast()): id]
  }

  /// What coverage is counted by.
  var name: String {
    switch self {
    case .call(let method, let path, _, _): "\(method) \(path)"
    case .authenticate: "authenticate"
    case .wait: "wait"
    }
  }

  var description: String {
    switch self {
    case .call(let method, let path, let variables, let params):
      "\(method) \(path) \(variables.values.joined()) \(String(decoding: JSONWriter.bytes(params), as: UTF8.self))"
    case .authenticate(let id, let succeeds): "authenticate \(id) \(succeeds)"
    case .wait(let seconds): "wait \(seconds) s"
    }
  }
}
