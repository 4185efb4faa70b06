import JSONReader
import StripeModel

@testable import Ingest

/// Parses JSON of a test and lends the value.
func withJSON<Answer>(_ source: String, _ body: (JSONValue) throws -> Answer) throws -> Answer {
  let document = JSONDocument()
  let value = try document.parse(Array(source.utf8))
  let answer = try body(value)
  withExtendedLifetime(document) {}
  return answer
}

/// Text as the bytes the loader works on.
func withBytes<Answer>(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) throws -> Answer) rethrows -> Answer {
  try Array(text.utf8).withUnsafeBufferPointer(body)
}

extension String {
  init(utf8 bytes: [UInt8]) { self = String(decoding: bytes, as: UTF8.self) }
}
