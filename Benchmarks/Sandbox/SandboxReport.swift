import Foundation

/// What `okapi-bench sandbox` found.
struct SandboxReport: BenchmarkFindings {
  /// A figure without a pair.
  struct Figure: Encodable {
    let name: String
    let value: Double
    let unit: String
  }

  let charges: Int
  let customers: Int
  let runs: Int
  var comparisons: [Comparison] = []
  var figures: [Figure] = []

  var text: String {
    let first = "\(charges) charges and \(customers) customers; \(runs) runs in turns"
    return
      ([first] + comparisons.map { $0.text() }
      + figures.map { String(format: "%@: %.4g %@", $0.name, $0.value, $0.unit) }).joined(separator: "\n")
  }
}
