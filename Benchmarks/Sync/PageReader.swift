import Foundation
import JSONReader
import PlatformCore
import StripeModel
import Synchronization

/// Reads every page of an account as fast as its server gives them, and throws them away.
///
/// Which pages there are was found out before: a cursor is known only from the page before it, and to wait for that is
/// the fetcher's trouble, not the server's.
struct PageReader {
  private static let connections = 8
  private let port: UInt16
  /// The requests, as bytes.
  private(set) var requests: [[UInt8]] = []

  /// Goes through all lists once; those that the server does not know are passed.
  init(port: UInt16) throws {
    self.port = port
    var ids: [ResourceName: [String]] = [:]
    for resource in ResourceName.allCases {
      let definition = resource.definition
      let expand = definition.expandPaths.map { "expand[]=data.\($0)" }
      switch definition.listing.scope {
      case .byCreated, .whole:
        let fixed = definition.listing.parameters.map { "\($0.key)=\($0.value)" }
        ids[resource] = try walk(definition.path ?? "", fixed + expand)
      case .each(let parent, let endpoint):
        for id in ids[parent] ?? [] {
          let request = endpoint.request(parent: id)
          _ = try walk(request.path, request.parameters.map { "\($0.0)=\($0.1)" } + expand)
        }
      case .inside: continue
      }
    }
  }

  /// Goes through one list, noting its requests; answers the ids in it.
  private mutating func walk(_ path: String, _ parameters: [String]) throws -> [String] {
    var ids: [String] = []
    let document = JSONDocument()
    let connection = try LoadConnection(port: port)
    while true {
      let after = ids.last.map { ["starting_after=\($0)"] } ?? []
      let request = LoadConnection.request(
        "GET", path + "?" + (["limit=100"] + parameters + after).joined(separator: "&"))
      // What the server does not know is not read.
      guard let body = try? connection.exchange(request, keepsBody: true).body else { return [] }
      requests.append(request)
      let page = try document.parse(body)
      page["data"]?.forEachElement { element in element["id"]?.stringValue.map { ids.append($0) } }
      guard page["has_more"]?.bool == true else { return ids }
    }
  }

  /// The seconds of reading it all over a few connections.
  func seconds() throws -> Double {
    let next = Atomic(0)
    let failure = Mutex<(any Error)?>(nil)
    let clock = ContinuousClock()
    let started = clock.now
    DispatchQueue.concurrentPerform(iterations: Self.connections) { _ in
      do {
        let connection = try LoadConnection(port: port)
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < requests.count else { return }
          try connection.exchange(requests[index])
        }
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    return (clock.now - started) / .seconds(1)
  }
}
