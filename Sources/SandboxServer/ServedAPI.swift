package import APIReference
package import Sandbox

/// What is served: the declarations, and the code behind those that need some.
package struct ServedAPI: Sendable {
  /// The objects' fields, by Stripe's word.
  let objects: [String: ObjectShape]
  /// The calls.
  let endpoints: [Endpoint]
  /// The code of the calls that change something.
  let operations: [Operation]
  /// The code of the reads that do not follow from the declarations.
  let reads: [ReadOperation]

  /// Bundles declarations and code.
  package init(
    objects: [String: ObjectShape], endpoints: [Endpoint], operations: [Operation], reads: [ReadOperation] = []
  ) {
    self.objects = objects
    self.endpoints = endpoints
    self.operations = operations
    self.reads = reads
  }

  /// The account by its id; no other one of Connect's collection is there.
  private static let ownAccount = Endpoint(
    method: "GET", path: "/v1/accounts/{account}", operation: "retrieve", object: "account",
    parameters: [Parameter(name: "expand", type: .array(.string))], answer: .object)

  /// Everything that the sandbox can do.
  package static let everything = ServedAPI(
    objects: APIReference.objects, endpoints: APIReference.endpoints + [ownAccount], operations: OperationCatalog.all,
    reads: ReadCatalog.all)
}
