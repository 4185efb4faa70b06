import BronzeStore
import CommandLineKit
import Foundation
import PlatformCore

/// `okapi-bench generate-bronze`: charges of one year in a lake, and on request what came later.
struct GenerateBronzeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate-bronze", abstract: "Writes made-up charges into a lake's bronze.", shouldDisplay: false)

  enum Kind: String, CaseIterable, ExpressibleByArgument {
    /// A year of charges.
    case year
    /// One more day, of a hundredth as many.
    case day
    /// A hundredth of the year's charges again, each newer and with another amount refunded.
    case updates
  }

  @Argument(help: "What.") var kind: Kind
  @Option(help: "Charges of the year.") var charges: Int
  @Option(help: "The lake.") var lake: String

  /// 2025-11-21, at midnight.
  private static let newest = 1_763_683_200
  private static let year = 365 * 86_400
  private static let people = 5_000
  /// Charges that are written under one envelope, as one answer brings them.
  private static let page = 100

  func run() async throws {
    let writer = BronzeWriter(
      lake: LakeFolder(root: URL(filePath: lake)), source: "stripe", runID: "bench-\(kind.rawValue)",
      clock: .system)
    var random = SeededRandom(seed: 20_261_122)
    let persons = (0..<Self.people).map { Person(&random, created: Self.newest - Self.year, index: $0) }
    var page: [ArraySlice<UInt8>] = []
    var bytes = 0
    var count = 0
    func flush() async throws {
      // A year's pages were read one after the other, everything else later.
      let second = Int64(Self.newest + 86_400 + (kind == .year ? 0 : 1_000) + count / 100_000)
      let observed = BronzeObservation(
        observedAt: second, sequence: BronzeObservation.read, apiVersion: "2026-10-28.endive",
        correlationID: "req_bench\(count)")
      try await writer.append(page, to: "charges", observed: observed)
      page.removeAll(keepingCapacity: true)
    }
    for index in 0..<charges {
      let payment = Payment(
        &random, of: random.pick(persons), created: Self.newest - Self.year + index * Self.year / charges)
      if kind != .year, !(index % 100 == 0) { continue }
      var text = payment.charge.replacing("\n", with: " ")
      if kind == .updates { text = text.replacing("\"amount_refunded\": 0", with: "\"amount_refunded\": 1") }
      if kind == .day {
        text = Payment(&random, of: random.pick(persons), created: Self.newest + index * 86_400 / charges).charge
          .replacing("\n", with: " ")
      }
      page.append(Array(text.utf8)[...])
      (bytes, count) = (bytes + text.utf8.count, count + 1)
      if page.count == Self.page { try await flush() }
    }
    if !page.isEmpty { try await flush() }
    try await writer.finish()
    print("\(count) charges, \(bytes / max(1, count)) bytes each")
  }
}
