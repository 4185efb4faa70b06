/// The parameters of a call, checked and typed: absent, unset (`null`), or a value.
package struct Params: Sendable {
  /// The values by name: strings, integers, booleans, arrays and objects; null for what is to be taken away.
  package let values: JSONObject
  /// The brackets form of the hash they stand in; empty at the top.
  private let prefix: String

  /// Parameters of one level; `prefix` is how errors name that level.
  package init(_ values: JSONObject = [:], prefix: String = "") {
    self.values = values
    self.prefix = prefix
  }

  /// How an error names a parameter of this level: `items[0][price]`.
  package func path(_ name: String) -> String { prefix.isEmpty ? name : "\(prefix)[\(name)]" }

  /// Whether it was sent, to unset included.
  package func has(_ name: String) -> Bool { values.has(name) }
  /// Whether it was sent with the empty string, to take the value away.
  package func isUnset(_ name: String) -> Bool { values.has(name) && values[name].isNull }
  /// The value as it came; null for what is not there.
  package subscript(_ name: String) -> JSON { values[name] }
  /// A string.
  package func text(_ name: String) -> String? { values[name].string }
  /// A whole number.
  package func int(_ name: String) -> Int64? { values[name].integer }
  /// A boolean.
  package func flag(_ name: String) -> Bool? { values[name].bool }
  /// An array of strings.
  package func strings(_ name: String) -> [String]? { values[name].array?.compactMap(\.string) }

  /// A string that must be there.
  ///
  /// - Throws: `parameter_missing`.
  package func require(_ name: String) throws -> String {
    guard let value = text(name) else { throw StripeError.missing(path(name)) }
    return value
  }

  /// A whole number that must be there.
  ///
  /// - Throws: `parameter_missing`.
  package func requireInt(_ name: String) throws -> Int64 {
    guard let value = int(name) else { throw StripeError.missing(path(name)) }
    return value
  }

  /// A hash; nil when it is not there or unset.
  package func hash(_ name: String) -> Params? {
    guard case .object(let inner) = values[name] else { return nil }
    return Params(inner, prefix: path(name))
  }

  /// An array of hashes; nil when it is not there, empty when it is unset.
  package func hashes(_ name: String) -> [Params]? {
    if isUnset(name) { return [] }
    guard case .array(let elements) = values[name] else { return nil }
    return elements.enumerated().map { Params($1.object ?? [:], prefix: "\(path(name))[\($0)]") }
  }
}
