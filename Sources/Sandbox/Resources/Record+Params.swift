extension Record {
  /// Takes over the members that were sent, as they came; what was unset becomes null.
  package mutating func take(_ params: Params, _ names: String...) {
    for name in names where params.has(name) { self[name] = params[name] }
  }

  /// Takes over arrays that were sent; an unset one becomes empty.
  package mutating func takeArrays(_ params: Params, _ names: String...) {
    for name in names where params.has(name) { self[name] = params.isUnset(name) ? [] : params[name] }
  }

  /// Lays a hash over the one that is there: what was not sent stays, what was unset becomes null, an unset hash too.
  ///
  /// `members` are what the object always has once it is there, each null until it is sent.
  package mutating func takeHash(_ params: Params, _ name: String, members: [String]) {
    guard params.has(name) else { return }
    self[name] = Merge.hash(self[name], with: params[name], members: members)
  }

  /// Lays the caller's notes over those that are there: an empty value takes its key away, empty notes take all away.
  ///
  /// - Throws: 400 for a key, a value or a number of keys over Stripe's limits.
  package mutating func takeMetadata(_ params: Params) throws {
    self["metadata"] = .object(try Merge.metadata(self["metadata"].object ?? [:], with: params))
  }
}

/// How an update lays what was sent over what is there.
package enum Merge {
  /// The members of Stripe's address.
  package static let address = ["city", "country", "line1", "line2", "postal_code", "state"]

  private static let keyLimit = 50
  private static let keyLengthLimit = 40
  private static let valueLengthLimit = 500

  /// The hash as it is after the update; null when it was unset.
  package static func hash(_ old: JSON, with sent: JSON, members: [String]) -> JSON {
    guard case .object(let sent) = sent else { return .null }
    var merged = old.object ?? [:]
    for name in members where !merged.has(name) { merged[name] = .null }
    for member in sent.members { merged[member.name] = member.value }
    return .object(merged)
  }

  /// The notes as they are after the update.
  ///
  /// - Throws: 400 for a key, a value or a number of keys over Stripe's limits.
  package static func metadata(_ old: JSONObject, with params: Params) throws -> JSONObject {
    guard params.has("metadata") else { return old }
    guard case .object(let sent) = params["metadata"] else { return [:] }
    var merged = old
    for member in sent.members {
      let param = "\(params.path("metadata"))[\(member.name)]"
      guard let value = member.value.string, !value.isEmpty else {
        merged.remove(member.name)
        continue
      }
      try checkLength(member.name, keyLengthLimit, param: param)
      try checkLength(value, valueLengthLimit, param: param)
      merged[member.name] = .string(value)
    }
    guard merged.members.count <= keyLimit else {
      throw StripeError.invalid(
        "You can have at most \(keyLimit) metadata keys on an object.", param: params.path("metadata"))
    }
    return merged
  }

  private static func checkLength(_ text: String, _ limit: Int, param: String) throws {
    guard text.count > limit else { return }
    throw StripeError.invalid(
      "Invalid string: \(text.prefix(4))...\(text.suffix(4)); must be at most \(limit) characters", param: param)
  }
}
