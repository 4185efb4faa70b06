import BronzeStore
import DuckDBClient
import Foundation
import PlatformCore
import Testing

@testable import Lake

/// Compaction changes no line and no answer, whatever ends it on the way.
@Suite struct CompactionTests {
  typealias Seen = CompactionLab.Seen

  /// Three days with two runs each, an update, a deletion, and a record that breaks its shape; all in silver.
  private static let first = Task { try await made() }

  static func world() async throws -> CompactionLab { try await CompactionLab(copying: first.value) }

  private static func made() async throws -> CompactionLab {
    let lab = try CompactionLab()
    let customer = { SilverObjects.customer($0, name: $1) }
    try await lab.write(
      "zebra",
      [
        Seen("customers", customer("cus_1", "Ada"), at: "02T08:00"),
        Seen("customers", customer("cus_2", "Bob"), at: "02T08:00"),
        Seen("charges", SilverObjects.charge("ch_1", amount: "100"), at: "02T08:00"),
        Seen("charges", SilverObjects.charge("ch_2", amount: #""much""#), at: "02T08:01"),
        Seen("customers", customer("cus_1", "Ada B."), at: "03T08:00"),
      ])
    // Later, though its name comes first.
    try await lab.write(
      "ant",
      [
        Seen("customers", customer("cus_3", "Cyd"), at: "02T09:00"),
        Seen("customers", SilverObjects.stub("customer", "cus_2"), at: "03T09:00"),
        Seen("charges", SilverObjects.charge("ch_3", amount: "300"), at: "02T09:00"),
      ])
    try await lab.write("late", [Seen("customers", customer("cus_1", "Ada C."), at: "09T09:00")])
    try await lab.run()
    return lab
  }

  @Test("every line is kept, a day is one packed part, and replay, as-of and new runs give the same")
  func same() async throws {
    let lab = try await Self.world()
    let before = try CompactionLab.accepted(lab.lake)
    let lines = try lab.lines("customers")
    let report = try await lab.compact()
    #expect(report.entities.map(\.entity) == ["charges", "customers"])
    #expect(report.entities.map(\.days) == [1, 2])
    #expect(report.entities.map(\.lines) == [3, 5])
    #expect(report.left.isEmpty)
    let folder = "bronze/source=stripe/entity=customers"
    #expect(
      try lab.parts("customers") == [
        "\(folder)/dt=2026-11-02/run_id=compact-1/part-00000.jsonl.gz",
        "\(folder)/dt=2026-11-03/run_id=compact-1/part-00000.jsonl.gz",
        "\(folder)/dt=2026-11-09/run_id=late/part-00000.jsonl",
      ])
    #expect(try lab.lake.names(in: "\(folder)/dt=2026-11-02") == ["run_id=compact-1"])
    #expect(try lab.lines("customers") == lines)
    // In the order in which the parts were begun.
    #expect(try BronzeReader(lake: lab.lake, source: "stripe").oldestIngestion() == "2026-11-02T08:00:00.000Z")
    #expect(try Set(lab.transformed("customers").keys) == Set(lab.parts("customers")))

    #expect(try await lab.replayed() == before)
    let twice = try await lab.compact("compact-2")
    #expect(twice.entities.isEmpty)
  }

  @Test("what is new goes on, of a compacted day's objects too; nothing is read twice")
  func goesOn() async throws {
    let lab = try await Self.world()
    try await lab.compact()
    try await lab.write(
      "new",
      [
        // Observed before what is compacted, ingested now.
        Seen("customers", SilverObjects.customer("cus_3", name: "Early"), at: "02T07:00", ingested: "10T08:00"),
        Seen("customers", SilverObjects.customer("cus_2", name: "Back"), at: "10T08:00"),
      ])
    let report = try await lab.run("run-2")
    #expect(report.parts == 1 && report.isPromoted)
    let after = try CompactionLab.accepted(lab.lake)
    let names = try await lab.lake().reading {
      let found = try await $0.query("select name, is_deleted::varchar from silver.customers order by customer_id")
      return found.rows.indices.map { "\(found.text($0, 0) ?? "-") \(found.text($0, 1) ?? "")" }
    }
    #expect(names == ["Ada C. false", "Back false", "Cyd false"])
    #expect(try await lab.replayed() == after)
  }

  @Test("a dry run and a no change no byte, and say what a run would do")
  func dryRun() async throws {
    struct No: Error {}
    let lab = try await Self.world()
    let files = try lab.files()
    let told = try await lab.compact(keep: 2) { $0.isDryRun = true }
    #expect(try lab.files() == files)
    #expect(told.isDryRun && told.horizon == "2026-11-08T00:00:00.000Z")
    #expect(told.entities.map(\.lines) == [3, 5] && told.entities.map(\.droppedLines) == [0, 1])
    let asked = Seeing<CompactReport>()
    var options = CompactOptions()
    options.keepDays = 2
    await #expect(throws: No.self) {
      _ = try await lab.lake().compact(options, of: "stripe") {
        asked.value = $0
        throw No()
      }
    }
    #expect(try lab.files() == files)
    // Small parts are packed whole for the estimate.
    #expect(asked.value?.entities == told.entities)
    await #expect(throws: No.self) { try await lab.compact { $0.onStaged = { _ in throw No() } } }
    #expect(try lab.files() == files)
  }

  @Test("killed at any step, the next command completes it")
  func kills() async throws {
    let lab = try await Self.world()
    let staged = try CompactionLab()
    let journal = Seeing<Compaction>()
    try await lab.compact { [lake = lab.lake] options in
      options.onStaged = { compaction in
        journal.value = compaction
        try FileManager.default.copyItem(at: lake.root, to: staged.lake.root)
      }
    }
    var compaction = try #require(journal.value)
    compaction.retention = Retention(horizon: "2026-11-02T00:00:00.000Z", runID: "compact-1")
    try compaction.retention?.extend(in: lab.lake, of: "stripe")
    let done = try lab.files()
    for step in 0...7 {
      let left = try CompactionLab(copying: staged)
      try left.lake.write(compaction, to: BronzeState.compactionPath(of: "stripe"))
      let gone = compaction.removals.values.flatMap(\.self).sorted()
      if step >= 1 { _ = try left.lake.move(compaction.moves.prefix(1).map { ($0.from, $0.to) }) }
      if step >= 2 { _ = try left.lake.move(compaction.moves.map { ($0.from, $0.to) }) }
      if step >= 3 { try BronzeState(lake: left.lake, source: "stripe").add(compaction.manifest) }
      if step >= 4 { try compaction.retention?.extend(in: left.lake, of: "stripe") }
      if step >= 5 { try compaction.exchange(in: left.lake) }
      if step >= 6 { try left.lake.remove(Array(gone.prefix(2))) }
      if step >= 7 { try left.lake.remove(gone) }
      if step == 2 {
        let report = try await left.run("next")
        #expect(report.recoveredRunID == "compact-1" && report.parts == 0 && report.findings.isEmpty)
      } else {
        #expect(try await left.lake().completeCompactions() == "compact-1")
      }
      let files = try left.files()
      #expect(files == done, "step \(step): \(Set(files.keys).union(done.keys).filter { files[$0] != done[$0] })")
    }
    // With a staged part gone the old ones are there still: without the journal it is compacted anew.
    let torn = try CompactionLab(copying: staged)
    try torn.lake.write(compaction, to: BronzeState.compactionPath(of: "stripe"))
    try torn.lake.remove(compaction.moves[0].from)
    let error = await #expect(throws: PlatformError.self) { try await torn.lake().completeCompactions() }
    #expect(error?.status == .inputOutput && error?.nextStep?.contains("_state/compaction/stripe.json") == true)
    try torn.lake.remove(BronzeState.compactionPath(of: "stripe"))
    #expect(try await torn.compact("compact-2").entities.count == 2)
    #expect(try torn.lines("customers") == lab.lines("customers"))
    // Before the journal it never happened: what was staged is thrown away.
    #expect(try await staged.compact(olderThan: 30).entities.isEmpty)
    #expect(try staged.parts().allSatisfy { $0.hasSuffix(".jsonl") })
    #expect(try staged.lake.names(in: "_staging").isEmpty)
  }

  @Test("what silver has not read, a listing needs, or ends in half a line waits, and is told")
  func waits() async throws {
    let lab = try await Self.world()
    try await lab.write("unread", [Seen("customers", SilverObjects.customer("cus_9"), at: "02T10:00")])
    try await lab.write("killed", [Seen("charges", SilverObjects.charge("ch_9"), at: "02T10:00")])
    let part = try #require(try lab.parts("charges").first { $0.contains("killed") })
    let file = lab.lake.root.appending(path: part)
    try (Data(contentsOf: file) + Data(#"{"data":{"id":"ch_"#.utf8)).write(to: file)
    var state = try #require(try lab.lake.document(LakePath.transformed("charges"), TransformState.self))
    state.sources["stripe"]?.parts[part] = try lab.lake.size(of: part)
    try lab.lake.write(state, to: LakePath.transformed("charges"))
    try lab.lake.write(["runs": ["ant"]], to: "_state/checkpoints/stripe/customers.json")
    try await lab.write("unread-2", [Seen("customers", SilverObjects.customer("cus_8"), at: "03T10:00")])
    let report = try await lab.compact()
    #expect(
      report.left == [
        .init(entity: "charges", reason: .halfLine, parts: 1),
        .init(entity: "customers", reason: .listingUnderWay, parts: 2),
        .init(entity: "customers", reason: .notInSilver, parts: 2),
      ])
    #expect(try lab.parts().filter { $0.hasSuffix(".jsonl") && !$0.contains("11-09") }.count == 5)
  }

  @Test("with a run staged nothing is compacted: its checks read the parts it names")
  func staged() async throws {
    let lab = try await Self.world()
    var staged = Promotion(runID: "run-7")
    staged.read = ["stripe": try lab.parts()]
    try staged.stage(in: lab.lake)
    let error = await #expect(throws: PlatformError.self) { try await lab.compact() }
    #expect(error?.status == .temporary)
    #expect(try Promotion.staged(in: lab.lake) == staged)
  }

  @Test("a compacted part that is cut, changed or gone is named, by quality and by a replay")
  func damage() async throws {
    let lab = try await Self.world()
    try await lab.compact()
    let part = try #require(try lab.parts("charges").first)
    let file = lab.lake.root.appending(path: part)
    let whole = try Data(contentsOf: file)
    func findings() async throws -> [String] {
      try await lab.lake("check").quality().findings.map { "\($0.check.rawValue) \($0.samples.first ?? "")" }
    }
    try whole.dropLast(9).write(to: file)
    #expect(try await findings() == ["bronze_short_part \(part)", "bronze_changed \(part)"])
    let cut = await #expect(throws: PlatformError.self) { try await lab.replayed() }
    #expect(cut?.status == .data && cut?.message == "a part of bronze is damaged")
    #expect(cut?.cause == "the compressed data ends before its end mark")
    #expect(cut?.context.contains { $0.value == file.path } == true)

    var other = whole
    other[whole.count / 2] ^= 0x55
    try other.write(to: file)
    #expect(try await findings() == ["bronze_changed \(part)"])
    let changed = await #expect(throws: PlatformError.self) { try await lab.replayed() }
    #expect(changed?.status == .data && changed?.context.contains { $0.value == file.path } == true)

    try FileManager.default.removeItem(at: file)
    #expect(try await findings() == ["bronze_missing_part \(part)"])
    try whole.write(to: file)
    #expect(try await findings().isEmpty)
  }
}

/// What a test saw.
private final class Seeing<Value>: @unchecked Sendable {  // written once, before it is read
  var value: Value?
}
