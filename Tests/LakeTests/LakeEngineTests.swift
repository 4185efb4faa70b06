import BronzeStore
import Foundation
import TestSupport
import Testing

@testable import Lake

@Suite struct LakeEngineTests {
  @Test("what memory does not hold goes to the scratch folder, which need not be there")
  func spilling() async throws {
    let folder = try TemporaryDirectory()
    var limits = LakeEngine.Limits(scratch: folder.url.appending(path: "home/scratch/run"))
    limits.memoryBytes = 120_000_000
    let engine = try await LakeEngine(LakeFolder(root: folder.url.appending(path: "lake")), limits: limits)
    let count = try await engine.integer(
      "select count(*) from (select range, md5(range::varchar) as text from range(4000000) order by text)")
    #expect(count == 4_000_000)
    try await engine.execute(
      "create temp table large as select range, md5(range::varchar) as text from range(4000000) order by text")
    #expect(try await engine.integer("select count(distinct text) from large") == 4_000_000)
  }
}
