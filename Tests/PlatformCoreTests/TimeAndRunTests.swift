import Foundation
import PlatformCore
import Testing

@Suite("Time and runs")
struct TimeAndRunTests {
  @Test(
    "times are read from UTC days, RFC 3339 and Unix seconds",
    arguments: [
      ("2026-11-21", 1_795_219_200.0), ("2026-11-21T08:34:56Z", 1_795_250_096), ("1795250096", 1_795_250_096),
      ("2026-11-21T08:34:56.250Z", 1_795_250_096.25), ("2026-11-21T10:34:56+02:00", 1_795_250_096),
    ])
  func read(_ text: String, _ seconds: Double) {
    #expect(Date(rfc3339: text)?.timeIntervalSince1970 == seconds)
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "yesterday", "2026-13-01", "2026-02-30", "2026-00-10", "2026-11-21T08:34:56", "2026-11-21 08:34:56Z",
      "2026-11-21x", "2026-11-21T08:34", "12", "2026-11-21T25:00:00Z",
    ])
  func refuse(_ text: String) {
    #expect(Date(rfc3339: text) == nil)
  }

  @Test("a written time is read back")
  func roundTrip() {
    let date = Date(timeIntervalSince1970: 1_795_250_096.789)
    #expect(date.rfc3339 == "2026-11-21T08:34:56.789Z")
    #expect(Date(rfc3339: date.rfc3339)?.rfc3339 == date.rfc3339)
  }

  @Test("run ids sort by time and are valid names")
  func runIDs() {
    let first = RunContext.newRunID(at: Date(timeIntervalSince1970: 1_795_250_096), random: 10)
    #expect(first == "20261121T083456Z-0000000a")
    #expect(RunContext.newRunID(at: Date(timeIntervalSince1970: 1_795_250_097), random: 0) > first)
    #expect(RunContext.isValidRunID(RunContext.newRunID()))
  }

  @Test(
    "a run id becomes a folder's name",
    arguments: [
      ("run-1_a.b", true), ("", false), ("..", false), (".hidden", false), ("a/b", false), ("a b", false), ("ü", false),
      (String(repeating: "a", count: 100), true), (String(repeating: "a", count: 101), false), ("a\n", false),
    ])
  func validity(_ text: String, _ isValid: Bool) {
    #expect(RunContext.isValidRunID(text) == isValid)
  }
}
