import Foundation
import TestSupport
import Testing

/// `okapi lake shell` and what the checks say of a source that has changed.
@Suite("Lake shell and drift") struct LakeShellTests {
  @Test("statements from a pipe: answers in turn, tables and columns, and the first mistake ends it with its status")
  func pipe() async throws {
    try await LakeWorld.with(customers: 5, months: 1) { world in
      #expect(try await world.lake("run").status == 0)
      let told = try await world.shell(
        """
        create temp table kept as
          select 40 as n; -- a comment; with a semicolon
        select n + 2 as "a;b", ';' as semicolon
        from kept; select count(*) > 3 as many from silver.customers;
        \\d silver.refunds
        \\d
        select 'the last' as word
        """)
      #expect(told.status == 0, "\(told.stderr)")
      for text in ["a;b", "42", "true", "refund_id", "VARCHAR", "gold.fct_payments", "the last"] {
        #expect(told.stdout.contains(text), "\(text) in \(told.stdout)")
      }
      #expect(!told.stdout.contains("lake>"))

      let wrong = try await world.shell("select 1 as one;\nselect nothing from nowhere;\nselect 2 as two;")
      #expect(wrong.status == 64)
      #expect(wrong.stdout.contains("one") && !wrong.stdout.contains("two"))
      #expect(wrong.stderr.contains("nowhere"))
      let table = try await world.shell("\\d silver.nothing")
      #expect(table.status == 64)
      #expect(table.stderr.contains("there is no table 'silver.nothing'"))

      let documents = try await world.shell("select 1 as one; select 2 as two;", ["--json"])
      #expect(documents.stdout.components(separatedBy: "\"columns\"").count == 3)
    }
  }

  @Test("at a terminal a mistake is told and the next statement runs; \\q ends it")
  func terminal() async throws {
    try await LakeWorld.with(customers: 3, months: 1) { world in
      #expect(try await world.lake("run").status == 0)
      let talk = try await world.shell(
        "select nothing from nowhere;\n\\x\nselect 40 +\n2 as answer;\n\\q\nselect 7 as never;\n", onTerminal: true)
      #expect(talk.status == 0, "\(talk.stdout)")
      for text in ["lake> ", "   -> ", "nowhere", "'\\x' is no order of the shell", "answer", "42"] {
        #expect(talk.stdout.contains(text), "\(text) in \(talk.stdout)")
      }
      #expect(talk.stdout.components(separatedBy: "1 row").count == 2)
    }
  }

  @Test("a run gets in between two statements, and the second sees what it accepted")
  func lock() async throws {
    try await LakeWorld.with(customers: 3, months: 1) { world in
      #expect(try await world.lake("run").status == 0)
      let count = "select 'customers ' || count(*) as seen from silver.customers"
      let (answers, gate) = (world.home.folder.appending(path: "answers"), world.home.folder.appending(path: "gate"))
      let shell = try world.startShell(
        "( echo \"\(count);\"; until [ -e '\(gate.path)' ]; do sleep 0.05; done; echo \"\(count);\" )",
        " > '\(answers.path)'")
      async let outcome = shell.outcome()
      func seen() -> [Int] {
        let text = (try? String(contentsOf: answers, encoding: .utf8)) ?? ""
        return text.matches(of: #/customers (\d+)/#).compactMap { Int($0.1) }
      }
      try await Wait.until("the first answer") { seen().count == 1 }
      try world.send("POST", "/v1/customers", "name=Late")
      let run = try await world.lake("run")
      #expect(run.status == 0, "\(run.stderr)")
      try Data().write(to: gate)
      #expect(await outcome.status == 0)
      #expect(seen().count == 2 && seen()[1] == seen()[0] + 1, "\(seen())")
    }
  }

  @Test("fields and values that nobody declared are drift: told with their ids, fatal with --strict only")
  func drift() async throws {
    try await LakeWorld.with(customers: 8, months: 2) { world in
      func findings(_ outcome: TestBinary.Outcome) throws -> [[String: JSONAny]] {
        let report = try outcome.document()
        return ((report["lake"]?["findings"] ?? report["findings"])?.array ?? []).compactMap(\.members)
      }
      let usual = try await world.lake("run", "--json")
      #expect(usual.status == 0)
      #expect(try findings(usual) == [])

      let charge = try world.strange("charges") { line in
        line.replacing(#"{"data":{"#, with: #"{"data":{"brand_new":{"a":1},"#)
          .replacing(#""status":"succeeded""#, with: #""status":"frozen""#)
      }
      let invoice = try world.strange("invoices") { line in
        line.replacing(#/("lines":\{[^\[]*"data":\[\{)/#) { $0.1 + #""odd":true,"# }
      }
      let run = try await world.lake("run", "--json")
      #expect(run.status == 0, "\(run.stdout)")
      func expect(_ check: String, _ model: String, _ words: String, _ id: String) throws {
        let found = try findings(run).filter { $0["check"]?.string == check && $0["model"]?.string == model }
        #expect(found.count == 1, "\(check) of \(model): \(found)")
        #expect(found.first?["message"]?.string?.contains(words) == true, "\(found)")
        #expect(found.first?["count"]?.integer == 1)
        #expect(found.first?["samples"]?.array == [.string(id)])
      }
      try expect("unknown_field", "charges", "brand_new", charge)
      try expect("unknown_field", "invoice_line_items", "odd in lines", invoice)
      try expect("enumeration", "charges", "status holds 'frozen'", charge)
      let before = try world.accepted()
      let strict = try await world.lake("replay", "--strict", "--json")
      #expect(strict.status == 1, "\(strict.stdout)")
      #expect(try strict.document()["is_promoted"] == .boolean(false))
      #expect(try world.accepted() == before)
    }
  }
}

extension LakeWorld {
  /// What the shell answers to lines from a pipe, or typed at a terminal.
  fileprivate func shell(
    _ input: String, _ arguments: [String] = [], onTerminal: Bool = false
  ) async throws -> TestBinary.Outcome {
    let file = try home.write("typed-\(UUID().uuidString)", input)
    let more = arguments.map { " " + $0 }.joined()
    return try await startShell("cat '\(file)'", more, onTerminal: onTerminal).outcome()
  }

  /// Starts the shell behind a pipe from a command.
  fileprivate func startShell(_ source: String, _ rest: String, onTerminal: Bool = false) throws -> RunningBinary {
    let command = "'\(try TestBinary.path())' lake shell\(rest)"
    // script gives it a terminal, and hands on what it reads itself.
    let line = onTerminal ? "\(source) | script -qec \"\(command)\" /dev/null" : "\(source) | \(command)"
    return try RunningBinary(
      "/bin/sh", ["-c", line], environment: ["LAKE_URL": lake.path, "LOG_LEVEL": "error", "OKAPI_HOME": home.home],
      directory: home.folder)
  }

  /// Puts a changed copy of a line of bronze behind it, as a later observation of its object; answers the object's id.
  fileprivate func strange(_ entity: String, _ change: (String) -> String) throws -> String {
    for part in try files(entity) {
      for line in try String(contentsOf: part, encoding: .utf8).split(separator: "\n").map(String.init) {
        let changed = change(line)
        guard changed != line, entity != "charges" || line.contains(#""status":"succeeded""#),
          let id = line.firstMatch(of: #/"id":"([^"]+)"/#)?.1
        else { continue }
        let later = changed.replacing(#/"run_id":"[^"]+"/#, with: #""run_id":"strange""#)
          .replacing(#/"observed_at":"[^"]+"/#, with: #""observed_at":"2031-01-01T00:00:00Z""#)
        let day = part.deletingLastPathComponent().deletingLastPathComponent()
        let folder = day.appending(path: "run_id=strange")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data((later + "\n").utf8).write(to: folder.appending(path: "part-00000.jsonl"))
        return String(id)
      }
    }
    throw Unchanged(entity: entity)
  }

  private struct Unchanged: Error { let entity: String }
}
