import BronzeStore
import Fetch
package import Foundation
import Ingest
package import PlatformCore
import PostgresClient
import ResourceStore
import StripeClient
import StripeModel
package import Verify

/// Proves that the tables equal the API, or names what differs.
///
/// The API is read into a lake of its own, made for this and removed afterwards: neither the event cursor nor bronze is
/// touched. What differs is read once more by its id before it counts, for the account goes on living meanwhile.
package struct SourceVerification: Sendable {
  private let options: SyncOptions
  private let context: RunContext
  private let scratchFolder: URL

  /// Prepares a verification; nothing is sent.
  ///
  /// - Parameter scratchFolder: where the account is copied to for the time; as large as its JSON, twice. It is this
  ///   source's own: what is left in it by those that were killed is removed.
  package init(_ options: SyncOptions, scratchFolder: URL, context: RunContext) {
    self.options = options
    self.scratchFolder = scratchFolder
    self.context = context
  }

  /// Reads the API and compares.
  ///
  /// - Parameters:
  ///   - repairs: whether rows that differ are corrected by what is read.
  ///   - change: what the comparison shall tell, and how much.
  package func run(
    repairs: Bool, _ change: (inout VerifyOptions) -> Void = { _ in }
  ) async throws -> VerifyReport {
    let scratch = try Scratch(in: scratchFolder, of: options.source, runID: context.runID)
    defer { scratch.remove() }
    guard repairs else { return try await compare(in: scratch, repairs: false, change) }
    let verify = VerifyOptions.make(options, scratch.export, change)
    let lease = SyncLease(names: options.names, context: context, connect: options.connect)
    return try await lease.hold(waits: options.waits) { try await compare(in: scratch, repairs: true) { $0 = verify } }
  }

  private func compare(
    in scratch: Scratch, repairs: Bool, _ change: (inout VerifyOptions) -> Void
  ) async throws -> VerifyReport {
    try await requireAccount()
    let verify = VerifyOptions.make(options, scratch.export, change)
    let lake = LakeFolder(root: scratch.lake)
    // Held for as long as it is in use, so that nobody takes it for a leftover.
    let lock = try await LakeLock.take(in: lake, of: options.source, for: context)
    defer { withExtendedLifetime(lock) {} }
    var fetch = FetchOptions(client: options.client, lake: lake, source: options.source)
    fetch.resources = options.resources
    fetch.resumes = false
    fetch.onProgress = options.onFetch
    let listing = try await Fetch(fetch, context: context).run()
    var unread = listing.resources.filter { $0.outcome != .read || $0.status != nil }.map {
      UnreadResource(table: $0.resource, reason: $0.reason ?? $0.outcome.rawValue, status: $0.status)
    }
    let readable = listing.resources.filter { $0.outcome == .read }.compactMap {
      ResourceName(commandLineName: $0.resource)
    }
    // Without the expansions of list files: an object that stands in another is sighted, and then proves nothing.
    try await Fetch.rewriteExport(
      of: readable, from: lake, source: options.source, runID: context.runID, to: scratch.export,
      date: Int64(context.clock.now.timeIntervalSince1970), apiVersion: listing.apiVersion)
    var report = try await held(verify, readable, lake, scratch, listing.apiVersion, repairs, &unread)
    report.source = "api"
    report.directory = options.client.options.base
    if !unread.isEmpty { report.unread = unread }
    report.statuses = Set(report.statuses + unread.compactMap(\.status)).sorted(by: >)
    report.isEqual = report.statuses.isEmpty
    if !repairs { (report.recheck, report.repair) = (report.repair, nil) }
    return report
  }

  /// Makes sure that the key reaches the account whose tables these are.
  private func requireAccount() async throws {
    let account = try await AccountGuard.require(
      options.client, in: options.lake, source: options.source, notes: false, context)
    guard let id = account.id else { return }
    let connection = try await options.connect()
    do {
      try await SourceRecords(connection: connection, names: options.names).require(account: id, notes: false)
      await connection.close()
    } catch {
      await connection.close()
      throw error
    }
  }

  private func held(
    _ verify: VerifyOptions, _ readable: [ResourceName], _ lake: LakeFolder, _ scratch: Scratch, _ apiVersion: String,
    _ repairs: Bool, _ unread: inout [UnreadResource]
  ) async throws -> VerifyReport {
    let again = SourceRepairer(
      options: options, context: context, lake: lake, readable: readable, apiVersion: apiVersion, repairs: repairs)
    var verify = verify
    verify.resources = nil
    verify.apiVersion = apiVersion
    // Whatever differs at first is read again, so that nothing is newer than the source by then, but what came since.
    verify.observation = { _ in await again.readAt }
    verify.repairer = again
    guard !readable.isEmpty else {
      throw PlatformError(
        .permission, "nothing of the API could be read", cause: unread.first?.reason,
        nextStep: "give the key the read permissions of docs/sync.md")
    }
    let report = try await Verification.run(verify, context: context)
    unread += await again.unread
    return report
  }
}

extension VerifyOptions {
  fileprivate static func make(
    _ options: SyncOptions, _ folder: URL, _ change: (inout VerifyOptions) -> Void
  ) -> VerifyOptions {
    var verify = VerifyOptions(schema: options.names.schema, directory: folder.path, connect: options.connect)
    change(&verify)
    return verify
  }
}

/// Reads once more what differs: into the copy, so that it is compared again, and for a repair into the tables first.
private actor SourceRepairer: Repairer {
  private let options: SyncOptions
  private let context: RunContext
  private let lake: LakeFolder
  private let readable: [ResourceName]
  private let apiVersion: String
  private let repairs: Bool
  private var touched: Set<ResourceName> = []
  /// When the last object was read again; nil before.
  private(set) var readAt: Date?
  /// Resources that could not be read again.
  private(set) var unread: [UnreadResource] = []

  nonisolated let isAlive = true

  init(
    options: SyncOptions, context: RunContext, lake: LakeFolder, readable: [ResourceName], apiVersion: String,
    repairs: Bool
  ) {
    self.options = options
    self.context = context
    self.lake = lake
    self.readable = readable
    self.apiVersion = apiVersion
    self.repairs = repairs
  }

  func repair(_ resource: ResourceName, ids: [String], directory: String) async throws {
    let ids = Array(Set(ids)).sorted()
    if repairs { try await correct(resource, ids) }
    try await read(resource, ids, into: lake)
    touched.insert(resource)
  }

  func finishRound(directory: String) async throws {
    // By the source's clock, as rows are dated: what was read again is at most that old.
    let now = options.client.serverTime ?? Int64(context.clock.now.timeIntervalSince1970)
    try await Fetch.rewriteExport(
      of: readable.filter(touched.contains), from: lake, source: options.source, runID: context.runID,
      to: URL(filePath: directory), date: now, apiVersion: apiVersion)
    touched.removeAll()
    readAt = Date(timeIntervalSince1970: Double(now))
  }

  /// Through bronze, as everything that comes from the API; past the hashes, which are no evidence.
  private func correct(_ resource: ResourceName, _ ids: [String]) async throws {
    let lock = try await LakeLock.take(in: options.lake, of: options.source, for: context, waits: options.waits)
    defer { withExtendedLifetime(lock) {} }
    try await read(resource, ids, into: options.lake)
    var ingest = IngestOptions(
      source: .bronze(options.lake, source: options.source), names: options.names,
      rejectFolder: options.rejectFolder, connect: options.connect)
    ingest.repair = [resource: Set(ids)]
    _ = try await Ingestion(ingest, context: context).run()
  }

  private func read(_ resource: ResourceName, _ ids: [String], into lake: LakeFolder) async throws {
    let feed = Feed(FeedOptions(client: options.client, lake: lake, source: options.source), context: context)
    for start in stride(from: 0, to: ids.count, by: SyncQueries.slice) {
      let told = try await feed.reread(resource, ids: Array(ids[start..<min(start + SyncQueries.slice, ids.count)]))
      for one in told.resources {
        guard let status = one.status, !unread.contains(where: { $0.table == one.resource }) else { continue }
        unread.append(UnreadResource(table: one.resource, reason: one.reason ?? "", status: status))
      }
    }
  }
}

/// A folder for one verification; those that killed ones left are removed with the next.
private struct Scratch: Sendable {
  private static let prefix = "verify-"
  private let folder: URL
  var lake: URL { folder.appending(path: "lake") }
  var export: URL { folder.appending(path: "export") }

  init(in parent: URL, of source: String, runID: String) throws {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: parent.path)) ?? [] where name.hasPrefix(Self.prefix) {
      let left = parent.appending(path: name)
      if LakeLock.isFree(in: LakeFolder(root: left.appending(path: "lake")), of: source) {
        try? files.removeItem(at: left)
      }
    }
    folder = parent.appending(path: Self.prefix + runID)
    do {
      try files.createDirectory(at: lake, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw PlatformError(
        .output, "the folder for a copy of the account cannot be made", cause: error.systemReason,
        context: ["folder": folder.path])
    }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }
}
