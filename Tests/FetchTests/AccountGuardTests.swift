import BronzeStore
import PlatformCore
import SandboxServer
import StripeClient
import Testing

@testable import Fetch

/// A source is one account's.
@Suite("Account of a source") struct AccountGuardTests {
  private let context = RunContext(runID: "run-1", command: "test", log: .silent)

  private func client(_ lab: FetchLab, key: String = FetchLab.key) -> StripeClient {
    StripeClient(StripeClientOptions(base: lab.service.url, key: key, apiVersion: "2026-10-28.endive"))
  }

  @Test("the first run notes the account, without a request more than before; another account is refused")
  func another() async throws {
    let eu = try FetchLab { $0.account = "acct_eu" }
    let us = try FetchLab { $0.account = "acct_us" }
    let first = client(eu)
    defer { first.close() }
    let noted = try await AccountGuard.require(first, in: eu.lake, source: "stripe", context)
    #expect(noted.id == "acct_eu" && !noted.livemode)
    #expect(try BronzeState(lake: eu.lake, source: "stripe").account() == noted)
    _ = try await first.page("/v1/customers")
    _ = try await AccountGuard.require(first, in: eu.lake, source: "stripe", context)
    // The server's time is known from the first answer.
    #expect(first.statistics.calls == 2)
    let second = client(us)
    defer { second.close() }
    let error = await #expect(throws: PlatformError.self) {
      try await AccountGuard.require(second, in: eu.lake, source: "stripe", context)
    }
    #expect(error?.status == .configuration && error?.context.first?.value == "stripe")
    #expect(
      error?.message == "source stripe holds acct_eu in test mode, and the key is for acct_us in test mode")
    // Another source of the same lake is another matter.
    #expect(try await AccountGuard.require(second, in: eu.lake, source: "us", context).id == "acct_us")
  }

  @Test("a key that may not ask says nothing, and the next one that may is noted")
  func restricted() async throws {
    let lab = try FetchLab {
      $0.account = "acct_eu"
      $0.forbiddenResources = ["account"]
    }
    let blind = client(lab, key: "rk_test_blind12345")
    defer { blind.close() }
    #expect(try await AccountGuard.require(blind, in: lab.lake, source: "stripe", context).id == nil)
    _ = try await AccountGuard.require(blind, in: lab.lake, source: "stripe", context)
    #expect(blind.statistics.calls == 1)
    let seeing = client(lab)
    defer { seeing.close() }
    _ = try await AccountGuard.require(seeing, in: lab.lake, source: "stripe", context)
    let state = BronzeState(lake: lab.lake, source: "stripe")
    #expect(try state.account()?.id == "acct_eu")
    #expect(try await AccountGuard.require(blind, in: lab.lake, source: "stripe", context).id == "acct_eu")
    // Live and test mode of one account are two sources.
    var live = try #require(try state.account())
    live.livemode = true
    try state.setAccount(live)
    await #expect(throws: PlatformError.self) {
      try await AccountGuard.require(seeing, in: lab.lake, source: "stripe", context)
    }
  }
}
