import BronzeStore
import Foundation
import HTTPClient
import HTTPServer
import PlatformCore
import ResourceStore
import Sandbox
import SandboxServer
import StripeClient
import Synchronization
import TestSupport
import Testing
import Webhooks

@testable import Sync

/// What goes wrong while events are applied, and what is left of it afterwards.
@Suite("Apply, with faults") struct ApplyFaultTests {
  /// Captures what tells of a payment whose customer the tables do not know; answers the customer.
  private func payment(_ lab: SyncLab, _ apply: ApplyLab) throws -> String {
    let customer = try lab.id("/v1/customers", "name=Parent")
    _ = try apply.news()
    try lab.id(
      "/v1/payment_intents",
      "amount=1200&currency=eur&confirm=true&payment_method=pm_card_visa&customer=\(customer)&off_session=true")
    try apply.capture(try apply.news())
    return customer
  }

  private func name(of customer: String, _ lab: SyncLab) async throws -> String? {
    try await lab.value("select coalesce(name, 'placeholder') from {s}.customers where id = '\(customer)'")
  }

  /// Every part that an applier wrote, with how many lines it has.
  private func written(_ lab: SyncLab, entity: String? = nil) throws -> [(part: BronzePart, lines: Int)] {
    let bronze = BronzeReader(lake: lab.lake, source: lab.names.schema)
    return try bronze.entities().filter { entity == nil || $0 == entity }.flatMap { entity in
      try bronze.parts(of: entity).filter(\.isOfCapturedEvents).map { part in
        let reader = try bronze.open(part)
        var lines = 0
        while let batch = try reader.next() { for _ in batch.wholeLines { lines += 1 } }
        return (part, lines)
      }
    }
  }

  @Test("a parent that could not be read when its child came is read afterwards", arguments: [false, true])
  func parent(isKilled: Bool) async throws {
    try await ApplyLab.run { lab, apply in
      let customer = try payment(lab, apply)
      try lab.fault("unavailable", path: "/v1/customers/\(customer)")
      let applier = apply.applier(lab.client { $0.attempts = 2 })
      let task = Task { await applier.run(every: .milliseconds(10)) }
      try await Wait.until("it waits", limit: .seconds(60)) { applier.status.waitsFor != nil }
      #expect(try await name(of: customer, lab) == "placeholder", "the payment is there, its customer is not")
      if isKilled {
        task.cancel()
        await task.value
      }
      try lab.clearFaults()
      if isKilled {
        try await apply.apply()
      } else {
        try await Wait.until("it goes on", limit: .seconds(60)) { applier.status.done.events > 0 }
      }
      task.cancel()
      await task.value
      #expect(try await name(of: customer, lab) == "Parent")
      #expect(applier.status.done.setAside == 0)
    }
  }

  @Test("a parent that the API alone fails for stays a placeholder, and holds up neither its child nor what follows")
  func failingParent() async throws {
    try await ApplyLab.run { lab, apply in
      let customer = try payment(lab, apply)
      try lab.fault("server_error", path: "/v1/customers/\(customer)")
      func asked() throws -> Int64? { try lab.control("GET", "/_okapi/faults")["data"].array?.first?["fired"].integer }
      let applier = apply.applier(lab.client { $0.attempts = 2 })
      #expect(try await apply.apply(applier).setAside == 0)
      #expect(try await name(of: customer, lab) == "placeholder")
      let before = try asked()
      let other = try lab.id("/v1/customers", "name=Behind it")
      try apply.capture(try apply.news())
      #expect(try await apply.apply(applier).setAside == 0)
      #expect(try await name(of: other, lab) == "Behind it")
      #expect(try asked() == before, "it is not asked for with every batch")
      try lab.clearFaults()
      try lab.id("/v1/coupons", "percent_off=10&duration=once&id=WINTER")
      try apply.capture(try apply.news())
      try await apply.apply()
      #expect(try await name(of: customer, lab) == "Parent")
    }
  }

  @Test("an API that comes back while it is looked who is to blame has failed for nobody")
  func backJustNow() async throws {
    try await ApplyLab.run { lab, apply in
      let customer = try lab.id("/v1/customers", "name=Well")
      let events = try apply.news()
      try lab.fault("server_error", count: 2, path: "/v1/customers/\(customer)")
      let applier = apply.applier(lab.client { $0.attempts = 2 })
      try await applier.applyOnce(events.map { JSONWriter.bytes(.object($0)) })
      let report = await applier.finished()
      #expect(report.setAside == 0 && report.events == events.count)
      #expect(try await name(of: customer, lab) == "Well")
    }
  }

  @Test("what keeps it waiting before the first event is told, and no longer once it is over")
  func waitsBeforeTheFirst() async throws {
    try await ApplyLab.run { lab, apply in
      try lab.fault("unavailable", path: "/v1/account")
      let applier = apply.applier(lab.client { $0.attempts = 1 })
      let task = Task { await applier.run(every: .milliseconds(10)) }
      try await Wait.until("it waits", limit: .seconds(60)) { applier.status.waitsFor != nil }
      try lab.clearFaults()
      try await Wait.until("it does not wait any more", limit: .seconds(60)) { applier.status.waitsFor == nil }
      task.cancel()
      await task.value
    }
  }

  @Test("what answers in the API's place while it is away is waited for, as the API is", arguments: [404, 403, 200])
  func defaultBackend(status: Int) async throws {
    try await ApplyLab.run { lab, apply in
      let isAway = Atomic<Bool>(false)
      let api = lab.service.url
      let proxy = try HTTPServer(port: 0) { request in
        guard !isAway.load(ordering: .relaxed) else {
          return HTTPResponse(status: status, body: .bytes(Array("<html>".utf8)))
        }
        let url = api + request.path + (request.query.isEmpty ? "" : "?" + request.query)
        let headers = request.headers.filter { ["authorization", "stripe-version"].contains($0.name.lowercased()) }
        guard let answer = try? HTTPClient().send(.init("GET", url, headers: headers)) else {
          return HTTPResponse(status: 502)
        }
        return HTTPResponse(status: answer.status, headers: answer.headers, body: .bytes(answer.body))
      }
      defer { proxy.stop() }
      let applier = apply.applier(lab.client { ($0.base, $0.attempts) = ("http://\(proxy.address)", 2) })
      try lab.id("/v1/customers", "name=First")
      try await applier.applyOnce(try apply.news().map { JSONWriter.bytes(.object($0)) })
      let customer = try lab.id("/v1/customers", "name=Second")
      let events = try apply.news().map { JSONWriter.bytes(.object($0)) }
      isAway.store(true, ordering: .relaxed)
      _ = await applier.finished()
      let before = try written(lab).count
      let error = await #expect(throws: PlatformError.self) { try await applier.applyOnce(events) }
      #expect(error?.status == .protocolViolation && applier.status.done.setAside == 0)
      #expect(try written(lab).count == before, "an attempt leaves nothing in bronze")
      isAway.store(false, ordering: .relaxed)
      try await applier.applyOnce(events)
      #expect(try await name(of: customer, lab) == "Second")
      #expect(await applier.finished().setAside == 0)
    }
  }

  @Test("a position behind the log's end is another log's: it is read from its beginning")
  func positionOfAnotherLog() async throws {
    try await ApplyLab.run { lab, apply in
      let segment = "0000000057.2026-11-21.run-1.00000.jsonl"
      let mark = #"{"position": {"segment": "\#(segment)", "offset": 10}, "updated_at": ""}"#
      try Data(mark.utf8).write(to: apply.folder.appending(path: "apply.json"))
      let customer = try lab.id("/v1/customers", "name=Anew")
      try apply.capture(try apply.news())
      let queue = EventQueue(folder: apply.folder, reader: apply.log.reader)
      let applier = EventApplier(
        lab.options(lab.client()) { try await TestDatabase.connect() }, queue: queue, context: lab.context())
      try await apply.apply(applier)
      #expect(try await name(of: customer, lab) == "Anew")
    }
  }

  @Test("nothing is applied through another lake than the one that the log knows")
  func otherLake() async throws {
    try await ApplyLab.run { lab, apply in
      let away = lab.folder.url.appending(path: "away")
      let customer = try lab.id("/v1/customers", "name=Later")
      try apply.capture(try apply.news())
      apply.log.close()
      try FileManager.default.moveItem(at: lab.lake.root, to: away)
      let applier = apply.applier()
      let task = Task { await applier.run(every: .milliseconds(10)) }
      try await Wait.until("it waits", limit: .seconds(60)) {
        applier.status.waitsFor?.contains("not the lake") == true
      }
      #expect(!FileManager.default.fileExists(atPath: lab.lake.root.path))
      #expect(try await name(of: customer, lab) == nil)
      try FileManager.default.moveItem(at: away, to: lab.lake.root)
      try await Wait.until("it goes on", limit: .seconds(60)) { applier.status.done.events > 0 }
      task.cancel()
      await task.value
      #expect(try await name(of: customer, lab) == "Later")
    }
  }

  @Test("an object is to blame for each request that names it in its path")
  func objectsOfARequest() throws {
    func event(_ id: String) -> [UInt8] {
      Array(#"{"id":"evt_1","type":"invoice.paid","data":{"object":{"id":"\#(id)"}}}"#.utf8)
    }
    for request in ["GET /v1/invoices/in_1", "GET /v1/invoices/in_1/lines?starting_after=il_2", "GET /v1/x/in%5F1"] {
      let error = PlatformError(.unavailable, "", context: ["request": request])
      #expect(EventApplier.objects(of: error, in: [event("in_1"), event("in_2")]) == ["in_1"], "\(request)")
    }
    #expect(EventApplier.objects(of: PlatformError(.bug, ""), in: [event("in_1")]) == [])
  }

  @Test("where the key may not read events, one object that the API fails for holds up no other all the same")
  func failingWithoutEvents() async throws {
    try await ApplyLab.run { lab, apply in
      let failing = try lab.id("/v1/customers", "name=Failing")
      let other = try lab.id("/v1/customers", "name=Beside it")
      let events = try apply.news()
      try lab.fault("forbidden", path: "/v1/events")
      try lab.fault("server_error", path: "/v1/customers/\(failing)")
      let applier = apply.applier(lab.client { $0.attempts = 2 })
      try await applier.applyOnce(events.map { JSONWriter.bytes(.object($0)) })
      #expect(await applier.finished().setAside == 1)
      #expect(try await name(of: other, lab) == "Beside it")
    }
  }

  @Test("what a bucket says is not taken for the API's word, and a file is told from a database")
  func sides() throws {
    let s3 = try HTTPServer(port: 0) { _ in HTTPResponse(status: 403, headers: [("x-amz-request-id", "1")]) }
    defer { s3.stop() }
    let lake = try LakeFolder(
      location: "s3://bucket/lake", relativeTo: URL(filePath: "/"),
      variables: [
        "AWS_ENDPOINT_URL_S3": "http://\(s3.address)", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
      ])
    let error = #expect(throws: PlatformError.self) { try lake.read("x") }
    #expect(try OutageLog.side(of: #require(error)) == .lake)
    #expect(OutageLog.side(of: PlatformError(.data, "", context: ["file": "/x"])) == .disk)
    #expect(OutageLog.side(of: PlatformError(.unavailable, "", context: ["request": "GET /v1/x"])) == .api)
    #expect(OutageLog.side(of: PlatformError(.unavailable, "")) == .database)
  }

  @Test("what does not pass by itself is told with what to do", arguments: [true, false])
  func needsAHand(passes: Bool) {
    let lines = Mutex<[String]>([])
    let log = Log(runID: "run-1", command: "x") { line in lines.withLock { $0.append(line) } }
    var outages = OutageLog(log, of: "apply")
    outages.note(.api, PlatformError(passes ? .unavailable : .permission, "no", nextStep: "set another key"))
    #expect(lines.withLock { $0.count { $0.contains("set another key") } } == (passes ? 0 : 1))
  }

  @Test("a parent that breaks its declared shape stays a placeholder, and no event is set aside for it")
  func brokenParent() async throws {
    try await ApplyLab.run { lab, apply in
      let customer = try payment(lab, apply)
      try lab.change(.customer, customer) { $0["balance"] = "much" }
      let applier = apply.applier()
      #expect(try await apply.apply(applier).setAside == 0)
      #expect(try await name(of: customer, lab) == "placeholder")
      try lab.id("/v1/coupons", "percent_off=10&duration=once&id=WINTER")
      try apply.capture(try apply.news())
      #expect(try await apply.apply(applier).setAside == 0)
    }
  }

  @Test("what a run has written to bronze is noted, also where its first batch failed")
  func noted() async throws {
    try await ApplyLab.run { lab, apply in
      let customer = try payment(lab, apply)
      try lab.fault("unavailable", path: "/v1/customers/\(customer)")
      let applier = apply.applier(lab.client { $0.attempts = 2 })
      let task = Task { await applier.run(every: .milliseconds(10)) }
      try await Wait.until("it waits", limit: .seconds(60)) { applier.status.waitsFor != nil }
      task.cancel()
      await task.value
      let parts = try written(lab)
      #expect(!parts.isEmpty)
      for (part, lines) in parts {
        let outputs = try lab.state.manifest(of: part.runID)?.outputs ?? []
        #expect(outputs.first { $0.path == part.path }?.lines == lines, "\(part.path)")
      }
    }
  }

  @Test("events of what the key may not read are set aside in one step, and the others of their batch are applied")
  func forbidden() async throws {
    try await ApplyLab.run { lab, apply in
      try lab.fault("forbidden", path: "/v1/coupons")
      let count = 12
      for number in 0..<count {
        let coupon: JSONObject = ["id": .string("C\(number)"), "object": "coupon", "percent_off": 10]
        try apply.capture([
          [
            "id": .string("evt_coupon\(number)"), "object": "event", "type": "coupon.created",
            "created": 1_795_000_000, "api_version": "2026-10-28.endive", "data": ["object": .object(coupon)],
          ]
        ])
        try lab.id("/v1/customers", "name=Beside \(number)")
        try apply.capture(try apply.news())
      }
      let report = try await apply.apply()
      #expect(report.events == 2 * count && report.setAside == count)
      #expect(try await lab.value("select count(*) from {s}.customers where name like 'Beside %'") == "\(count)")
      #expect(apply.connected < 10, "connected \(apply.connected) times")
      #expect(try written(lab, entity: "events").reduce(0) { $0 + $1.lines } == 2 * count, "each event once")
      let file = apply.folder.appending(path: "set-aside/evt_coupon0.json")
      #expect(try String(contentsOf: file, encoding: .utf8).contains("coupons: "))
    }
  }

  @Test("many objects that break their declared shape are set aside in a few steps")
  func rejected() async throws {
    try await ApplyLab.run { lab, apply in
      let count = 50
      for number in 0..<count {
        let product: JSONObject = [
          "id": .string("prod_broken\(number)"), "object": "product", "created": "never", "livemode": false,
        ]
        try apply.capture([
          [
            "id": .string("evt_broken\(number)"), "object": "event", "type": "product.created",
            "created": 1_795_000_000, "api_version": "2026-10-28.endive", "data": ["object": .object(product)],
          ]
        ])
      }
      let customer = try lab.id("/v1/customers", "name=Whole")
      try apply.capture(try apply.news())
      let report = try await apply.apply()
      #expect(report.events == count + 1 && report.setAside == count)
      #expect(try await name(of: customer, lab) == "Whole")
      #expect(apply.connected < 20, "connected \(apply.connected) times")
    }
  }

  @Test("a retry goes past files that are damaged or gone, and says how many were damaged")
  func damagedFiles() async throws {
    try await ApplyLab.run { lab, apply in
      let customer = try lab.id("/v1/customers", "name=Aside")
      let event = try #require(try apply.news().last)
      let aside = SetAsideEvents(inLog: apply.folder)
      try aside.add(JSONWriter.bytes(.object(event)), id: "evt_whole", reason: "test", at: Date())
      let folder = apply.folder.appending(path: "set-aside")
      try Data("{\"id\": \"evt_d".utf8).write(to: folder.appending(path: "evt_damaged.json"))
      // As one that another process has applied and forgotten, since its name was read.
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: "evt_gone.json"), withDestinationURL: folder.appending(path: "nowhere"))
      let report = try await apply.applier().retry()
      #expect(report.events == 1 && report.setAside == 0 && report.damaged == 1)
      #expect(try await name(of: customer, lab) == "Aside")
      #expect(aside.names.contains("evt_damaged.json"), "it stays")
    }
  }

  @Test("files of set-aside events are read some at a time")
  func stride() async throws {
    let folder = try TemporaryDirectory()
    let queue = EventQueue(folder: folder.url)
    for number in 0..<5 {
      try queue.aside.add(Array("{\"n\":\(number)}".utf8), id: "evt_\(number)", reason: "test", at: Date())
    }
    var names = queue.aside.names[...]
    var sizes: [Int] = []
    while !names.isEmpty {
      let found = await queue.setAside(in: names, 2)
      #expect(found.damaged.isEmpty && found.files == found.events.count)
      sizes.append(found.files)
      names = names.dropFirst(found.files)
    }
    #expect(sizes == [2, 2, 1])
  }
}
