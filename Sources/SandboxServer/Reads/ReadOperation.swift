package import Sandbox

/// A GET that does not follow from the declarations.
package struct ReadOperation: Sendable {
  /// The path with its variables, exactly as the reference declares it.
  package let path: String
  /// Reads it at that moment, in Unix seconds.
  package let perform: @Sendable (RecordReader, Call, _ now: Int64) throws -> JSONObject

  package init(
    _ path: String, _ perform: @escaping @Sendable (RecordReader, Call, _ now: Int64) throws -> JSONObject
  ) {
    self.path = path
    self.perform = perform
  }
}

/// Every read that needs code.
enum ReadCatalog {
  static let all: [ReadOperation] = []
}
