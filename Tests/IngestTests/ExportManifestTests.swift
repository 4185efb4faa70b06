import Foundation
import PlatformCore
import Testing

@testable import Ingest

@Suite struct ExportManifestTests {
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "okapi-test-\(UUID().uuidString)")
    init(manifest: String) throws {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      try Data(manifest.utf8).write(to: url.appending(path: "manifest.json"))
    }
    deinit { try? FileManager.default.removeItem(at: url) }
    func of(_ name: String) throws -> ExportManifest? {
      try ExportManifest.find(beside: url.appending(path: name).path)
    }
  }

  @Test("a manifest that dates each file speaks of these files only; another one of all")
  func dates() throws {
    let each = try Folder(
      manifest: #"""
        {"exported_at": "2026-11-01", "files": {
          "charges.json": {"exported_at": "2026-11-20T06:00:00Z", "api_version": "v2"},
          "customers.json": {"exported_at": "2026-11-01", "api_version": null}}}
        """#)
    #expect(
      try each.of("charges.json")
        == ExportManifest(exportedAt: #require(Date(rfc3339: "2026-11-20T06:00:00Z")), apiVersion: "v2"))
    #expect(try each.of("customers.json")?.exportedAt == Date(rfc3339: "2026-11-01"))
    #expect(try each.of("prices.json") == nil)
    let all = try Folder(manifest: #"{"exported_at": "2026-11-02", "api_version": "v1"}"#)
    #expect(try all.of("prices.json")?.apiVersion == "v1")
  }
}
