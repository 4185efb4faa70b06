/// How many requests started in each second.
enum RequestStarts {
  /// Counts over seconds laid from the first start on; the first one and the last, which is not full, are left out.
  static func perFullSecond(_ starts: [Double]) -> [Int] {
    guard let first = starts.min(), let last = starts.max() else { return [] }
    var counts = [Int](repeating: 0, count: Int(last - first) + 1)
    for start in starts { counts[Int(start - first)] += 1 }
    return Array(counts.dropFirst().dropLast())
  }
}
