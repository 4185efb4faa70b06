import BronzeStore
import Foundation
import PlatformCore
import TestSupport
import Testing

@testable import Webhooks

/// A log whose bronze lies in a bucket of a real gateway.
@Suite("Webhooks on S3", .enabled(if: S3Gateway.isThere, "no S3 gateway is running: make test-s3"))
struct EventLogS3Tests {
  private let location = "s3://\(S3Gateway.bucket)/webhooks-\(UUID().uuidString)"
  private let lab: LogLab

  init() throws {
    try S3Gateway.makeBucket()
    lab = try LogLab()
  }

  private func lake(port: Int? = nil) throws -> LakeFolder {
    try LakeFolder(
      location: location, relativeTo: lab.place.url, variables: S3Gateway.settings(port: port),
      scratch: lab.place.url.appending(path: "scratch"))
  }

  @Test("segments become parts of bronze, each once, and nothing is left behind")
  func ships() async throws {
    let lake = try lake()
    for run in ["run-1", "run-2"] {
      let log = try await lab.open(run: run) { $0.lake = lake }
      for number in 1...50 { _ = try log.append(.of("evt_\(number)")) }
      _ = try log.append(.of("evt_\(run)"))
      log.close()
      #expect(log.status.unshipped == 0)
    }
    let before = try contents(lake)
    #expect(before.count == 2)
    #expect(before.values.joined().split(separator: "\n").count == 52)
    try lab.forgetShipping()
    let again = try await lab.open(run: "run-3") { $0.lake = lake }
    again.close()
    #expect(try contents(lake) == before)
    let scratch = lab.place.url.appending(path: "scratch")
    let left = FileManager.default.enumerator(atPath: scratch.path)?.compactMap { $0 as? String } ?? []
    #expect(left.filter { $0.hasSuffix(".jsonl") } == [])
  }

  @Test("a bucket out of reach delays shipping, not storing")
  func isAway() async throws {
    let nobody = try lake(port: FreePort.find())
    let log = try await lab.open { $0.lake = nobody }
    #expect(try log.append(.of("evt_1")) == .stored)
    log.close()
    #expect(log.status.shipFailure != nil && log.status.unshipped == 1)
    let lake = try lake()
    let again = try await lab.open(run: "run-2") { $0.lake = lake }
    again.close()
    #expect(again.status.unshipped == 0)
    #expect(try contents(lake).count == 1)
  }

  private func contents(_ lake: LakeFolder) throws -> [String: String] {
    var found: [String: String] = [:]
    for file in try lake.files(below: "bronze/source=stripe/entity=webhook_events") {
      found[file.path] = try lake.read(file.path).map { String(decoding: $0, as: UTF8.self) }
    }
    return found
  }
}
