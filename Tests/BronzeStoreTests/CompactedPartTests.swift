import BronzeStore
import Foundation
import JSONReader
import PlatformCore
import TestSupport
import Testing

/// Parts are put together byte for byte, and read like every other.
@Suite struct CompactedPartTests {
  private static let folder = "bronze/source=stripe/entity=charges/dt=2026-11-21"

  private static func line(_ id: String, more: String = "", ingested: String = "08:30:00.000") -> String {
    #"{"data":{"id":"\#(id)","object":"charge"\#(more)},"meta":{"entity":"charges","run_id":"r","#
      + #""ingested_at":"2026-11-21T\#(ingested)Z","observed_at":"2026-11-21T08:29:50Z","sequence":1,"#
      + #""api_version":"v"}}"# + "\n"
  }

  private func part(_ run: String, _ number: Int = 0, isCompacted: Bool = false) -> BronzePart {
    BronzePart(
      source: "stripe", entity: "charges", day: "2026-11-21", runID: run, number: number, isCompacted: isCompacted)
  }

  /// Rewrites all there is, in place of it.
  private func rewrite(
    _ lab: BronzeLab, fileBytes: Int = 1 << 20, dropping: Set<BronzeLineKey> = []
  ) async throws -> BronzeRewriter.Outcome {
    let folder = lab.url("\(Self.folder)/run_id=new").path
    let parts = try lab.reader.parts(of: "charges")
    let outcome = try await BronzeRewriter(lake: lab.lake, source: "stripe", fileBytes: fileBytes)
      .rewrite(parts, into: folder, dropping: dropping)
    try lab.lake.remove(parts.map(\.path))
    return outcome
  }

  @Test("lines come in the order in which their parts were begun, in files of a size, each of whole lines")
  func order() async throws {
    let lab = try BronzeLab()
    try lab.put("\(Self.folder)/run_id=a/part-00000.jsonl", Self.line("ch_3", ingested: "09:00:00.000"))
    try lab.put("\(Self.folder)/run_id=b/part-00000.jsonl", Self.line("ch_1") + "no json\n\n" + Self.line("ch_2"))
    try lab.put("\(Self.folder)/run_id=c/part-00000.jsonl", "")
    let outcome = try await rewrite(lab, fileBytes: 100)
    #expect(outcome.lines == 5 && outcome.files.map(\.lines) == [1, 3, 1])
    #expect(try lab.reader.parts(of: "charges") == (0..<3).map { part("new", $0, isCompacted: true) })
    let ids = try lab.records(of: "charges").map { $0.firstMatch(of: #/ch_\d/#).map { String($0.output) } ?? "broken" }
    #expect(ids == ["ch_1", "broken", "ch_2", "ch_3"])
    #expect(try lab.lake.names(in: Self.folder) == ["run_id=new"])
    for file in outcome.files {
      #expect(try lab.lake.sha256(of: "\(Self.folder)/run_id=new/" + file.name) == file.sha256)
    }
  }

  @Test("a reader goes on at a position, and positions count the lines' bytes")
  func positions() async throws {
    let lab = try BronzeLab()
    let text = (0..<3000).map { Self.line("ch_\($0)") }.joined()
    try lab.put("\(Self.folder)/run_id=a/part-00000.jsonl", text)
    let outcome = try await rewrite(lab)
    #expect(outcome.files.map(\.lineBytes) == [text.utf8.count])
    #expect(outcome.bytes < text.utf8.count / 5)
    let new = part("new", isCompacted: true)
    let reader = try lab.reader.open(new)
    var ends: [BronzePosition] = []
    while let batch = try reader.next(maximumLines: 700) { ends.append(batch.end) }
    #expect(ends.map(\.lines) == [700, 1400, 2100, 2800, 3000])
    #expect(ends.last?.bytes == text.utf8.count)
    for end in ends {
      let batch = try lab.reader.open(new, at: end).next(maximumLines: 1)
      let data = batch.map { String(decoding: $0.records.bytes(of: $0.records.elements[0]), as: UTF8.self) }
      #expect(data == (end.lines < 3000 ? #"{"id":"ch_\#(end.lines)","object":"charge"}"# : nil))
    }
    #expect(try lab.reader.oldestIngestion() == "2026-11-21T08:30:00.000Z")
  }

  @Test("cut anywhere, or with another byte, it is never read as whole")
  func damage() async throws {
    let lab = try BronzeLab()
    try lab.put("\(Self.folder)/run_id=a/part-00000.jsonl", (0..<40).map { Self.line("ch_\($0)") }.joined())
    _ = try await rewrite(lab)
    let new = part("new", isCompacted: true)
    let whole = try Data(contentsOf: lab.url(new.path))
    func read() throws { try lab.reader.requireReadable(new) }
    try read()
    for length in whole.indices {
      try whole.prefix(length).write(to: lab.url(new.path))
      let error = #expect(throws: PlatformError.self) { try read() }
      #expect(error?.status == .data && error?.context.first?.value == lab.url(new.path).path)
    }
    try whole.write(to: lab.url(new.path))
    let lines = try lab.records(of: "charges")
    var refused = 0
    for place in whole.indices {
      var other = whole
      other[place] ^= 0x10
      try other.write(to: lab.url(new.path))
      // Nobody reads the time in the header, and the last bits of the last block may be any.
      if (try? read()) == nil {
        refused += 1
      } else {
        #expect(try lab.records(of: "charges") == lines, "byte \(place)")
      }
    }
    #expect(refused > whole.count - 12)
    try (whole + Data("x".utf8)).write(to: lab.url(new.path))
    #expect(throws: PlatformError.self) { try read() }
  }

  @Test("a line is left out that is named and holds no other object")
  func dropping() async throws {
    let lab = try BronzeLab()
    let held = [
      #","refunds":{"object":"list","data":[]}"#, #","customer":{"id":"cus_1"}"#, #","a":[[{"b":{"id":1}}]]"#,
      #","deleted":true"#,
    ]
    let bare = #","metadata":{"key":"id"},"list":[1,{"name":"x"}],"customer":"cus_1""#
    let lines = ([bare, ""] + held).enumerated().map { Self.line("ch_\($0.offset)", more: $0.element) }
    try lab.put("\(Self.folder)/run_id=a/part-00000.jsonl", lines.joined() + "no json\n")
    let keys = lines.indices.filter { $0 != 1 }.map {
      BronzeLineKey(
        id: "ch_\($0)", observedAt: "2026-11-21T08:29:50Z", sequence: 1, ingestedAt: "2026-11-21T08:30:00.000Z",
        runID: "r")
    }
    let outcome = try await rewrite(lab, dropping: Set(keys))
    #expect(outcome.lines == 7 && outcome.droppedLines == 1)
    #expect(try lab.records(of: "charges").filter { $0.hasPrefix("{") }.count == 5)
    #expect(try !lab.records(of: "charges").contains { $0.contains(#""id":"ch_0""#) })
  }

  @Test("half a line at the end is not put before another part's first")
  func halfLine() async throws {
    let lab = try BronzeLab()
    try lab.put("\(Self.folder)/run_id=a/part-00000.jsonl", Self.line("ch_1") + #"{"data":"#)
    let error = await #expect(throws: PlatformError.self) { try await rewrite(lab) }
    #expect(error?.status == .data && error?.cause == "it ends in half a line")
    #expect(try lab.reader.parts(of: "charges").map(\.runID) == ["a"])
  }
}

extension BronzeRewriter.File {
  fileprivate var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
}
