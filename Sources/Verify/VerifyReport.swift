package import PlatformCore

/// What verification found; its encoding is the contract of `okapi verify --json`, fields are added and not renamed.
package struct VerifyReport: Sendable, Equatable, Codable {
  /// The run.
  package var runID: String
  /// The kind of source: `json`.
  package var source = "json"
  /// The folder with the export.
  package var directory: String
  /// The schema compared with it.
  package var schema: String
  /// Whether nothing differs and everything could be read.
  package var isEqual: Bool
  /// Every status that applies, strongest first; empty when equal.
  package var statuses: [Int32]
  /// Seconds, repairs included.
  package var seconds: Double
  /// One entry per table compared, in the order tables are written.
  package var resources: [ResourceComparison]
  /// Every reference between tables.
  package var references: [ReferenceCheck]
  /// The tables with placeholders.
  package var placeholders: [PlaceholderCount]
  /// What was repaired; nil without `--repair` or where nothing had to be.
  package var repair: RepairSummary?
  /// What was read once more before it counted, without being repaired; nil where nothing had to be.
  package var recheck: RepairSummary?
  /// Resources that the source did not let us read; nil where there are none.
  package var unread: [UnreadResource]?

  enum CodingKeys: String, CodingKey {
    case runID = "run_id"
    case source, directory, schema, statuses, seconds, resources, references, placeholders, repair, recheck, unread
    case isEqual = "equal"
  }

  /// The status the process ends with: 0 only when equal.
  package var exitStatus: ExitStatus { .strongest(of: statuses.compactMap(ExitStatus.init(rawValue:))) }

  /// All findings of that kind that are listed.
  package func findings(_ kind: Finding.Kind) -> [Finding] {
    resources.flatMap(\.findings).filter { $0.kind == kind }
  }
}

/// A resource of the source that could not be read, so that nothing is proven of it.
package struct UnreadResource: Sendable, Equatable, Codable {
  /// The table.
  package var table: String
  /// Why, in one line.
  package var reason: String
  /// The exit status that follows; nil where the source does not offer it.
  package var status: Int32?

  /// Bundles the parts.
  package init(table: String, reason: String, status: Int32?) {
    self.table = table
    self.reason = reason
    self.status = status
  }
}

/// One table against its source.
package struct ResourceComparison: Sendable, Equatable, Codable {
  /// The table.
  package var table: String
  /// The files compared; empty where the rows are only found in lists inside other records.
  package var files: [String] = []
  /// What the source holds.
  package var source = SourceCounts()
  /// What the table holds.
  package var store = StoreCounts()
  /// Source records and list elements held against the store.
  package var comparedRows = 0
  /// Those among them that differ in anything.
  package var differingRows = 0
  /// The number of findings by kind; listed or not.
  package var counts: [String: Int] = [:]
  /// The first findings.
  package var findings: [Finding] = []
  /// Findings counted but not listed.
  package var omittedFindings = 0
  /// Money on both sides.
  package var sums: [MoneySum] = []
  /// The lists inside its records.
  package var lists: [ListCheck] = []

  enum CodingKeys: String, CodingKey {
    case table, files, source, store, counts, findings, sums, lists
    case comparedRows = "compared_rows"
    case differingRows = "differing_rows"
    case omittedFindings = "omitted_findings"
  }

  /// Whether the export has anything of the table; lists that no record carries leave theirs out.
  var saysAnything: Bool { !files.isEmpty || comparedRows > 0 || !counts.isEmpty }

  /// The number of findings of a kind.
  package func count(_ kind: Finding.Kind) -> Int { counts[kind.rawValue] ?? 0 }

  /// What the source holds of one resource.
  package struct SourceCounts: Sendable, Equatable, Codable {
    /// Records in files, as often as they stand there.
    package var records = 0
    /// Elements of lists inside other records.
    package var elements = 0
    /// Distinct ids of both.
    package var ids = 0
    /// Deletion stubs.
    package var deleted = 0
    /// Records that could not be read.
    package var unreadable = 0
    /// Bytes of its files, as stored.
    package var bytes = 0
  }

  /// What a table holds.
  package struct StoreCounts: Sendable, Equatable, Codable {
    /// Rows neither deleted nor placeholders.
    package var live = 0
    /// Rows marked deleted.
    package var deleted = 0
    /// Rows only referred to so far.
    package var placeholders = 0
  }
}

/// The sum of one money column in one currency, in minor units, as decimal text: it may exceed 64 bits.
package struct MoneySum: Sendable, Equatable, Codable {
  /// The column.
  package var column: String
  /// The currency; nil where the table has none beside the column.
  package var currency: String?
  /// The source's sum.
  package var source: String
  /// The store's sum.
  package var store: String
}

/// The lists at one place inside a resource's records.
package struct ListCheck: Sendable, Equatable, Codable {
  /// The place in the parent.
  package var path: String
  /// The table of its elements.
  package var table: String
  /// Parents that carry the list.
  package var lists = 0
  /// Lists cut short, with nothing in the export that completes them.
  package var incomplete = 0
  /// Complete lists whose amounts do not add up to the parent's.
  package var untied = 0
}

/// One referring column.
package struct ReferenceCheck: Sendable, Equatable, Codable {
  /// The referring table.
  package var table: String
  /// The referring column.
  package var column: String
  /// The table referred to; nil where the target is of several kinds or not declared.
  package var target: String?
  /// Rows with a value.
  package var references: Int
  /// Rows whose target no table has; for a foreign key that is an error, otherwise a number.
  package var orphans: Int
}

/// The placeholders of one table and who refers to them.
package struct PlaceholderCount: Sendable, Equatable, Codable {
  /// The table.
  package var table: String
  /// Placeholders not known to be deleted.
  package var count: Int
  /// The referring columns.
  package var referrers: [Referrer]

  /// A column that refers to placeholders.
  package struct Referrer: Sendable, Equatable, Codable {
    /// The referring table.
    package var table: String
    /// The referring column.
    package var column: String
    /// The placeholders it refers to.
    package var placeholders: Int
  }
}

/// What a repair did.
package struct RepairSummary: Sendable, Equatable, Codable {
  /// Times the loader was asked, each followed by a comparison.
  package var rounds: Int
  /// Records handed to the loader, by table.
  package var records: [String: Int]
  /// Differing rows before the first repair.
  package var differingBefore: Int

  enum CodingKeys: String, CodingKey {
    case rounds, records
    case differingBefore = "differing_before"
  }
}
