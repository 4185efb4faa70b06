import Foundation
import PlatformCore
import TestSupport
import Testing

/// What a user and a script see of a load: exit status, JSON document, words.
@Suite struct IngestStatusTests {
  @Test func done() async throws {
    try await IngestProgram.run { program in
      try program.write("customers.json", StripeObjects.customer("cus_1").rendered)
      try program.write("charges.json", StripeObjects.charge("ch_1", customer: "cus_2").rendered)
      let outcome = try await program.ingest("--json")
      #expect(outcome.status == 0, "\(outcome.stderr)")
      let document = try IngestDocument(outcome.stdout)
      let customers = try #require(document["customers"])
      #expect(customers.read == 1)
      #expect(customers.inserted == 1)
      #expect(customers.placeholders == 1)
      #expect(document["charges"]?.inserted == 1)
      let again = try await program.ingest()
      #expect(again.status == 0)
      #expect(again.stdout.contains("0 rows changed"))
      #expect(again.stdout.contains("1 customer is referred to but not in this export (charges.customer_id 1)"))
    }
  }

  @Test func rejectsAre65() async throws {
    try await IngestProgram.run { program in
      let good = StripeObjects.customer("cus_1")
      try program.write("customers.jsonl", StripeObjects.lines([good, good.with(["id": "cus_2", "balance": "x"])]))
      let outcome = try await program.ingest("--json")
      #expect(outcome.status == 65)
      let document = try IngestDocument(outcome.stdout)
      #expect(document["customers"]?.inserted == 1)
      #expect(document["customers"]?.rejected == 1)
      let reject = try #require(document.rejects.first)
      #expect(reject.line == 2)
      #expect(reject.field == "balance")
      #expect(reject.file == program.export + "/customers.jsonl")
      #expect(document.rejectFiles == [program.folder.path + "/home/rejects/\(document.runId)/customers.jsonl"])
      #expect(FileManager.default.fileExists(atPath: document.rejectFiles[0]))
      let words = try await program.ingest().stdout
      #expect(words.contains("customers.jsonl line 2 (cus_2): field balance: expected money"))
    }
  }

  @Test func incompleteIs65() async throws {
    try await IngestProgram.run { program in
      try program.write("customers.json", StripeObjects.list([StripeObjects.customer("cus_1")], hasMore: true).rendered)
      let outcome = try await program.ingest("--json")
      #expect(outcome.status == 65)
      #expect(try IngestDocument(outcome.stdout)["customers"]?.incomplete == 1)
    }
  }

  @Test func aMissingFolderOrFileIs66() async throws {
    try await IngestProgram.run { program in
      #expect(try await program.ingest().status == 66)
      let file = try await program("ingest", "customer", "--source", "json", "--file", "/nowhere.json")
      #expect(file.status == 66)
      #expect(file.stderr.contains("/nowhere.json"))
      try program.write("notes.txt", "x")
      #expect(try await program.ingest().status == 66)
      try program.write("customers.json", StripeObjects.customer("cus_1").rendered)
      let other = try await program("ingest", "charges", "--source", "json", "--json-dir", program.export)
      #expect(other.status == 66)
      #expect(other.stderr.contains("charges"))
    }
  }

  @Test(arguments: [
    ["ingest"], ["ingest", "--source", "csv"], ["ingest", "--source", "json", "--file", "x.json"],
    ["ingest", "customer", "--source", "json", "--file", "x", "--json-dir", "y"],
    ["ingest", "--source", "json", "--exported-at", "yesterday"], ["ingest", "unicorns", "--source", "json"],
    ["ingest", "--source", "json", "--connections", "0"], ["ingest", "--source", "json", "--unknown"],
  ])
  func badArgumentsAre64(_ arguments: [String]) async throws {
    let folder = try TemporaryDirectory()
    let outcome = try await TestBinary.run(
      arguments, environment: ["OKAPI_HOME": folder.url.appending(path: "home").path], directory: folder.url)
    #expect(outcome.status == 64, "\(outcome.stderr)")
    // Refused before anything is touched.
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/home/postgres"))
  }

  @Test func theOtherModeIs78() async throws {
    try await IngestProgram.run { program in
      try program.write("customers.json", StripeObjects.customer("cus_1").rendered)
      #expect(try await program.ingest().status == 0)
      try program.write("customers.json", StripeObjects.customer("cus_2").with("livemode", true).rendered)
      let outcome = try await program.ingest()
      #expect(outcome.status == 78)
      #expect(outcome.stderr.contains("this database holds test data"))
      #expect(try await program.count("customers") == 1)
    }
  }

  @Test func aStoreThatIsNotMigratedIsRefused() async throws {
    let folder = try TemporaryDirectory()
    _ = try folder.write("customers.json", StripeObjects.customer("cus_1").rendered)
    let outcome = try await TestBinary.run(
      ["ingest", "--source", "json", "--json-dir", folder.path],
      environment: [
        "DATABASE_URL": try await TestDatabase.url(), "SOURCE_NAME": "never_migrated",
        "OKAPI_HOME": folder.url.appending(path: "home").path,
      ])
    #expect(outcome.status == 78)
    #expect(outcome.stderr.contains("okapi db migrate"))
  }
}
