import Fetch
package import Foundation
package import PlatformCore
package import PostgresClient
package import ResourceStore
package import StripeModel

/// What the tables hold of an account, and of when; its JSON form is documented in docs/json-output.md.
package struct CoverageReport: Sendable, Encodable {
  /// One resource.
  package struct Resource: Sendable, Encodable, Equatable {
    /// How a resource stands.
    package enum State: String, Sendable, Encodable {
      /// Everything is there, up to a moment not long ago.
      case current
      /// Everything is there up to a moment long ago.
      case stale
      /// The key may not read it.
      case forbidden
      /// It could not be read the last time.
      case failed
      /// It was never read.
      case never
      /// The source does not offer it.
      case unserved
    }

    /// The table.
    package var resource: String
    /// How it stands.
    package var state: State
    /// Rows that are neither deleted nor placeholders.
    package var rows = 0
    /// Rows marked deleted.
    package var deleted = 0
    /// Rows that are only referred to.
    package var placeholders = 0
    /// When it was last listed whole, RFC 3339, by the source's clock.
    package var listedAt: String?
    /// What happened before is in the table, RFC 3339, by the source's clock.
    package var readAt: String?
    /// When a row last changed, RFC 3339.
    package var lastChangeAt: String?
    /// Seconds between `readAt` and now.
    package var lagSeconds: Int?
    /// Why it is not read.
    package var reason: String?
    /// The exit status that follows; nil when all is well.
    package var status: Int32?

    enum CodingKeys: String, CodingKey {
      case resource, state, rows, deleted, placeholders, reason, status
      case listedAt = "listed_at"
      case readAt = "read_at"
      case lastChangeAt = "last_change_at"
      case lagSeconds = "lag_seconds"
    }
  }

  /// The schema.
  package var schema: String
  /// The resources that have lists, in writing order.
  package var resources: [Resource] = []

  /// Every status that applies, by number.
  package var statuses: [ExitStatus] {
    Set(resources.compactMap { $0.status.flatMap(ExitStatus.init) }).subtracting([.done])
      .sorted { $0.rawValue < $1.rawValue }
  }

  /// The one status the command ends with.
  package var exitStatus: ExitStatus { .strongest(of: statuses) }

  enum CodingKeys: String, CodingKey { case schema, resources, statuses }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
    try container.encode(resources, forKey: .resources)
    try container.encode(statuses.map(\.rawValue), forKey: .statuses)
  }

  /// Looks at the tables; each is read once.
  ///
  /// - Parameters:
  ///   - wanted: the resources; none stands for all.
  ///   - staleAfter: the lag from which on a resource counts as stale.
  ///   - now: our clock; the source's may differ by what clocks differ.
  package static func make(
    _ names: StoreNames, wanted: [ResourceName], staleAfter: Duration, now: Date,
    connect: @Sendable () async throws -> PostgresConnection
  ) async throws -> CoverageReport {
    let connection = try await connect()
    var report = CoverageReport(schema: names.schema)
    do {
      let known = try await SyncQueries(connection: connection, names: names).coverage()
      // What exists in test mode only is no concern of a live account.
      let isLive = try await SourceRecords(connection: connection, names: names).livemode() ?? false
      for name in ResourceName.allCases {
        let definition = name.definition
        if case .inside = definition.listing.scope { continue }
        if definition.listing.isTestModeOnly && isLive { continue }
        if !wanted.isEmpty && !wanted.contains(name) { continue }
        let counts = try await connection.query(
          """
          select count(*) filter (where not deleted and not is_placeholder), count(*) filter (where deleted),
            count(*) filter (where is_placeholder and not deleted),
            floor(extract(epoch from max(last_changed_at)))::bigint
          from \(names.table(name))
          """)
        var one = Resource(resource: definition.table, state: .never)
        (one.rows, one.deleted) = (Int(counts.integer(0, 0) ?? 0), Int(counts.integer(0, 1) ?? 0))
        one.placeholders = Int(counts.integer(0, 2) ?? 0)
        one.lastChangeAt = counts.integer(0, 3).map(text)
        one.judge(known[definition.table], staleAfter: staleAfter, now: now)
        report.resources.append(one)
      }
      await connection.close()
    } catch {
      await connection.close()
      throw error
    }
    return report
  }

  fileprivate static func text(_ seconds: Int64) -> String { Date(timeIntervalSince1970: Double(seconds)).rfc3339 }
}

extension CoverageReport.Resource {
  fileprivate mutating func judge(_ known: SyncQueries.Coverage?, staleAfter: Duration, now: Date) {
    listedAt = known?.listedAt.map(CoverageReport.text)
    readAt = known?.readAt.map(CoverageReport.text)
    lagSeconds = known?.readAt.map { max(0, Int(now.timeIntervalSince1970) - Int($0)) }
    reason = known?.reason
    switch known.flatMap({ FetchReport.Outcome(rawValue: $0.outcome) }) {
    case .read:
      let isStale = lagSeconds.map { Duration.seconds($0) > staleAfter } ?? true
      state = isStale ? .stale : .current
      status = isStale ? ExitStatus.temporary.rawValue : known?.status
    case .forbidden:
      state = .forbidden
      status = known?.status ?? ExitStatus.permission.rawValue
    case .failed:
      state = .failed
      status = known?.status ?? ExitStatus.temporary.rawValue
    case .unserved: state = .unserved
    case nil: status = ExitStatus.temporary.rawValue
    }
  }
}
