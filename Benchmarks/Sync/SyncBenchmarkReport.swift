import Foundation

/// What `okapi-bench sync` found.
struct SyncBenchmarkReport: BenchmarkFindings {
  /// Requests that came in each full second of the backfills under a budget of 100.
  struct Budget: Encodable {
    let delayMilliseconds: Int
    let startsPerSecond: [Int]

    var text: String {
      let least = startsPerSecond.min() ?? 0
      return String(
        format: "requests a full second under a budget of 100, answers after %d ms: least %d, median %.4g, of %d "
          + "seconds (at least 95: %@)", delayMilliseconds, least, median(startsPerSecond.map(Double.init)),
        startsPerSecond.count, least >= 95 ? "yes" : "NO")
    }
  }

  /// A sync that finds some changes.
  struct Cost: Encodable {
    let objects: Int
    let changes: Int
    let isForeign: Bool
    var requests = 0
    var seconds: [Double] = []
    var cpu: [Double] = []
    var serverCPU: [Double] = []
    var peakBytes = 0

    var text: String {
      String(
        format: "%d changes in %d rows%@: %d requests, %.3g s (processor: program %.2f s, server %.2f s), %d MB",
        changes, objects, isForeign ? " of an account of another version" : "", requests, median(seconds),
        median(cpu), median(serverCPU), peakBytes >> 20)
    }
  }

  let objects: Int
  let runs: Int
  var comparisons: [Comparison] = []
  var figures: [SandboxReport.Figure] = []
  var budgets: [Budget] = []
  var costs: [Cost] = []

  var text: String {
    (["\(objects) objects served from memory; \(runs) runs in turns"] + comparisons.map { $0.text() }
      + figures.map { String(format: "%@: %.4g %@", $0.name, $0.value, $0.unit) } + budgets.map(\.text)
      + costs.map(\.text)).joined(separator: "\n")
  }
}
