import BronzeStore
import Foundation
import PlatformCore
import Sandbox
import StripeModel
import TestSupport
import Testing

@testable import Fetch

/// The list files beside bronze.
@Suite("Export") struct ExportTests {
  private func list(_ name: String, in folder: URL) throws -> JSON {
    let data = try #require(FileManager.default.contents(atPath: folder.appending(path: name).path))
    return try JSONParser().parse(Array(data))
  }

  private func dates(in folder: URL) throws -> JSON { try list("manifest.json", in: folder) }

  @Test("every resource is a list with the familiar expansions, and the manifest dates each file")
  func files() async throws {
    let lab = try FetchLab()
    try await lab.seed(customers: 8, months: 2)
    let folder = lab.folder.url.appending(path: "export")
    let report = try await lab.fetch { $0.exportFolder = folder }
    #expect(report.statuses == [])
    for name in [ResourceName.customer, .charge, .invoice, .price, .subscription, .balanceTransaction] {
      let json = try list(name.definition.table + ".json", in: folder)
      #expect(json.object?.members.map(\.name) == ["object", "data", "has_more", "url"])
      #expect(json["has_more"] == false && json["url"].string == name.definition.path)
      let ids = (json["data"].array ?? []).compactMap { $0["id"].string }
      #expect(ids.count == Set(ids).count)
      #expect(Set(ids) == Set(try lab.truth(#require(RecordType(rawValue: name.rawValue))).keys), "\(name)")
      #expect(report.files.first { $0.resource == name.definition.table }?.objects == ids.count)
    }
    let charges = try list("charges.json", in: folder)["data"].array ?? []
    #expect(charges.contains { $0["payment_intent"]["object"] == "payment_intent" })
    let invoices = try list("invoices.json", in: folder)["data"].array ?? []
    #expect(invoices.allSatisfy { $0["customer"]["object"] == "customer" && $0["lines"]["has_more"] == false })
    let manifest = try dates(in: folder)
    #expect(manifest["api_version"] == "2026-10-28.endive")
    let exportedAt = try #require(manifest["exported_at"].string.flatMap { Date(rfc3339: $0) })
    #expect(abs(exportedAt.timeIntervalSinceNow) < 600)
    #expect(try lab.lines(.charge).allSatisfy { $0.observation.observedAt >= Int64(exportedAt.timeIntervalSince1970) })

    // A fetch of one resource leaves the other files' dates as they are.
    try await Wait.until("a second has passed") { Date().timeIntervalSince(exportedAt) > 2 }
    try await lab.fetch([.product]) { $0.exportFolder = folder }
    let later = try dates(in: folder)
    #expect(later["files"]["charges.json"] == manifest["files"]["charges.json"])
    #expect(later["files"]["products.json"] != manifest["files"]["products.json"])
    #expect(later["exported_at"] == manifest["exported_at"])
  }

  @Test("of several versions the newest is written, of the deleted none, in however many passes")
  func versions() async throws {
    let folder = try TemporaryDirectory()
    let lake = LakeFolder(root: folder.url.appending(path: "lake"))
    let writer = BronzeWriter(lake: lake, source: "stripe", runID: "run-1")
    func write(_ objects: [String], at second: Int64, _ sequence: Int64 = 1) async throws {
      try await writer.append(
        objects.map { Array($0.utf8)[...] }, to: "products",
        observed: BronzeObservation(observedAt: second, sequence: sequence, apiVersion: nil))
    }
    try await write((0..<30).map { #"{"id":"prod_\#($0)","object":"product","v":1}"# }, at: 10)
    try await write([#"{"id":"prod_1","object":"product","v":3}"#], at: 12)
    try await write([#"{"id":"prod_1","object":"product","v":2}"#], at: 11)
    try await write([#"{"id":"prod_2","object":"product","v":2}"#], at: 10, 2)
    try await write([#"{"id":"prod_3","object":"product","deleted":true}"#], at: 13)
    try await writer.finish()
    for idsAtOnce in [4, 1000] {
      let export = folder.url.appending(path: "export-\(idsAtOnce)")
      let exporter = ExportWriter(
        reader: BronzeReader(lake: lake, source: "stripe"), folder: export, apiVersion: "v", idsAtOnce: idsAtOnce)
      let files = try await exporter.write([
        .init(definition: ResourceName.product.definition, runs: ["run-1"], begunAt: 10)
      ])
      #expect(files.first?.objects == 29)
      let data = try #require(try list("products.json", in: export)["data"].array)
      let versions = Dictionary(uniqueKeysWithValues: data.map { ($0["id"].string ?? "", $0["v"].integer ?? 0) })
      #expect(versions.count == 29 && versions["prod_1"] == 3 && versions["prod_2"] == 2 && versions["prod_0"] == 1)
    }
  }
}
