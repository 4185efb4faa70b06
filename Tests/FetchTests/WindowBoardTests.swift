import Testing

@testable import Fetch

@Suite struct WindowBoardTests {
  @Test("while a page is worked on, others take of what lies below it; it counts as read only afterwards")
  func sharesBeforeThePageIsDone() async throws {
    let board = WindowBoard(from: 0, done: TimeRanges(), until: 10_000)
    let first = try #require(await board.take())
    board.see(first, created: (0..<100).map { 9_999 - $0 })
    let second = try #require(await board.take())
    #expect(second.range == TimeRange(from: 0, before: 4_950))
    #expect(board.done.ranges == [])
    #expect(board.advance(first, to: 9_900) == 4_950)
    #expect(board.done.ranges == [TimeRange(from: 9_901, before: 10_000)])
    board.finish(first)
    board.finish(second)
    #expect(await board.take() == nil)
    #expect(board.done.missing(from: 0) == [TimeRange(from: 10_000, before: nil)])
  }
}
