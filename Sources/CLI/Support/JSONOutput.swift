import Foundation
package import PlatformCore

/// The one JSON document of a `--json` run: snake_case names in alphabetical order, times in RFC 3339.
package enum JSONOutput {
  /// The document as text, indented, without a newline at its end.
  ///
  /// - Throws: `bug` for a value JSON cannot hold, such as a number that is not finite.
  package static func text(_ value: some Encodable) throws(PlatformError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(date.rfc3339)
    }
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw PlatformError(.bug, "A result cannot be written as JSON", cause: "\(error)", nextStep: "report this")
    }
  }

  /// Writes the document to stdout.
  package static func write(_ value: some Encodable) throws(PlatformError) {
    try Terminal.printResult(try text(value))
  }
}

/// What stands on stdout when a `--json` run fails: `{"error": {…}}`.
struct ErrorDocument: Encodable {
  struct Body: Encodable {
    let status: Int32
    let category: String
    let message: String
    let cause: String?
    let code: String?
    let context: [String: String]
    let nextStep: String?
    let isRetryable: Bool
  }

  let error: Body

  init(_ error: PlatformError) {
    self.error = Body(
      status: error.status.rawValue, category: "\(error.status)", message: error.message, cause: error.cause,
      code: error.code, context: Dictionary(error.context.map { ($0.name, $0.value) }) { first, _ in first },
      nextStep: error.nextStep, isRetryable: error.isRetryable)
  }
}
