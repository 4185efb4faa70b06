import Foundation
import PlatformCore
import SandboxServer
import Testing
import Workspace

@testable import CLI

/// Whom a command speaks to.
@Suite("API access") struct APIAccessTests {
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "okapi-test-\(UUID().uuidString)")
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }
  }

  private func access(_ environment: [String: String], in folder: Folder) throws -> APIAccess {
    try APIAccess(Settings.load(environment: environment, directory: folder.url))
  }

  @Test(
    "a key goes to Stripe, or to the address given; neither key nor password is shown",
    arguments: [
      (["STRIPE_API_KEY": "sk_test_abcdefghijkl"], "https://api.stripe.com", "Stripe, test mode"),
      (["STRIPE_API_KEY": "rk_live_abcdefghijkl", "ENV": "PROD"], "https://api.stripe.com", "Stripe, live mode"),
      (["STRIPE_API_KEY": "sk_org_live_abcdefgh", "ENV": "PROD"], "https://api.stripe.com", "Stripe, live mode"),
      (
        [
          "STRIPE_API_KEY": "sk_test_abcdefghijkl", "STRIPE_API_BASE": "https://u:pw@proxy.example",
          "STRIPE_ACCOUNT": "acct_1",
        ],
        "https://u:pw@proxy.example", "https://u:***@proxy.example, test mode, account acct_1"
      ),
    ] as [([String: String], String, String)])
  func places(_ environment: [String: String], _ base: String, _ description: String) throws {
    let chosen = try access(environment, in: Folder())
    #expect(chosen.base == base && chosen.description == description && !chosen.isLocalSandbox)
  }

  @Test("a keyless address of this machine is a sandbox")
  func near() throws {
    let chosen = try access(["STRIPE_API_BASE": "http://localhost:4000"], in: Folder())
    #expect(chosen.base == "http://localhost:4000" && chosen.isLocalSandbox)
    #expect(chosen.description == "sandbox at http://localhost:4000")
  }

  @Test(
    "without a key, nothing but this machine is asked, and in PROD nobody",
    arguments: [
      ["ENV": "PROD"], ["ENV": "PROD", "STRIPE_API_BASE": "http://127.0.0.1:1"],
      ["STRIPE_API_BASE": "https://a.example"],
    ])
  func keyless(_ environment: [String: String]) throws {
    let folder = try Folder()
    let error = #expect(throws: PlatformError.self) { try access(environment, in: folder) }
    #expect(error?.status == .configuration && error?.nextStep?.contains("STRIPE_API_KEY") == true)
  }

  @Test("with neither, the running sandbox of the workspace is it")
  func sandbox() throws {
    let folder = try Folder()
    let error = #expect(throws: PlatformError.self) { try access([:], in: folder) }
    #expect(error?.status == .unavailable && error?.nextStep?.contains("okapi sandbox serve") == true)
    var options = SandboxServiceOptions()
    options.port = 0
    options.folder = SandboxFolder(folder.url.appending(path: ".okapi/sandbox/store"))
    let service = try SandboxService(options)
    defer { service.stop() }
    let found = try access([:], in: folder)
    #expect(found.base == service.url && found.isLocalSandbox)
    #expect(found.description == "sandbox at \(service.url)")
  }
}
