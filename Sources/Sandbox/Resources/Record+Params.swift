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

  /// Lays a place to ship to over the one that is there; its address has all of an address's members, too.
  package mutating func takeShipping(
    _ params: Params, _ name: String, members: [String] = ["address", "carrier", "name", "phone", "tracking_number"]
  ) {
    guard let sent = params.hash(name) else { return take(params, name) }
    let address = Merge.hash(
      self[name]["address"], with: sent.has("address") ? sent["address"] : [:], members: Merge.address)
    takeHash(params, name, members: members)
    self[name]["address"] = address
  }

  /// Lays the caller's notes over those that are there: an empty value takes its key away, empty notes take all away.
  ///
  /// - Throws: 400 for more than 50 keys; the length of keys and values is checked with the other parameters.
  package mutating func takeMetadata(_ params: Params) throws {
    self["metadata"] = .object(try Merge.metadata(self["metadata"].object ?? [:], with: params))
  }
}

/// How an update lays what was sent over what is there.
package enum Merge {
  /// The members of Stripe's address.
  package static let address = ["city", "country", "line1", "line2", "postal_code", "state"]

  private static let keyLimit = 50

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
  /// - Throws: 400 for more than 50 keys; the length of keys and values is checked with the other parameters.
  package static func metadata(_ old: JSONObject, with params: Params) throws -> JSONObject {
    guard params.has("metadata") else { return old }
    guard case .object(let sent) = params["metadata"] else { return [:] }
    var merged = old
    for member in sent.members {
      if let value = member.value.string, !value.isEmpty {
        merged[member.name] = .string(value)
      } else {
        merged.remove(member.name)
      }
    }
    let count = merged.members.count
    guard count <= keyLimit else {
      throw StripeError.invalid(
        "You can only have up to \(keyLimit) metadata keys, but you passed in \(count).",
        param: params.path("metadata"))
    }
    return merged
  }
}
