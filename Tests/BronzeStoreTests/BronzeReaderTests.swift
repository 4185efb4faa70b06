import BronzeStore
import Foundation
import JSONReader
import PlatformCore
import Testing

/// What is read of parts, whoever wrote them: whole lines only, each with what is known of it.
@Suite struct BronzeReaderTests {
  private static let folder = "bronze/source=stripe/entity=charges/dt=2026-11-21/run_id=run-1"
  private static let part = folder + "/part-00000.jsonl"

  private static func line(_ data: String, meta: String? = nil) -> String {
    let meta =
      meta
      ?? #"{"entity":"charges","observed_at":"2026-11-21T08:29:50Z","sequence":1,"api_version":"2026-10-28.endive"}"#
    return #"{"data":\#(data),"meta":\#(meta)}"# + "\n"
  }

  private static func seen(_ data: String) -> String { data + " 1795249790 1 2026-10-28.endive" }

  // MARK: Parts

  @Test func partsComeByDayRunAndNumber() throws {
    let lab = try BronzeLab()
    #expect(try lab.reader.entities().isEmpty)
    let entity = "bronze/source=stripe/entity=charges"
    let paths = [
      "dt=2026-11-20/run_id=b/part-00000.jsonl", "dt=2026-11-21/run_id=a/part-00000.jsonl",
      "dt=2026-11-21/run_id=a/part-00001.jsonl", "dt=2026-11-21/run_id=b/part-99999.jsonl",
      "dt=2026-11-21/run_id=b/part-100000.jsonl",
    ].map { "\(entity)/\($0)" }
    for path in paths.shuffled() { try lab.put(path, "") }
    // None of these is a part of this source's charges.
    for other in ["part-00000.jsonl.part", "part-1.jsonl", "notes.txt"] {
      try lab.put("\(entity)/dt=2026-11-21/run_id=a/\(other)", "")
    }
    try lab.put("bronze/source=other/entity=charges/dt=2026-11-21/run_id=a/part-00000.jsonl", "")
    #expect(try lab.reader.parts(of: "charges").map(\.path) == paths)
    #expect(try lab.reader.parts(of: "customers").isEmpty)
  }

  // MARK: Age

  @Test func bronzeIsAsOldAsItsOldestWholeLine() throws {
    func line(_ moment: String) -> String { Self.line("{}", meta: #"{"ingested_at":"\#(moment)"}"#) }
    let lab = try BronzeLab()
    #expect(try lab.reader.oldestIngestion() == nil)
    let folder = "bronze/source=stripe/entity="
    try lab.put(folder + "charges/dt=2026-11-20/run_id=a/part-00000.jsonl", #"{"data":{},"meta":{"ingested_at":"2026"#)
    #expect(try lab.reader.oldestIngestion() == nil)
    try lab.put(
      folder + "charges/dt=2026-11-21/run_id=b/part-00000.jsonl",
      "broken\n" + line("2026-11-21T08:00:01.000Z") + line("2026-11-21T08:00:02.000Z"))
    try lab.put(folder + "charges/dt=2026-11-21/run_id=c/part-00000.jsonl", line("2026-11-21T07:00:00.000Z"))
    try lab.put(folder + "charges/dt=2026-11-22/run_id=a/part-00000.jsonl", line("2026-11-22T00:00:00.000Z"))
    #expect(try lab.reader.oldestIngestion() == "2026-11-21T07:00:00.000Z")
    try lab.put(folder + "events/dt=2026-11-20/run_id=a/part-00000.jsonl", line("2026-11-20T23:59:59.999Z"))
    #expect(try lab.reader.oldestIngestion() == "2026-11-20T23:59:59.999Z")
    // What is captured says nothing of what is known of objects.
    try lab.put(folder + "webhook_events/dt=2026-11-18/run_id=a/part-00000.jsonl", line("2026-11-18T00:00:00.000Z"))
    #expect(try lab.reader.oldestIngestion() == "2026-11-20T23:59:59.999Z")
    // A long line is read to its end.
    let long = Self.line(
      "\"\(String(repeating: "x", count: 200_000))\"", meta: #"{"ingested_at":"2026-11-19T01:00:00.000Z"}"#)
    try lab.put(folder + "refunds/dt=2026-11-19/run_id=a/part-00000.jsonl", long)
    #expect(try lab.reader.oldestIngestion() == "2026-11-19T01:00:00.000Z")
  }

  // MARK: Lines

  @Test func aHalfLineAtTheEndIsNotRead() throws {
    let lab = try BronzeLab()
    let whole = Self.line(#"{"id":"ch_1"}"#)
    for length in 0..<Self.line(#"{"id":"ch_2"}"#).utf8.count {
      try lab.put(Self.part, whole + Self.line(#"{"id":"ch_2"}"#).prefix(length))
      #expect(try lab.records(of: "charges") == [Self.seen(#"{"id":"ch_1"}"#)])
    }
    try lab.put(Self.part, whole + Self.line(#"{"id":"ch_2"}"#))
    #expect(try lab.records(of: "charges").count == 2)
  }

  @Test func readingGoesOnWhereItWas() throws {
    let lab = try BronzeLab()
    try lab.put(Self.part, (1...5).map { Self.line(#"{"id":"ch_\#($0)"}"#) }.joined() + "{")
    let part = try #require(try lab.reader.parts(of: "charges").first)
    let open = try lab.reader.open(part)
    let first = try #require(try open.next(maximumLines: 2))
    #expect(first.records.elements.map(\.line) == [1, 2])
    #expect(first.end == open.position)
    // Another process goes on there.
    let rest = try #require(try lab.reader.open(part, at: first.end).next())
    #expect(rest.records.elements.map(\.line) == [3, 4, 5])
    #expect(rest.records.elements.map(\.index) == [2, 3, 4])
    #expect(rest.firstIndex == 2)
    #expect(try rest.end == BronzePosition(bytes: (lab.reader.bytes(of: part) ?? 0) - 1, lines: 5))
    #expect(try lab.reader.open(part, at: rest.end).next() == nil)
  }

  /// The same part, grown meanwhile.
  @Test func aPartMayGrowWhileItIsRead() throws {
    let lab = try BronzeLab()
    try lab.put(Self.part, Self.line(#"{"id":"ch_1"}"#) + #"{"data":{"id":"#)
    let part = try #require(try lab.reader.parts(of: "charges").first)
    let open = try lab.reader.open(part)
    #expect(try open.next()?.records.elements.count == 1)
    #expect(try open.next() == nil)
    let handle = try FileHandle(forWritingTo: lab.url(Self.part))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data((#""ch_2"}"# + Self.line("").dropFirst(8)).utf8))
    try handle.close()
    let batch = try #require(try open.next())
    let element = try #require(batch.records.elements.first)
    #expect(String(decoding: batch.records.bytes(of: element), as: UTF8.self) == #"{"id":"ch_2"}"#)
    #expect(element.line == 2)
  }

  @Test(arguments: [1, 2, 3, 5000]) func batchesOfAnySizeHoldTheSame(_ maximum: Int) throws {
    let lab = try BronzeLab()
    let objects = (1...7).map { #"{"id":"ch_\#($0)","pad":"\#(String(repeating: "x", count: $0 * 50_000))"}"# }
    try lab.put(Self.part, objects.map { Self.line($0) }.joined())
    #expect(try lab.records(of: "charges", maximumLines: maximum) == objects.map(Self.seen))
  }

  /// Keys in another order, blanks, further members, and `meta` inside the object itself.
  @Test func linesOfOtherWritersAreReadToo() throws {
    let lab = try BronzeLab()
    let meta = #"{"sequence":2,"entity":"charges","observed_at":"2026-11-21T10:29:50+02:00","more":{"a":1}}"#
    let object = #"{"id":"ch_1","metadata":{"a":"1","meta":{"entity":"x"}}}"#
    try lab.put(
      Self.part,
      #"{"meta":\#(meta),"data":\#(object)}"# + "\n" + #"  { "data" : \#(object) , "meta" : \#(meta) , "x":1 } "# + "\n"
        + Self.line(object, meta: meta) + Self.line(object) + "\n" + Self.line(object, meta: meta))
    let other = "\(object) 1795249790 2 -"
    #expect(try lab.records(of: "charges") == [other, other, other, Self.seen(object), other])
  }

  @Test func aBrokenLineSaysWhatIsWrong() throws {
    let lab = try BronzeLab()
    let good = Self.line(#"{"id":"ch_1"}"#)
    let lines = [
      "nonsense\n", #"{"data":{"id":"ch_1"}}"# + "\n", #"{"meta":{}}"# + "\n",
      Self.line("{}", meta: #"{"entity":"customers","observed_at":"2026-11-21T08:29:50Z","sequence":1}"#),
      Self.line("{}", meta: #"{"entity":"charges","observed_at":"yesterday","sequence":1}"#),
      Self.line("{}", meta: #"{"entity":"charges","sequence":1}"#),
      Self.line("{}", meta: #"{"entity":"charges","observed_at":"2026-11-21T08:29:50Z","sequence":0}"#),
    ]
    try lab.put(Self.part, lines.map { $0 + good }.joined())
    let found = try lab.records(of: "charges")
    #expect(found.filter { $0 == Self.seen(#"{"id":"ch_1"}"#) }.count == lines.count)
    #expect(
      found.filter { $0.hasPrefix("line") } == [
        "line 1: : not valid JSON", "line 3: meta: it is missing", "line 5: data: it is missing",
        "line 7: meta.entity: it is something else", "line 9: meta.observed_at: it is something else",
        "line 11: meta.observed_at: it is missing", "line 13: meta.sequence: it is something else",
      ])
  }

  @Test func aLineBeyondTheLimitIsPassedOver() throws {
    let lab = try BronzeLab()
    var limits = JSONLimits.standard
    limits.elementBytes = 1000
    let huge = Self.line(#"{"id":"ch_2","pad":"\#(String(repeating: "x", count: 900_000))"}"#)
    let (first, last) = (Self.line(#"{"id":"ch_1"}"#), Self.line(#"{"id":"ch_3"}"#))
    try lab.put(Self.part, first + huge + last)
    let found = try lab.records(of: "charges", limits: limits)
    #expect(found.count == 3)
    #expect(found.first == Self.seen(#"{"id":"ch_1"}"#) && found.last == Self.seen(#"{"id":"ch_3"}"#))
    #expect(found[1].hasPrefix("line 2: it is larger than"))
    // Half of it is a torn tail like any other.
    try lab.put(Self.part, first + huge.dropLast(10))
    #expect(try lab.records(of: "charges", limits: limits).count == 1)
  }
}
