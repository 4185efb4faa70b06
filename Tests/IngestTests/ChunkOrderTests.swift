import BronzeStore
import Testing

@testable import Ingest

/// Which chunk waits for which, and how far a part is by those that are written.
@Suite struct ChunkOrderTests {
  private struct Broken: Error {}

  @Test func chunksWithoutACommonObjectDoNotWait() async throws {
    let order = ChunkOrder()
    let turns = [await order.begin(0), await order.begin(1)]
    // The second knows its objects first, and waits only to know those of the first.
    async let second: Void = turns[1].wait(ids: ["b"])
    try await turns[0].wait(ids: ["a"])
    try await second
  }

  @Test func theLaterWaitsForTheEarlierOneWithItsObject() async throws {
    let order = ChunkOrder()
    let (first, second) = (await order.begin(0), await order.begin(1))
    let (steps, note) = AsyncStream.makeStream(of: String.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await second.wait(ids: ["a", "b"])
        note.yield("second written")
        await second.end()
        note.finish()
      }
      try await first.wait(ids: ["a"])
      note.yield("first written")
      await first.end()
      try await group.waitForAll()
    }
    #expect(await steps.reduce(into: []) { $0.append($1) } == ["first written", "second written"])
  }

  /// What comes after a failed chunk must not be written before it is loaded by another run.
  @Test func afterAFailureNobodyWrites() async throws {
    let order = ChunkOrder()
    let (first, second) = (await order.begin(0), await order.begin(1))
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await second.wait(ids: ["a"]) }
      await first.end(Broken())
      await #expect(throws: Broken.self) { try await group.next() }
    }
    let third = await order.begin(2)
    await #expect(throws: Broken.self) { try await third.wait(ids: ["c"]) }
  }

  @Test func aPositionStandsBeforeTheFirstChunkThatIsMissing() {
    func end(_ number: Int, _ lines: Int) -> PartPosition {
      PartPosition(
        BronzePart(source: "s", entity: "charges", day: "2026-11-21", runID: "r", number: number),
        BronzePosition(bytes: lines * 10, lines: lines))
    }
    var positions = PartPositions()
    let ends = [end(0, 5), end(0, 9), end(1, 4), end(1, 8)]
    let numbers = ends.map { positions.begin($0) }
    #expect(positions.written(numbers[1]) == [])
    #expect(positions.written(numbers[2]) == [])
    #expect(positions.written(numbers[0]) == [ends[1], ends[2]])
    let last = positions.begin(end(1, 12))
    #expect(positions.written(last) == [])
    #expect(positions.written(numbers[3]) == [end(1, 12)])
  }
}
