import Foundation

/// What `okapi-bench lake` found.
struct LakeBenchmarkReport: BenchmarkFindings {
  /// What silver is on the disk, ours and the hand-written one.
  struct Files: Encodable {
    let ours: Int
    let other: Int
    let partitions: Int
    let bytes: Int
    let otherBytes: Int
    let rawBytes: Int

    var text: String {
      let count = Double(max(1, partitions))
      return String(
        format: "files a partition: %.2f, by hand %.2f\nParquet: %.1f %% of the raw bytes, by hand %.1f %%",
        Double(ours) / count, Double(other) / count, 100 * Double(bytes) / Double(max(1, rawBytes)),
        100 * Double(otherBytes) / Double(max(1, rawBytes)))
    }
  }

  let charges: Int
  let runs: Int
  var comparisons: [Comparison] = []
  var figures: [SandboxReport.Figure] = []
  var files: Files?
  var peakBytes = 0
  var otherPeakBytes = 0
  var extractPeakBytes = 0

  var text: String {
    var parts = ["\(charges) charges in bronze; \(runs) runs in turns"]
    parts += comparisons.map { $0.text() }
    parts += figures.map { String(format: "%@: %.4g %@", $0.name, $0.value, $0.unit) }
    if let files { parts.append(files.text) }
    if peakBytes > 0 {
      let verdict = peakBytes < 1_500_000_000 ? "yes" : "NO"
      parts.append(
        "peak memory of silver: \(peakBytes >> 20) MB (under 1.5 GB: \(verdict)); by hand \(otherPeakBytes >> 20) MB")
    }
    if extractPeakBytes > 0 { parts.append("peak memory of extraction: \(extractPeakBytes >> 20) MB") }
    return parts.joined(separator: "\n")
  }
}
