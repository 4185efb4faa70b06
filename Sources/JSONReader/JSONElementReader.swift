package import PlatformCore

/// Streams the elements of a file.
package final class JSONElementReader {
  package enum Form: String, Sendable { case list, array, object, lines }
  package private(set) var form: Form = .list
  package private(set) var hasMore: Bool?
  package var bytesRead: Int { 0 }
  package var bytesTotal: Int? { nil }
  package init(path: String, limits: JSONLimits = .standard) throws(PlatformError) {
    throw PlatformError(.inputMissing, "no such file", context: ["file": path])
  }
  package func next(maximumBytes: Int = 8 << 20, maximumElements: Int = 5000) throws(PlatformError) -> JSONBatch? { nil }
}
