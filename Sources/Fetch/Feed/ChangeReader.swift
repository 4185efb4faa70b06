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
  /// Whether an answer that is not Stripe's ends it, as of what stands before an API that is away; else the resource is
  /// to be listed again.
  var endsByStrangers = false

  private struct Read: Sendable {
    let name: ObjectName
    let result: Result<Found?, any Error>
  }

  private struct Found: Sendable {
    let isGone: Bool
    /// What the object names of the resources that listen to its events.
    let named: [ObjectName]
  }

  /// Does what is to be done for each object: reads what has to be read, and then writes what is known, oldest change
  /// first.
  ///
  /// - Throws: what concerns more than one resource: an outage, a refused key, a full disk. Then nothing may move on.
  func apply(_ changes: ChangeSet, _ report: inout FeedReport) async throws {
    // Reads first: where the source is away, the attempt leaves nothing behind.
    let actions = changes.actions
    let reads = actions.compactMap { if case .read = $0.action { $0.name } else { nil } }
    let deleted = Set(actions.compactMap { if case .deleted = $0.action { $0.name } else { nil } })
    let named = try await read(reads, listeners: changes.listeners, &report)
    // What an object names in a list that its snapshot has cut shows only when it is read. A snapshot of its own that
    // it may have is of before.
    let further = named.subtracting(deleted).subtracting(reads).sorted { $0.id < $1.id }
    try await read(further, listeners: [:], &report)
    for (name, second, action) in actions {
      let table = name.resource.definition.table
      switch action {
      case .snapshot(let bytes):
        try await objects.write(bytes, of: name.resource, at: second, apiVersion: apiVersion)
        report.count(table) { $0.snapshots += 1 }
      case .deleted:
        try await objects.write(stubOf: name, at: second)
        report.count(table) { $0.deleted += 1 }
      case .read: break
      }
    }
  }

  /// Reads objects; answers what they name of the resources that listen to them.
  @discardableResult
  func read(
    _ names: [ObjectName], listeners: [ObjectName: Set<ResourceName>], _ report: inout FeedReport
  ) async throws -> Set<ObjectName> {
    var named: Set<ObjectName> = []
    try await withThrowingTaskGroup(of: Read.self) { group in
      var running = 0
      for name in names where !report.unlisted.contains(name.resource) {
        if running >= Self.readsAtOnce, let done = try await group.next() {
          try take(done, &named, &report)
          running -= 1
        }
        running += 1
        let listening = listeners[name] ?? []
        group.addTask { await read(name, listening) }
      }
      while let done = try await group.next() { try take(done, &named, &report) }
    }
    return named
  }

  private func read(_ name: ObjectName, _ listeners: Set<ResourceName>) async -> Read {
    do {
      switch try await objects.read(name) {
      case nil: return Read(name: name, result: .success(nil))
      case .gone: return Read(name: name, result: .success(Found(isGone: true, named: [])))
      case .read(let bytes):
        let document = JSONDocument()
        let named =
          listeners.isEmpty
          ? []
          : (try? document.parse(bytes)).map {
            FeedEvent.named(in: $0, of: name.resource, listeners: Array(listeners))
          } ?? []
        return Read(name: name, result: .success(Found(isGone: false, named: named)))
      }
    } catch {
      return Read(name: name, result: .failure(error))
    }
  }

  private func take(_ read: Read, _ named: inout Set<ObjectName>, _ report: inout FeedReport) throws {
    let table = read.name.resource.definition.table
    switch read.result {
    case .success(nil): break  // It stands only in others, and they are read.
    case .success(let found?):
      report.count(table) { if found.isGone { $0.deleted += 1 } else { $0.reads += 1 } }
      named.formUnion(found.named)
    case .failure(let error):
      let problem = try Problem(error)
      let isOfStranger = problem.status == ExitStatus.protocolViolation.rawValue
      if problem.passes || endsByStrangers && isOfStranger { throw error }
      report.count(table) { ($0.reason, $0.status) = (problem.reason, problem.status) }
      if !report.unlisted.contains(read.name.resource) { report.unlisted.append(read.name.resource) }
    }
  }
}
