import Foundation

/// What a benchmark found.
protocol BenchmarkFindings: Encodable {}

extension BenchmarkFindings {
  /// For programs; each has a text of its own for people.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
