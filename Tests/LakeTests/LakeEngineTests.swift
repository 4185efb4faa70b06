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

  @Test("a wide table of a year of days is written within the memory there is, a file a day, rows in order")
  func partitions() async throws {
    let folder = try TemporaryDirectory()
    let lake = LakeFolder(root: folder.url.appending(path: "lake"))
    var limits = LakeEngine.Limits(scratch: folder.url.appending(path: "scratch"))
    limits.memoryBytes = 400_000_000
    limits.threads = 2
    let engine = try await LakeEngine(lake, limits: limits)
    let columns = (1...110).map { "range::varchar as column_\($0)" }.joined(separator: ", ")
    try await engine.execute(
      """
      create table wide as
      select range as id, \(columns), strftime(date '2025-01-01' + (range % 365)::integer, '%Y-%m-%d') as dt
      from range(1095)
      """)
    let written = try await PartitionWriter(engine: engine, target: "_staging/run_id=r").write(
      "wide", sortedBy: "id", to: "silver/source=stripe/entity=wide", replacing: [])
    #expect(written.files.count == 365 && written.files.allSatisfy { $0.rows == 3 })
    let files = written.files.map { lake.location(of: "_staging/run_id=r/\($0.path)") }
    let rows = try await engine.texts(
      "select dt || ' ' || id from \(LakeEngine.parquet(files)) where column_110 = id::varchar order by dt, id")
    #expect(rows.count == 1095 && rows.first == "2025-01-01 0" && rows.last == "2025-12-31 1094")
  }

  @Test("the same rows are the same bytes, however many threads write them and whatever else is written with them")
  func sameBytes() async throws {
    let folder = try TemporaryDirectory()
    var seen: [String: Set<String>] = [:]
    for (threads, days) in [(1, "true"), (4, "true"), (4, "day % 3 = 1"), (2, "day in (7, 12)")] {
      var limits = LakeEngine.Limits(scratch: folder.url.appending(path: "scratch"))
      limits.threads = threads
      let name = "lake-\(threads)-\(days.count)"
      let engine = try await LakeEngine(LakeFolder(root: folder.url.appending(path: name)), limits: limits)
      // One day has more rows than one group of a file, some have some thousands, most have forty.
      try await engine.execute(
        """
        create table many as
        select md5(range::varchar) as id, range as number, json_object('a', range % 7) as more,
          to_timestamp(range) as at, strftime(date '2025-01-01' + day::integer, '%Y-%m-%d') as dt
        from (
          select range, case when range < 150000 then 7 when range < 600000 then range % 60 else 60 + range % 500 end
            as day from range(620000)
        )
        where \(days)
        """)
      let written = try await PartitionWriter(engine: engine, target: "_staging/run_id=r").write(
        "many", sortedBy: "id", to: "silver/source=stripe/entity=many", replacing: [])
      for file in written.files { seen[file.dt, default: []].insert(file.sha256) }
      let files = written.files.map { LakeEngine.literal(engine.lake.location(of: "_staging/run_id=r/\($0.path)")) }
      let unsorted = try await engine.integer(
        """
        select count(*) from (
          select id < lag(id) over (partition by filename order by file_row_number) as is_before
          from read_parquet([\(files.joined(separator: ", "))], filename = true, file_row_number = true)
        ) where is_before
        """)
      #expect(unsorted == 0)
    }
    #expect(seen.count == 560)
    #expect(seen.filter { $0.value.count > 1 }.keys.sorted() == [])
  }
}
