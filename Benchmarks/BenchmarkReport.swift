import Foundation

/// Two things run in turns.
struct Comparison: Encodable {
  /// How the figure is read, and the bound it is held to.
  enum Bound {
    /// Our speed over the other's: 0.5 is half as fast.
    case rate(Double?)
    /// Our time over the other's: 1.5 is half as long again.
    case times(Double?)
  }

  let name: String
  let bound: Bound
  /// Wall clock seconds.
  var okapi: [Double] = []
  var other: [Double] = []
  /// Processor seconds of the program, and of the server meanwhile.
  var okapiCPU: [Double] = []
  var okapiServerCPU: [Double] = []
  var otherServerCPU: [Double] = []

  /// The median of the pairs' ratios.
  var ratio: Double {
    let pairs = zip(okapi, other)
    switch bound {
    case .rate: return median(pairs.map { $1 / $0 })
    case .times: return median(pairs.map { $0 / $1 })
    }
  }

  /// Nil where nothing is asked for.
  var isWithinBound: Bool? {
    switch bound {
    case .rate(let floor): floor.map { ratio >= $0 }
    case .times(let most): most.map { ratio <= $0 }
    }
  }

  func text() -> String {
    let verdict =
      switch (bound, isWithinBound) {
      case (.rate(let floor?), let isMet?): isMet ? "at least \(floor): yes" : "at least \(floor): NO"
      case (.times(let most?), let isMet?): isMet ? "at most \(most): yes" : "at most \(most): NO"
      default: ""
      }
    let processors =
      okapiServerCPU.isEmpty
      ? ""
      : String(
        format: "  (processor: program %.2f s, server %.2f s; other's server %.2f s)",
        median(okapiCPU), median(okapiServerCPU), median(otherServerCPU))
    return String(
      format: "%@\n  ratio %.2f  %@\n  medians: okapi %.4g s, other %.4g s%@", name, ratio, verdict, median(okapi),
      median(other), processors)
  }

  private enum CodingKeys: String, CodingKey {
    case name, ratio, okapi = "okapi_seconds", other = "other_seconds", isWithinBound = "is_within_bound"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(ratio, forKey: .ratio)
    try container.encode(okapi, forKey: .okapi)
    try container.encode(other, forKey: .other)
    try container.encode(isWithinBound, forKey: .isWithinBound)
  }
}

/// Everything that was measured.
struct BenchmarkReport: BenchmarkFindings {
  struct Peak: Encodable {
    let objects: Int
    let bytes: Int
  }

  struct Table: Encodable {
    let table: String
    let rows: Int
    /// Of its own file; lines come with their invoices.
    let seconds: Double
  }

  let objects: Int
  let runs: Int
  var export = ""
  /// Rows of all tables.
  var rows = 0
  var comparisons: [Comparison] = []
  var tables: [Table] = []
  var peaks: [Peak] = []
  var largeSeconds: Double?
  var walBytesOfUnchangedRun: Int?

  func text() -> String {
    var parts = [
      "\(objects) charges, invoices and customers with what they refer to (\(rows) rows); \(runs) runs in turns",
      export,
    ]
    parts += comparisons.map { $0.text() }
    if let bytes = walBytesOfUnchangedRun {
      let verdict = yes(bytes < 1 << 20)
      parts.append("write-ahead log of a load that changes nothing: \(bytes / 1024) KB (under 1 MB: \(verdict))")
    }
    for peak in peaks {
      let megabytes = peak.bytes >> 20
      parts.append("peak memory at \(peak.objects) objects: \(megabytes) MB (under 250: \(yes(megabytes < 250)))")
    }
    if let largeSeconds { parts.append(String(format: "large load: %.1f s", largeSeconds)) }
    parts += tables.map { String(format: "  %@: %d rows, %.2f s", $0.table, $0.rows, $0.seconds) }
    return parts.joined(separator: "\n")
  }

  private func yes(_ isMet: Bool) -> String { isMet ? "yes" : "NO" }
}

/// The middle value; of an even number the mean of the middle two.
func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
