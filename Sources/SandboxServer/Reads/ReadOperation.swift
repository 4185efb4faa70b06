package import Sandbox

/// A GET that does not follow from the declarations.
package struct ReadOperation: Sendable {
  /// The path with its variables, exactly as the reference declares it.
  package let path: String
  /// Reads it.
  package let perform: @Sendable (RecordReader, ReadCall) throws -> JSONObject

  /// Names a path and says how it is answered.
  package init(_ path: String, _ perform: @escaping @Sendable (RecordReader, ReadCall) throws -> JSONObject) {
    self.path = path
    self.perform = perform
  }
}

/// What a read knows besides the store.
package struct ReadCall: Sendable {
  /// The path's variables and the checked parameters.
  package let call: Call
  /// The account that is asked about.
  package let account: AccountSettings
  /// The world's time in Unix seconds.
  package let now: Int64
}

/// Every read that needs code.
enum ReadCatalog {
  static let all: [ReadOperation] = [
    ReadOperation("/v1/account") { _, read in AccountObject.body(read.account) },
    ReadOperation("/v1/accounts/{account}") { _, read in AccountObject.body(read.account) },
    ReadOperation("/v1/balance") { reader, _ in try reader.balance() },
  ]
}
