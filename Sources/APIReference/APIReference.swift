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
  /// The calls that are served.
  package static let endpoints: [Endpoint] = []

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
}
