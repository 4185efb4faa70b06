import Foundation
import JSONReader
import PlatformCore
import StripeModel
import Synchronization

/// The lists of an account as bytes: a page is a stretch of them, and nothing is rendered when it is asked for.
///
/// Changes come between the runs that are measured: they put other bytes of the same length into objects, and events
/// about them into the feed.
final class PageStore: @unchecked Sendable {  // lists are built first and changed in place; `feed` has a lock
  /// One collection, newest first, its elements as an export has them with `,` and a line end between.
  private struct List {
    var bytes: [UInt8] = []
    /// Where each element ends; the next one begins two bytes further on.
    var ends: [Int] = []
    var ids: [String] = []
    var created: [Int64] = []
    var positions: [String: Int] = [:]

    func element(_ index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1] + 2)..<ends[index]] }

    mutating func append(_ element: some Collection<UInt8>, id: String, created second: Int64) {
      if !ends.isEmpty { bytes += [UInt8(ascii: ","), UInt8(ascii: "\n")] }
      bytes += element
      ends.append(bytes.count)
      positions[id] = ids.count
      ids.append(id)
      created.append(second)
    }
  }

  /// What is asked of a list.
  struct Query {
    var limit = 10
    var after: String?
    var from: Int64?
    var before: Int64?

    init(_ query: Substring) {
      for pair in query.split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? "" }
        guard parts.count == 2 else { continue }
        switch parts[0] {
        case "limit": limit = Int(parts[1]) ?? limit
        case "starting_after": after = parts[1]
        case "created[gte]": from = Int64(parts[1])
        case "created[lt]": before = Int64(parts[1])
        default: continue
        }
      }
    }
  }

  /// What is told of, and changed by `change`: an event about it proves its content, where the version is ours.
  private static let changed = ResourceName.paymentIntent.definition
  /// Collections that are there, with nothing in them, unless the export says otherwise.
  private static let empty = Set(ResourceName.allCases.compactMap(\.definition.path))
  private static let field = Array("\"receipt_email\": ".utf8)

  private var lists: [String: List] = [:]
  private var methodsOf: [String: [Int]] = [:]
  private let feed = Mutex(List())

  /// Reads an export of `okapi-bench generate`; memory holds all of it.
  init(folder: String) throws {
    let export = try ExportFolder(path: folder)
    for resource in ResourceName.allCases {
      guard let path = resource.definition.path else { continue }
      for file in export.files(for: resource.definition.table, singular: resource.rawValue) {
        lists[path] = try Self.read(file) { index, object in
          guard resource == .paymentMethod, let customer = object["customer"]?.stringValue else { return }
          methodsOf[customer, default: []].append(index)
        }
      }
    }
  }

  private static func read(_ file: String, _ note: (Int, JSONValue) -> Void) throws -> List {
    var list = List()
    let document = JSONDocument(masksSecrets: false)
    let reader = try JSONElementReader(path: file)
    list.bytes.reserveCapacity(reader.bytesTotal ?? 0)
    while let batch = try reader.next() {
      for element in batch.elements {
        let object = try document.parse(batch, element)
        guard let id = object["id"]?.stringValue,
          let created = (object["created"] ?? object["date"])?.int64,
          created <= list.created.last ?? .max
        else { throw PlatformError(.bug, "an export is not sorted by its time", context: ["file": file]) }
        note(list.ids.count, object)
        list.append(batch.bytes(of: element), id: id, created: created)
      }
    }
    return list
  }

  // MARK: answers

  /// A page, an object, or nil for what is not there.
  func answer(_ path: String, _ query: Substring) -> [UInt8]? {
    if path == EventPath.list { return feed.withLock { Self.page(of: $0, path, Query(query)) } }
    if let list = lists[path] { return Self.page(of: list, path, Query(query)) }
    if Self.empty.contains(path) { return Self.envelope([], path, hasMore: false) }
    let parts = path.split(separator: "/")
    guard parts.count > 2 else { return nil }
    let id = String(parts[2])
    if parts.last == "payment_methods", let methods = lists["/v1/payment_methods"] {
      return Self.envelope(methodsOf[id, default: []].map(methods.element), path, hasMore: false)
    }
    guard let list = lists["/v1/" + parts[1]] else { return nil }
    return list.positions[id].map { Array(list.element($0)) }
  }

  private static func page(of list: List, _ path: String, _ query: Query) -> [UInt8] {
    // Newest first: what is too new stands before, what is too old behind.
    let first = query.before.map { limit in list.created.partition { $0 < limit } } ?? 0
    let end = query.from.map { limit in list.created.partition { $0 < limit } } ?? list.ids.count
    let start = max(first, query.after.flatMap { list.positions[$0] }.map { $0 + 1 } ?? 0)
    let stop = min(end, start + query.limit)
    guard start < stop else { return envelope([], path, hasMore: false) }
    let stretch = list.bytes[list.element(start).startIndex..<list.ends[stop - 1]]
    return envelope([stretch], path, hasMore: stop < end)
  }

  private static func envelope(_ parts: [ArraySlice<UInt8>], _ path: String, hasMore: Bool) -> [UInt8] {
    var bytes = Array("{\n  \"object\": \"list\",\n  \"data\": [".utf8)
    bytes.reserveCapacity(bytes.count + parts.reduce(100) { $0 + $1.count + 2 })
    for (index, part) in parts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += part
    }
    bytes += Array("],\n  \"has_more\": \(hasMore),\n  \"url\": \"\(path)\"\n}\n".utf8)
    return bytes
  }

  // MARK: changes

  /// Changes so many objects, spread over their list, and tells of it by events rendered in a version, in seconds
  /// after `since` up to `now`.
  func change(_ count: Int, version: String, since: Int64, now: Int64) throws {
    guard let path = Self.changed.path, var list = lists.removeValue(forKey: path), count <= list.ids.count else {
      throw PlatformError(.bug, "there are not so many objects to change")
    }
    defer { lists[path] = list }
    let seconds = max(1, now - since)
    for number in 0..<count {
      let index = number * list.ids.count / count
      try Self.touch(&list, index)
      // Oldest first here; the feed is turned round below.
      let created = now - seconds + 1 + Int64(number) * seconds / Int64(count)
      feed.withLock { feed in
        let id = "evt_bench\(feed.ids.count)"
        feed.append(Self.event(id, created, version, list.element(index)), id: id, created: created)
      }
    }
    feed.withLock { $0 = Self.newestFirst($0) }
  }

  /// Another address of the receipt, in as many bytes; in place, as the list is large.
  private static func touch(_ list: inout List, _ index: Int) throws {
    guard let place = list.element(index).firstRange(of: field)?.upperBound else {
      throw PlatformError(.bug, "an object cannot be changed")
    }
    let letters = Array("abcdefghijklmnopqrstuvwxyz".utf8)
    let next = letters[((letters.firstIndex(of: list.bytes[place + 1]) ?? 0) + 1) % letters.count]
    for (offset, byte) in [UInt8(ascii: "\""), next, next, UInt8(ascii: "\"")].enumerated() {
      list.bytes[place + offset] = byte
    }
  }

  private static func newestFirst(_ feed: List) -> List {
    var turned = List()
    for index in feed.ids.indices.sorted(by: { (feed.created[$0], $0) > (feed.created[$1], $1) }) {
      turned.append(feed.element(index), id: feed.ids[index], created: feed.created[index])
    }
    return turned
  }

  private static func event(_ id: String, _ created: Int64, _ version: String, _ object: ArraySlice<UInt8>) -> [UInt8] {
    let head = """
      {"id": "\(id)", "object": "event", "api_version": "\(version)", "created": \(created), "data": {"object":\u{20}
      """
    let tail = """
      }, "livemode": false, "pending_webhooks": 0, "request": {"id": null, "idempotency_key": null},
      "type": "payment_intent.amount_capturable_updated"}
      """
    return Array(head.utf8) + object + Array(tail.utf8)
  }
}

/// Where events are listed.
enum EventPath { static let list = "/v1/events" }

extension [Int64] {
  /// The first index whose value is as told, where all behind it are too.
  fileprivate func partition(_ isBehind: (Int64) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
