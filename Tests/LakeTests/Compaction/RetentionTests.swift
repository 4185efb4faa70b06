import BronzeStore
import Foundation
import PlatformCore
import TestSupport
import Testing

@testable import Lake

/// Retention leaves out what changes nothing, and says from when on one can look back.
@Suite struct RetentionTests {
  typealias Seen = CompactionLab.Seen

  @Test("left out is what a newer line of the same plain object supersedes; everything else is kept")
  func what() async throws {
    let lab = try CompactionLab()
    let plain = { SilverObjects.customer("cus_1", name: $0) }
    let discount = #","discount":\#(SilverObjects.discount(end: 9))"#
    try await lab.write(
      "a",
      [
        Seen("customers", plain("one"), at: "01T08:00"),
        Seen("customers", plain("two"), at: "01T09:00"),
        // Holds the only sighting of a discount.
        Seen("customers", SilverObjects.customer("cus_2", more: discount), at: "01T08:00"),
        Seen("customers", SilverObjects.customer("cus_2", name: "bare"), at: "01T09:00"),
        // A deletion, and a life after it.
        Seen("customers", SilverObjects.stub("customer", "cus_3"), at: "01T08:00"),
        Seen("customers", SilverObjects.customer("cus_3", name: "back"), at: "01T09:00"),
        // The newer line is rejected.
        Seen("charges", SilverObjects.charge("ch_1"), at: "01T08:00"),
        Seen("charges", SilverObjects.charge("ch_1", amount: #""x""#), at: "01T09:00"),
        // A list.
        Seen("charges", SilverObjects.charge("ch_2", refunds: SilverObjects.list([])), at: "01T08:00"),
        Seen("charges", SilverObjects.charge("ch_2"), at: "01T09:00"),
        // Nothing is left of this day.
        Seen("tax_rates", SilverObjects.taxRate(name: "old"), at: "01T08:00"),
        Seen("tax_rates", SilverObjects.taxRate(name: "new"), at: "02T08:00"),
        // An old observation that came late.
        Seen("charges", SilverObjects.charge("ch_3", amount: "7"), at: "01T07:00", ingested: "02T08:00"),
        Seen("charges", SilverObjects.charge("ch_3", amount: "8"), at: "01T09:00"),
      ])
    try await lab.write(
      "b",
      [
        Seen("customers", plain("three"), at: "03T08:00"),
        // After the horizon, and what it supersedes.
        Seen("charges", SilverObjects.charge("ch_4", amount: "1"), at: "03T08:00"),
        Seen("charges", SilverObjects.charge("ch_4", amount: "2"), at: "06T08:00"),
      ])
    try await lab.run()
    let before = try CompactionLab.accepted(lab.lake)
    let report = try await lab.compact(keep: 5)
    #expect(report.horizon == "2026-11-05T00:00:00.000Z")
    #expect(report.entities.map(\.droppedLines) == [0, 2, 1])
    #expect(try lab.parts("tax_rates").count == 2 && lab.lines("tax_rates").count == 1)
    let left = try lab.lines("customers").compactMap { $0.firstMatch(of: #/"name":"(\w+)"/#).map { String($0.1) } }
    #expect(left.sorted() == ["Ada", "back", "bare", "three"])
    #expect(try lab.lines("charges").count == 8)
    let error = await #expect(throws: PlatformError.self) { try await lab.known(at: "04T23:59") }
    #expect(error?.status == .usage)
    #expect(error?.message == "bronze of source stripe is whole from 2026-11-05T00:00:00.000Z on only")
    // A day is packed already: it is written again where something is left out.
    let again = try await lab.compact("compact-2", keep: 3)
    #expect(again.droppedLines == 1 && again.entities.map(\.entity) == ["charges"])
    #expect(again.horizon == "2026-11-07T00:00:00.000Z")
    #expect(try await lab.replayed() == before)
  }

  @Test("in a world made by chance: replay and the moments from the horizon on stay the same")
  func chance() async throws {
    var random = SeededRandom(seed: 1)
    let lab = try CompactionLab()
    for run in 0..<4 {
      try await lab.write("r\(9 - run)", (0..<40).map { _ in Self.seen(&random) })
    }
    try await lab.run()
    try await lab.write("unread", (0..<10).map { _ in Self.seen(&random) })
    let moments = ["06T15:00"]
    var past: [[String: String]] = []
    for moment in moments { past.append(try await lab.known(at: moment)) }
    let report = try await lab.compact(olderThan: 0, keep: 4) { $0.partBytes = 2000 }
    #expect(report.droppedLines > 0)
    #expect(report.entities.contains { $0.partsAfter > $0.days })
    for (moment, known) in zip(moments, past) { #expect(try await lab.known(at: moment) == known, "\(moment)") }
    // Made of all that ever was, piece by piece; and of what is left.
    #expect(try await lab.run("run-2").isPromoted)
    let accepted = try CompactionLab.accepted(lab.lake)
    #expect(try await lab.replayed() == accepted)
  }

  /// Some object at some moment of days 1 to 8, sometimes told late.
  private static func seen(_ random: inout SeededRandom) -> Seen {
    let moment = { (day: Int, minute: Int) in
      "0\(day)T\(10 + minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
    }
    let day = random.below(8) + 1
    let at = moment(day, random.below(120))
    let ingested = random.below(4) == 0 ? moment(min(8, day + random.below(3)), 130 + random.below(60)) : nil
    let id = random.below(6)
    let (entity, data): (String, String) =
      switch random.below(12) {
      case 0: ("customers", SilverObjects.stub("customer", "cus_\(id)"))
      case 1:
        (
          "customers",
          SilverObjects.customer("cus_\(id)", more: #","discount":\#(SilverObjects.discount("di_\(id)", end: day))"#)
        )
      case 2...5: ("customers", SilverObjects.customer("cus_\(id)", name: "name \(random.below(99))"))
      case 6:
        (
          "charges",
          SilverObjects.charge(
            "ch_\(id)",
            refunds: SilverObjects.list(
              (0..<random.below(3)).map { SilverObjects.refund("re_\(id)_\($0)", of: "ch_\(id)") }))
        )
      case 7: ("charges", SilverObjects.charge("ch_\(id)", amount: #""broken""#))
      default: ("charges", SilverObjects.charge("ch_\(id)", amount: String(random.below(1000))))
      }
    return Seen(entity, data, at: at, ingested: ingested, sequence: Int64(random.below(2) + 1))
  }
}

/// Numbers that look like chance and are the same every time.

extension SeededRandom {
  fileprivate mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
