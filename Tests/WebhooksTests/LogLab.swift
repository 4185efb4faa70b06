import BronzeStore
import Foundation
import HTTPServer
import PlatformCore
import SQLiteClient
import Synchronization
import TestSupport

@testable import Webhooks

/// A log and a lake in a folder of one test's own, with a clock that moves when the test says so.
final class LogLab: Sendable {
  let place: TemporaryDirectory
  let lake: LakeFolder
  /// 2026-11-21T08:30:00Z.
  static let moment = Date(timeIntervalSince1970: 1_795_249_800)
  private let now = Mutex(LogLab.moment)

  init() throws {
    place = try TemporaryDirectory()
    lake = LakeFolder(root: place.url.appending(path: "lake"))
  }

  var clock: WallClock { WallClock { self.now.withLock { $0 } } }
  var folder: URL { EventLog.folder(of: "stripe", in: place.url) }
  var segmentFolder: URL { folder.appending(path: EventLog.segmentFolder) }

  func advance(_ seconds: Double) { now.withLock { $0 += seconds } }

  var options: EventLogOptions {
    EventLogOptions(folder: folder, source: "stripe", lake: lake, scratch: place.url.appending(path: "scratch"))
  }

  func open(run: String = "run-1", _ change: (inout EventLogOptions) -> Void = { _ in }) async throws -> EventLog {
    var options = options
    change(&options)
    let context = RunContext(runID: run, command: "webhooks serve", log: .silent, clock: clock)
    return try EventLog(options, await EventLog.lock(folder, for: context), context: context)
  }

  /// Writes a file as somebody else would.
  func put(_ path: String, _ text: String) throws {
    let file = place.url.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// As if no segment had been shipped.
  func forgetShipping() throws {
    let database = try SQLiteDatabase(path: EventIndex.path(in: folder), mode: .readWrite)
    try database.execute("update segments set shipped_at = null")
  }

  /// The names of the log's files.
  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: segmentFolder.path).sorted()
  }

  /// The files of bronze with their text, by path.
  func bronze() throws -> [String: String] {
    var found: [String: String] = [:]
    for file in try lake.files(below: "bronze") {
      found[file.path] = try lake.read(file.path).map { String(decoding: $0, as: UTF8.self) }
    }
    return found
  }

  /// The ids in bronze, in the order of its files and lines.
  func idsInBronze() throws -> [String] {
    try bronze().sorted { $0.key < $1.key }.flatMap { $0.value.split(separator: "\n").map { Self.id(Array($0.utf8)) } }
  }

  /// The id that stands in a line.
  static func id(_ line: [UInt8]) -> String {
    struct Line: Decodable {
      struct Event: Decodable { let id: String }
      let data: Event
    }
    return (try? JSONDecoder().decode(Line.self, from: Data(line)))?.data.id ?? "no line: \(line.count) bytes"
  }
}

extension EventLog {
  /// Appends an event and waits until it is on the disk.
  func append(_ event: CapturedEvent) throws(PlatformError) -> Outcome {
    try Wait.forOne { append(event, then: $0) }.get()
  }
}

extension WebhookReceiver {
  /// Answers a request and waits for the answer.
  func answer(_ request: HTTPRequest) -> HTTPResponse { Wait.forOne { answer(request, $0) } }
}

extension EventLogReader {
  /// All ids there are.
  func ids() throws -> [String] { try read(after: nil, limit: .max).map { LogLab.id($0.bytes) } }
}

extension CapturedEvent {
  /// An event made up.
  static func of(_ id: String, livemode: Bool = false, padding: Int = 0) throws -> CapturedEvent {
    try CapturedEvent(Array(text(id, livemode: livemode, padding: padding).utf8))
  }

  static func text(_ id: String, type: String = "customer.created", livemode: Bool = false, padding: Int = 0) -> String
  {
    """
    {"id": "\(id)", "object": "event", "api_version": "2025-04-30.basil", "created": 1795249790,
     "data": {"object": {"id": "cus_1", "object": "customer", "name": "\(String(repeating: "x", count: padding))"}},
     "livemode": \(livemode), "pending_webhooks": 1, "request": {"id": "req_1", "idempotency_key": null},
     "type": "\(type)"}
    """
  }
}
