import Sandbox

/// The limits of metadata: 50 keys of 40 characters with values of 500 (CONTRACT.md, section 10).
enum MetadataCheck {
  static let maximumKeys = 50
  static let maximumKeyCharacters = 40
  static let maximumValueCharacters = 500

  /// The caller's keys with their texts; null for a key that is to go.
  static func check(_ value: FormValue, _ path: String) throws(StripeError) -> JSONObject {
    guard case .map(let map) = value else { throw .invalid("Invalid object", param: path) }
    guard map.members.count <= maximumKeys else {
      throw .invalid(
        "You can only have up to \(maximumKeys) metadata keys, but you passed in \(map.members.count).", param: path)
    }
    var values: [(name: String, value: JSON)] = []
    for member in map.members {
      let key = member.name
      guard key.unicodeScalars.count <= maximumKeyCharacters else {
        throw .invalid(
          """
          Metadata keys can have up to \(maximumKeyCharacters) characters, but you passed in a key that is \
          \(key.unicodeScalars.count) characters. Invalid key: \(key)
          """, param: path)
      }
      let text = try ParameterChecker.text(member.value, "\(path)[\(key)]")
      guard text.unicodeScalars.count <= maximumValueCharacters else {
        throw .invalid(
          """
          Metadata values can have up to \(maximumValueCharacters) characters, but you passed in a value that is \
          \(text.unicodeScalars.count) characters. Invalid value: \(text)
          """, param: "\(path)[\(key)]")
      }
      values.append((key, text.isEmpty ? .null : .string(text)))
    }
    return JSONObject(values)
  }
}
