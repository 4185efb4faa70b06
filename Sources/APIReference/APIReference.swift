/// Stripe's API as the sandbox declares it: the objects' fields and the calls. Text only, no I/O.
package enum APIReference {
  /// The objects by Stripe's word; read from their texts once.
  package static let objects: [String: ObjectShape] = {
    do {
      return try readObjects()
    } catch {
      preconditionFailure("the reference's objects cannot be read: \(error)")  // a test reads them all
    }
  }()
  /// Stripe's calls about these objects, served (``Endpoint/isSupported``) or not; read from their texts once.
  package static let endpoints: [Endpoint] = {
    do {
      return try readEndpoints()
    } catch {
      preconditionFailure("the reference's calls cannot be read: \(error)")  // a test reads them all
    }
  }()

  /// The objects, read from their texts.
  ///
  /// - Throws: the first line that is malformed.
  static func readObjects() throws(ReferenceTextError) -> [String: ObjectShape] {
    var parser = ShapeParser()
    for field in try parser.fields(ObjectText.shared) { parser.shared[field.name] = field }
    var objects: [String: ObjectShape] = [:]
    for (name, text) in ObjectText.all {
      objects[name] = ObjectShape(name: name, fields: try parser.fields(text))
    }
    return objects
  }

  /// The calls, read from their texts.
  ///
  /// - Throws: the first line that is malformed.
  static func readEndpoints() throws(ReferenceTextError) -> [Endpoint] {
    var parser = EndpointParser()
    try parser.readShared(EndpointText.shared)
    var endpoints: [Endpoint] = []
    for text in EndpointText.all { endpoints += try parser.endpoints(text) }
    return endpoints
  }
}
