import APIReference
import Foundation
import HTTPServer
import PlatformCore
import Sandbox
import Synchronization

@testable import SandboxServer

/// The whole API over a sandbox in memory, at a time moved by hand: every answer is held against its declared shape.
final class ShapeLab {
  typealias Form = KeyValuePairs<String, String>

  let store: SandboxStore
  let api: SandboxAPI
  /// What is not as declared, each fault once.
  private(set) var problems: Set<String> = []
  /// The calls that were answered with success: `GET /v1/customers/{customer}`.
  private(set) var answered: Set<String> = []
  /// Every object that was seen in an answer, wherever it stood, by its `object`.
  private(set) var seen: [String: [JSON]] = [:]
  private let time = HandClock()
  private let routes = Routes(.everything)
  private var keys = 0

  init() throws {
    let time = time
    let wallClock = WallClock { Date(timeIntervalSince1970: Double(time.seconds.withLock { $0 })) }
    store = try SandboxStore(.memory, clock: wallClock)
    var options = SandboxAPIOptions()
    options.clock = wallClock
    api = SandboxAPI(store: store, options: options)
  }

  deinit { store.close() }

  private final class HandClock: Sendable {
    /// 1 October 2026.
    let seconds = Mutex<Int64>(1_790_812_800)
  }

  var now: Int64 { time.seconds.withLock { $0 } }

  /// Lets time pass, with all that falls due meanwhile.
  func wait(_ seconds: Int64 = 10) throws {
    let until = time.seconds.withLock { now in
      now += seconds
      return now
    }
    try store.write(at: until) { world in _ = try world.runDue(clock: nil, until: until) }
  }

  // MARK: calling

  @discardableResult
  func post(_ path: String, _ form: Form = [:], status: Int = 200) throws -> JSON {
    try call("POST", path, form.map { ($0.key, $0.value) }, status: status)
  }

  @discardableResult
  func get(_ path: String, _ form: Form = [:]) throws -> JSON {
    try call("GET", path, form.map { ($0.key, $0.value) })
  }

  @discardableResult
  func delete(_ path: String, _ form: Form = [:]) throws -> JSON {
    try call("DELETE", path, form.map { ($0.key, $0.value) })
  }

  /// Makes a call and checks the answer; anything but the expected status is a problem too.
  @discardableResult
  func call(_ method: String, _ path: String, _ form: [(String, String)], status: Int = 200) throws -> JSON {
    let answer = try send(method, path, form)
    guard case .call(let route, _) = routes.match(method, path) else {
      problems.insert("\(method) \(path) is not declared")
      return .null
    }
    let name = "\(method) \(route.endpoint.path)"
    guard answer.status == status else {
      problems.insert("\(method) \(path) answers \(answer.status): \(answer.message ?? answer.text)")
      return .null
    }
    let isExpanded = form.contains { $0.0.hasPrefix("expand") }
    if status == 200 {
      answered.insert(name)
      check(answer.json, route.endpoint, path: path, isExpanded: isExpanded)
    } else {
      for member in answer.error.object?.members ?? [] where !member.value["object"].isNull {
        check(member.value, at: "\(name) \(status)")
      }
    }
    note(answer.json)
    return answer.json
  }

  /// Makes a call without a check, in an older version when one is named.
  func send(
    _ method: String, _ path: String, _ form: [(String, String)] = [], version: String? = nil
  ) throws -> TestAPI.Answer {
    var headers = [(name: "Authorization", value: "Bearer sk_test_1")]
    if let version { headers.append(("Stripe-Version", version)) }
    if method == "POST" {
      keys += 1
      headers.append(("Idempotency-Key", "key-\(keys)"))
    }
    let text = form.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
    let isBody = method == "POST"
    return try TestAPI.read(
      api.answer(
        HTTPRequest(
          method: method, path: path, query: isBody ? "" : text,
          headers: headers, body: isBody ? Array(text.utf8) : [])))
  }

  private static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
  }

  // MARK: checking

  /// Adds what is wrong with an object.
  func check(_ object: JSON, as name: String? = nil, isExpanded: Bool = false, at place: String) {
    var object = object
    var place = place
    if object["object"] == "event" {
      place += " of \(object["type"].string ?? "")"
      let shown = object["data"]["object"]["object"].string ?? ""
      expect(APIReference.objects[shown] != nil, "\(place): \(shown) has no declared shape")
      // The invoice to come has no id yet.
      if object["type"] == "invoice.upcoming" { object["data"]["object"]["id"] = "in_to_come" }
    }
    let found = ShapeCheck(expanded: isExpanded).problems(in: ShapeValue(object), as: name)
    problems.formUnion(found.map { "\(place): \($0)" })
  }

  func report(_ problem: String) { problems.insert(problem) }

  private func check(_ answer: JSON, _ endpoint: Endpoint, path: String, isExpanded: Bool) {
    let place = "\(endpoint.method) \(endpoint.path)"
    let keys = (answer.object ?? [:]).members.map(\.name)
    switch endpoint.answer {
    case .object: check(answer, as: endpoint.object, isExpanded: isExpanded, at: place)
    case .deleted: checkDeleted(answer, endpoint, place)
    case .list:
      expect(keys == ["object", "data", "has_more", "url"], "\(place): a list with \(keys)")
      expect(answer["object"] == "list", "\(place): is no list")
      checkElements(answer, endpoint, path, isExpanded)
    case .searchResult:
      let allowed = ["object", "data", "has_more", "next_page", "url"]
      expect(keys.filter { $0 != "total_count" } == allowed, "\(place): a search with \(keys)")
      expect(answer["object"] == "search_result", "\(place): is no search result")
      expect(answer["next_page"].isNull || answer["next_page"].string != nil, "\(place): next_page is no text")
      checkElements(answer, endpoint, path, isExpanded)
    }
  }

  private func checkDeleted(_ answer: JSON, _ endpoint: Endpoint, _ place: String) {
    expect(answer["deleted"] == true, "\(place): is not marked as deleted")
    // The one deleted object that is sent whole (official fixtures, `deleted_discount`).
    guard endpoint.object == "discount" else {
      let stub: JSON = ["id": answer["id"], "object": .string(endpoint.object), "deleted": true]
      return expect(answer == stub && answer["id"].string != nil, "\(place): no stub of three members: \(answer)")
    }
    var object = answer.object ?? [:]
    object.remove("deleted")
    check(.object(object), as: "discount", at: place)
  }

  private func checkElements(_ answer: JSON, _ endpoint: Endpoint, _ path: String, _ isExpanded: Bool) {
    let place = "\(endpoint.method) \(endpoint.path)"
    expect(answer["url"].string == path, "\(place): url is \(answer["url"])")
    expect(answer["has_more"].bool != nil, "\(place): has_more is no boolean")
    guard let elements = answer["data"].array else { return report("\(place): data is no array") }
    for element in elements { check(element, as: endpoint.object, isExpanded: isExpanded, at: place) }
  }

  private func expect(_ condition: Bool, _ problem: @autoclosure () -> String) {
    if !condition { problems.insert(problem()) }
  }

  private func note(_ value: JSON) {
    for element in value.array ?? [] { note(element) }
    guard let members = value.object?.members else { return }
    if let type = value["object"].string, type != "list" { seen[type, default: []].append(value) }
    for member in members { note(member.value) }
  }
}

extension ShapeValue {
  /// A value as the shapes' check takes it.
  init(_ value: JSON) {
    self =
      switch value {
      case .null: .null
      case .bool(let flag): .bool(flag)
      case .integer(let number): .integer(number)
      case .decimal(let digits): .decimal(digits)
      case .string(let text): .string(text)
      case .array(let elements): .array(elements.map(ShapeValue.init))
      case .object(let object): .object(object.members.map { (name: $0.name, value: ShapeValue($0.value)) })
      }
  }
}
