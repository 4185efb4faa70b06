import PlatformCore
import PostgresClient
import SchemaGenerator
import StripeModel

/// Compares a range of the chunk in `verify_source`, and the lists inside its records, with the store.
struct RangeComparison {
  let plan: ComparisonPlan
  let files: [String]
  let apiVersion: String?
  /// Which tables have files of their own in the folder, and which of these are compared in this run.
  let withFiles: Set<ResourceName>
  let compared: Set<ResourceName>
  /// How many findings there is room for, by table.
  let room: [ResourceName: Int]
  let repairRoom: Int
  /// Whether the source can be asked again: of rows that are newer, of lists that have too much in the store.
  let isAlive: Bool
  /// The list being compared, told when an error comes: the record itself was fine.
  private(set) var stage: String?

  init(
    plan: ComparisonPlan, files: [String], apiVersion: String?, withFiles: Set<ResourceName>,
    compared: Set<ResourceName>, room: [ResourceName: Int], repairRoom: Int,
    isAlive: Bool
  ) {
    self.plan = plan
    self.files = files
    self.apiVersion = apiVersion
    self.withFiles = withFiles
    self.compared = compared
    self.room = room
    self.repairRoom = repairRoom
    self.isAlive = isAlive
  }

  /// - Throws: the server's error where a record cannot be read; nothing of the range counts then.
  mutating func run(_ range: Range<Int>, on connection: isolated PostgresConnection) async throws -> RangeOutcome {
    var outcome = RangeOutcome()
    stage = nil
    try await hold(plan.record, rows: ComparisonPlan.rows(range), into: &outcome, on: connection)
    for (index, (list, unit)) in plan.lists.enumerated() {
      stage = list.path.dotted
      let rows = ProjectionComparison.elements(of: list, in: plan.record.projection, index: index)
      try await hold(unit, rows: rows, isElement: true, into: &outcome, on: connection)
      try await judge(index, into: &outcome, on: connection)
    }
    return outcome
  }

  private func hold(
    _ unit: ComparisonPlan.Unit, rows: String, isElement: Bool = false, into outcome: inout RangeOutcome,
    on connection: isolated PostgresConnection
  ) async throws {
    var part = RangeOutcome.Part(resource: unit.resource)
    part.isElement = isElement
    try await connection.execute(unit.projection.insert(from: rows))
    let differences = try await connection.query(
      unit.comparison.differences(
        apiVersion: apiVersion, findingLimit: room[unit.resource] ?? 0,
        repairLimit: max(0, repairRoom - outcome.repairIDs.count), repairsNewer: isAlive))
    take(differences, into: &part, &outcome.repairIDs)

    try await connection.execute(unit.comparison.remember(as: unit.number))
    try await connection.execute(unit.comparison.sight(ComparisonPlan.numbers))
    let counts = try await connection.query(unit.comparison.counts(as: unit.number))
    part.rows = Int(counts.integer(0, 0) ?? 0)
    part.stubs = Int(counts.integer(0, 1) ?? 0)
    part.newIDs = Int(counts.integer(0, 2) ?? 0)
    if let statement = unit.comparison.sourceSums(as: unit.number) {
      part.sourceSums = Self.sums(try await connection.query(statement))
    }
    outcome.parts.append(part)
  }

  private func take(_ result: PostgresResult, into part: inout RangeOutcome.Part, _ repairIDs: inout [String]) {
    for row in 0..<result.count {
      switch result.integer(row, 0) {
      case 0:
        if let kind = result[row, 1].flatMap(Finding.Kind.init(rawValue:)) {
          part.counts[kind] = Int(result.integer(row, 3) ?? 0)
        } else {
          part.differingRows = Int(result.integer(row, 2) ?? 0)
        }
      case 1:
        guard let kind = result[row, 1].flatMap(Finding.Kind.init(rawValue:)) else { continue }
        part.findings.append(
          Finding(
            kind, id: result[row, 4], container: result[row, 5], field: result[row, 8], source: result[row, 9],
            store: result[row, 10], file: file(result.integer(row, 6)), line: result.integer(row, 7).map(Int.init)))
      default:
        if let id = result[row, 4] { repairIDs.append(id) }
      }
    }
  }

  private func judge(
    _ index: Int, into outcome: inout RangeOutcome, on connection: isolated PostgresConnection
  ) async throws {
    let (list, unit) = plan.lists[index]
    let (container, number) = (plan.record.projection, plan.record.number)
    let hasOwnFiles = withFiles.contains(unit.resource)
    let completeness = try await connection.query(
      unit.comparison.completeness(
        of: list, index: index, container: container, number: number, hasOwnFiles: hasOwnFiles,
        limit: room[plan.record.resource] ?? 0))
    takeLists(completeness, index, into: &outcome)

    // Where the elements also come in files of their own, these say at the end what the store has too much.
    guard !hasOwnFiles, let last = outcome.parts.indices.last else { return }
    let surplus = try await connection.query(
      unit.comparison.surplusChildren(
        list: index, of: container, number: number, limit: room[unit.resource] ?? 0,
        repairLimit: isAlive ? max(0, repairRoom - outcome.repairIDs.count) : 0))
    takeSurplus(surplus, into: &outcome.parts[last], &outcome.repairIDs)
    if let statement = unit.comparison.storedChildSums(list: index, of: container, number: number) {
      outcome.parts[last].storeSums = Self.sums(try await connection.query(statement))
    }
  }

  private func takeLists(_ result: PostgresResult, _ index: Int, into outcome: inout RangeOutcome) {
    var part = RangeOutcome.ListPart(index: index)
    for row in 0..<result.count {
      let kind: Finding.Kind
      switch result.integer(row, 0) {
      case 0:
        part.lists = Int(result.integer(row, 1) ?? 0)
        part.cut = Int(result.integer(row, 2) ?? 0)
        part.untied = Int(result.integer(row, 3) ?? 0)
        continue
      case 1: kind = .incomplete
      default: kind = .untied
      }
      let reason =
        kind == .incomplete
        ? "the list is cut short in the export" : "the amounts of a complete list do not add up to its parent's"
      outcome.parts[0].findings.append(
        Finding(
          kind, id: result[row, 4], field: result[row, 7], source: result[row, 8], store: result[row, 9],
          file: file(result.integer(row, 5)), line: result.integer(row, 6).map(Int.init), reason: reason))
    }
    outcome.parts[0].counts[.incomplete, default: 0] += part.cut
    outcome.parts[0].counts[.untied, default: 0] += part.untied
    outcome.lists.append(part)
  }

  private func takeSurplus(
    _ result: PostgresResult, into part: inout RangeOutcome.Part, _ repairIDs: inout [String]
  ) {
    for row in 0..<result.count {
      if result.integer(row, 0) == 2 {
        if let id = result[row, 4] { repairIDs.append(id) }
      } else if result.integer(row, 0) == 0 {
        let (all, newer) = (Int(result.integer(row, 1) ?? 0), Int(result.integer(row, 2) ?? 0))
        part.counts[.childExtra, default: 0] += all - newer
        part.counts[.newerInStore, default: 0] += newer
      } else {
        let kind: Finding.Kind = result.boolean(row, 7) == true ? .newerInStore : .childExtra
        part.findings.append(
          Finding(
            kind, id: result[row, 3], container: result[row, 4], file: file(result.integer(row, 5)),
            line: result.integer(row, 6).map(Int.init)))
      }
    }
  }

  private func file(_ number: Int64?) -> String? {
    number.flatMap { files.indices.contains(Int($0)) ? files[Int($0)] : nil }
  }

  /// Reads rows of column, currency and sum.
  static func sums(_ result: PostgresResult) -> [ResourceTally.SumKey: Int128] {
    var sums: [ResourceTally.SumKey: Int128] = [:]
    for row in 0..<result.count {
      guard let column = result[row, 0], let sum = result[row, 2].flatMap({ Int128($0) }) else { continue }
      sums[ResourceTally.SumKey(column: column, currency: result[row, 1])] = sum
    }
    return sums
  }
}
