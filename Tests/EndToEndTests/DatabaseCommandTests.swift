import Foundation
import PostgresClient
import TestSupport
import Testing

/// Reading, writing out, and what stands in logs, over the project's own sample.
@Suite("Database commands") struct DatabaseCommandTests {
  @Test("query reads only, unless told to write")
  func query() async throws {
    try await LoadedSource.sample { source in
      let table = try await source.run("db", "query", "select 1234567 as number, null as nothing, 'two words' as text")
      #expect(
        table.stdout.contains("number") && table.stdout.contains("two words") && table.stdout.hasSuffix("1 row\n"))
      let json = try await source.run("db", "query", "--json", "select 1 as a, null as b").document()
      #expect(json["columns"] == .array([.string("a"), .string("b")]))
      #expect(json["rows"] == .array([.array([.string("1"), .null])]))

      let count = "select count(*) from customers"
      let before = try await source.cell(count)
      let insert = "insert into customers (id, is_placeholder) values ('cus_new', true)"
      let refused = try await source.run("db", "query", insert)
      #expect(refused.status != 0 && refused.stderr.contains("25006"))
      let way = "do $$ begin set transaction read write; \(insert); end $$"
      #expect(try await source.run("db", "query", way).status != 0)
      #expect(try await source.cell(count) == before)
      #expect(try await source.run("db", "query", "--write", insert).status == 0)
      #expect(try await source.cell(count) == before.flatMap { Int($0) }.map { "\($0 + 1)" })
      let two = try await source.run("db", "query", "--write", "select 1; select 2")
      #expect(two.status != 0)
      let wrong = try await source.run("db", "query", "selct 1")
      #expect(wrong.stderr.contains("42601"))
    }
  }

  @Test("a dump is the same bytes every time, gzipped or not, and loads")
  func dump() async throws {
    try await LoadedSource.sample { source in
      for (name, more) in [("a", []), ("b", []), ("c", ["--gzip"]), ("d", ["--gzip"])] {
        let run = try await source.run(["db", "dump", "--out", name] + more)
        #expect(run.status == 0, "\(run.stderr)")
      }
      let folder = source.folder.path
      for (one, two) in [("a", "b"), ("c", "d")] {
        let same = try await RunningBinary("/usr/bin/env", ["diff", "-r", "\(folder)/\(one)", "\(folder)/\(two)"])
          .outcome()
        #expect(same.status == 0, "\(same.stdout)")
      }
      // Without a folder named: into the lake.
      let settings = source.environment.merging(["LAKE_URL": folder + "/lake", "RUN_ID": "r1"]) { $1 }
      let lake = try await TestBinary.start(["db", "dump", "--json"], environment: settings).outcome()
      let place = try #require(try lake.document()["folder"]?.string)
      #expect(place.hasPrefix(folder + "/lake/dump/source=") && place.hasSuffix("/run_id=r1"), "\(place)")
      let same = try await RunningBinary("/usr/bin/env", ["diff", "-r", "\(folder)/a", place]).outcome()
      #expect(same.status == 0, "\(same.stdout)")

      let unpacked = try await RunningBinary("/usr/bin/env", ["gunzip", "-c", "\(folder)/c/charges.jsonl.gz"]).outcome()
      let plain = try String(contentsOfFile: "\(folder)/a/charges.jsonl", encoding: .utf8)
      #expect(unpacked.stdout == plain)
      #expect(plain.split(separator: "\n").count == Int(try await source.cell("select count(*) from charges") ?? ""))
      let first = try JSONDecoder().decode(
        [String: JSONAny].self, from: Data(try #require(plain.split(separator: "\n").first).utf8))
      #expect(first["id"]?.string?.hasPrefix("ch_") == true && first["amount"]?.integer != nil)
    }
  }

  @Test("a redacted dump holds nobody's name, address or number")
  func redaction() async throws {
    try await LoadedSource.sample { source in
      #expect(try await source.run("db", "dump", "--out", "plain").status == 0)
      #expect(try await source.run("db", "dump", "--out", "redacted", "--redact").status == 0)
      let personal = try Self.personalValues()
      #expect(personal.count > 25)
      let plain = try Self.text(in: source.folder.path + "/plain")
      let redacted = try Self.text(in: source.folder.path + "/redacted")
      #expect(redacted.contains("\"id\":\"cus_") && redacted.contains("\"amount\":"))
      #expect(personal.filter { !plain.contains($0) } == [], "the control: these are in the dump that is not redacted")
      #expect(personal.filter { redacted.contains($0) } == [])
    }
  }

  /// What the sample says of persons, found by Stripe's names for it and not by our declarations.
  private static func personalValues() throws -> Set<String> {
    var values: Set<String> = []
    func walk(_ value: JSONAny, isPerson: Bool) {
      if let list = value.array { list.forEach { walk($0, isPerson: isPerson) } }
      for (name, member) in value.members ?? [:] {
        let isPersonal =
          ["email", "line1", "line2", "phone", "fingerprint", "receipt_email", "customer_email", "tax_id"].contains(
            name)
          || (name == "name" && isPerson)
        if isPersonal, let text = member.string, text.count > 4 { values.insert(text) }
        walk(member, isPerson: ["billing_details", "shipping", "customer_shipping", "evidence"].contains(name))
      }
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: ProgramHome.sample) where name != "manifest.json" {
      let data = try Data(contentsOf: URL(fileURLWithPath: ProgramHome.sample).appendingPathComponent(name))
      walk(try JSONDecoder().decode(JSONAny.self, from: data), isPerson: name == "customers.json")
    }
    return values
  }

  private static func text(in folder: String) throws -> String {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
      try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)
    }.joined()
  }

  @Test("a dump is of one moment: what is committed meanwhile is in no file")
  func snapshot() async throws {
    try await LoadedSource.sample { source in
      let disputes = try await source.cell("select count(*) from disputes")
      let blocker = try await TestDatabase.connect()
      try await blocker.execute("begin; lock table \(source.schema).disputes in access exclusive mode")
      let dump = try source.start("db", "dump", "--out", "dump", "--json")
      let waiting =
        "select count(*) from pg_locks where not granted and relation = '\(source.schema).disputes'::regclass"
      try await Wait.until("the dump waits for the table") { try await blocker.query(waiting)[0, 0] == "1" }
      try await blocker.execute(
        "insert into \(source.schema).disputes (id, is_placeholder) values ('du_late', true); commit")
      await blocker.close()
      let outcome = await dump.outcome()
      #expect(outcome.status == 0, "\(outcome.stderr)")
      let tables = try outcome.document()["tables"]?.array ?? []
      let rows = tables.first { $0["table"]?.string == "disputes" }?["rows"]?.integer
      #expect(rows.map { "\($0)" } == disputes)
    }
  }

  @Test("logs are JSON lines on stderr with one run id, which leads to the run in the database")
  func logs() async throws {
    try await LoadedSource.empty { source in
      let run = try await source.run(
        "ingest", "--source", "json", "--json-dir", ProgramHome.sample, environment: ["RUN_ID": "night-42"])
      #expect(run.status == 0)
      let lines = run.stderr.split(separator: "\n")
      #expect(lines.count > 3 && run.logLines.count == lines.count, "a line is no JSON: \(run.stderr)")
      for line in run.logLines {
        #expect(line["run_id"]?.string == "night-42" && line["command"]?.string == "ingest")
        #expect(line["level"]?.string == "info" && line["event"]?.string?.isEmpty == false)
        #expect(line["ts"]?.string?.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil)
      }
      #expect(!run.stdout.contains("night-42\"") && run.stdout.contains("run night-42"))
      #expect(try await source.cell("select count(*) > 0 from _runs where run_id = 'night-42'") == "t")
      #expect(
        try await source.cell("select bool_and(run_id = 'night-42') from charges where not is_placeholder") == "t")

      let quiet = try await source.run(
        "ingest", "--source", "json", "--json-dir", ProgramHome.sample, "--log-level", "error", "--json")
      #expect(quiet.stderr.isEmpty)
      let report = try quiet.document()
      #expect(report["resources"]?.array?.isEmpty == false && report["statuses"] == .array([]))
      #expect(report["changed_rows"]?.integer == 0)
      for (_, time) in report["observed_at"]?.members ?? [:] {
        #expect(time.string?.wholeMatch(of: #/\d{4}-\d\d-\d\dT[\d:.]{8,}Z/#) != nil)
      }
    }
  }

  @Test("at a terminal: words instead of JSON, and a bar that is gone at the end")
  func terminal() async throws {
    try await LoadedSource.empty { source in
      let file = try source.writeCustomers(20_000)
      let run = try await source.onTerminal(["ingest", "customers", "--source", "json", "--file", file])
      #expect(run.status == 0, "\(run.stdout)\(run.stderr)")
      #expect(run.stdout.hasPrefix("DEV · postgresql://"))
      #expect(!run.stdout.contains("\"event\""))
      let bar = try #require(run.stdout.firstMatch(of: #/customers +\[#*\.*\] +\d+%  \S+ MB of 3\.\d MB/#), "no bar")
      // Whatever was drawn is overwritten with blanks before the next line.
      #expect(run.stdout[bar.range.upperBound...].contains(#/\r +\rtable /#))
      #expect(!run.stdout.contains("file loaded"), "the report says it")
    }
  }

  @Test("reset asks at a terminal, and takes only yes for yes")
  func confirmation() async throws {
    try await LoadedSource.sample { source in
      let kept = try await source.onTerminal(["db", "reset"], typed: "y\n")
      #expect(kept.status == 130 && kept.stdout.contains("nothing was changed"))
      #expect(try await source.cell("select count(*) > 0 from charges") == "t")
      let done = try await source.onTerminal(["db", "reset"], typed: "yes\n")
      #expect(done.status == 0, "\(done.stdout)")
      #expect(try await source.cell("select count(*) from charges") == "0")
    }
  }

  @Test("psql takes control-C, and leaves no file with a password")
  func psql() async throws {
    try await LoadedSource.empty { source in
      // What psql would answer to a signal: neither ignored nor blocked.
      let run = try await source.run(
        ["db", "psql", "--", "-XAtc", "\\! grep -E 'Sig(Blk|Ign)' /proc/self/status"],
        environment: ["TMPDIR": source.folder.path])
      #expect(run.status == 0, "\(run.stderr)")
      let masks = run.stdout.split(separator: "\n").compactMap { $0.split(separator: "\t").last }.compactMap {
        UInt64($0, radix: 16)
      }
      #expect(masks.count == 2)
      let numbers: UInt64 = [SIGINT, SIGTERM, SIGPIPE].reduce(0) { $0 | 1 << UInt64($1 - 1) }
      #expect(masks.allSatisfy { $0 & numbers == 0 }, "\(run.stdout)")
      let left = try FileManager.default.contentsOfDirectory(atPath: source.folder.path)
      #expect(left.filter { $0.contains("psql") } == [])
    }
  }
}
