import Testing

@testable import Fetch

@Suite struct TimeRangesTests {
  @Test("stretches that touch become one, and what is missing is the rest, newest first")
  func addsAndSubtracts() {
    var ranges = TimeRanges()
    ranges.add(TimeRange(from: 50, before: 60))
    ranges.add(TimeRange(from: 80, before: 90))
    ranges.add(TimeRange(from: 60, before: 70))
    ranges.add(TimeRange(from: 5, before: 5))
    #expect(ranges.ranges == [TimeRange(from: 50, before: 70), TimeRange(from: 80, before: 90)])
    #expect(
      ranges.missing(from: 10) == [
        TimeRange(from: 90, before: nil), TimeRange(from: 70, before: 80), TimeRange(from: 10, before: 50),
      ])
    ranges.add(TimeRange(from: 0, before: nil))
    #expect(ranges.missing(from: 10) == [])
    #expect(TimeRanges().missing(from: 10) == [TimeRange(from: 10, before: nil)])
  }
}
