import JSONReader
import PlatformCore
import StripeClient
import StripeModel

/// Brings the changes that some events tell of into bronze.
///
/// Memory holds the changes of one `ChangeSet` and the objects being read.
struct ChangeReader: Sendable {
  /// Objects read side by side.
  private static let readsAtOnce = 16

  let client: StripeClient
  let objects: ObjectReader
  let apiVersion: String?

  private struct Read: Sendable {
    let name: ObjectName
    let second: Int64
    let result: Result<Found?, any Error>
  }

  private struct Found: Sendable {
    let isGone: Bool
    /// What the object names of the resources that listen to its events.
    let named: [ObjectName]
  }

  /// Does what is to be done for each object, oldest change first.
  ///
  /// - Throws: what concerns more than one resource: an outage, a refused key, a full disk. Then nothing may move on.
  func apply(_ changes: ChangeSet, _ report: inout FeedReport) async throws {
    var reads: [(ObjectName, Int64)] = []
    for (name, second, action) in changes.actions {
      let table = name.resource.definition.table
      switch action {
      case .snapshot(let bytes):
        try await objects.write(bytes, of: name.resource, at: second, apiVersion: apiVersion)
        report.count(table) { $0.snapshots += 1 }
      case .deleted:
        try await objects.write(stubOf: name, at: second)
        report.count(table) { $0.deleted += 1 }
      case .read: reads.append((name, second))
      }
    }
    let named = try await read(reads, listeners: changes.listeners, &report)
    // What an object names in a list that its snapshot has cut shows only when it is read.
    let further = named.filter { !changes.contains($0.key) }.sorted { ($0.value, $0.key.id) < ($1.value, $1.key.id) }
    _ = try await read(further.map { ($0.key, $0.value) }, listeners: [:], &report)
  }

  /// Reads objects; answers what they name of the resources that listen to them.
  @discardableResult
  func read(
    _ names: [(ObjectName, Int64)], listeners: [ObjectName: Set<ResourceName>], _ report: inout FeedReport
  ) async throws -> [ObjectName: Int64] {
    var named: [ObjectName: Int64] = [:]
    try await withThrowingTaskGroup(of: Read.self) { group in
      var running = 0
      for (name, second) in names where !report.unlisted.contains(name.resource) {
        if running >= Self.readsAtOnce, let done = try await group.next() {
          try take(done, &named, &report)
          running -= 1
        }
        running += 1
        let listening = listeners[name] ?? []
        group.addTask { await read(name, second, listening) }
      }
      while let done = try await group.next() { try take(done, &named, &report) }
    }
    return named
  }

  private func read(_ name: ObjectName, _ second: Int64, _ listeners: Set<ResourceName>) async -> Read {
    do {
      switch try await objects.read(name, heardOfAt: second) {
      case nil: return Read(name: name, second: second, result: .success(nil))
      case .gone: return Read(name: name, second: second, result: .success(Found(isGone: true, named: [])))
      case .read(let bytes):
        let document = JSONDocument()
        let named =
          listeners.isEmpty
          ? []
          : (try? document.parse(bytes)).map {
            FeedEvent.named(in: $0, of: name.resource, listeners: Array(listeners))
          } ?? []
        return Read(name: name, second: second, result: .success(Found(isGone: false, named: named)))
      }
    } catch {
      return Read(name: name, second: second, result: .failure(error))
    }
  }

  private func take(_ read: Read, _ named: inout [ObjectName: Int64], _ report: inout FeedReport) throws {
    let table = read.name.resource.definition.table
    switch read.result {
    case .success(nil): break  // It stands only in others, and they are read.
    case .success(let found?):
      report.count(table) { if found.isGone { $0.deleted += 1 } else { $0.reads += 1 } }
      for name in found.named { named[name] = max(named[name] ?? 0, read.second) }
    case .failure(let error):
      let problem = try Problem(error)
      let passes: Set<Int32> = [ExitStatus.unavailable.rawValue, ExitStatus.temporary.rawValue]
      if passes.contains(problem.status) { throw error }
      report.count(table) { ($0.reason, $0.status) = (problem.reason, problem.status) }
      if !report.unlisted.contains(read.name.resource) { report.unlisted.append(read.name.resource) }
    }
  }
}
