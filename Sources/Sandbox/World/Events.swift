/// What Stripe says about events, apart from the making of one.
package enum Events {
  /// Whether events of a type carry `previous_attributes` (WEBHOOKS.md, section 1).
  package static func carriesPrevious(_ type: String) -> Bool {
    type.hasSuffix(".updated") || others.contains(type)
  }

  private static let others: Set<String> = [
    "charge.refunded", "charge.captured", "charge.dispute.closed", "payment_method.detached",
    "customer.subscription.paused", "refund.failed",
  ]

  /// Whether an endpoint asked for a type: by name, or by `*`.
  static func matches(_ type: String, _ endpoint: Record) -> Bool {
    endpoint.text("status") == "enabled"
      && (endpoint["enabled_events"].array ?? []).contains { $0.string == "*" || $0.string == type }
  }

  /// The old values of what changed: nested objects cut down to what changed in them, a changed array whole, an
  /// embedded list as its `data`, what was not there before as null.
  package static func previousAttributes(from old: JSONObject, to new: JSONObject) -> JSONObject {
    var previous: JSONObject = [:]
    for member in new.members {
      let before = old[member.name]
      guard before != member.value || !old.has(member.name) else { continue }
      guard case .object(let oldMembers) = before, case .object(let newMembers) = member.value else {
        previous[member.name] = before
        continue
      }
      if newMembers["object"] == "list" {
        if oldMembers["data"] != newMembers["data"] { previous[member.name] = ["data": oldMembers["data"]] }
      } else {
        let inner = previousAttributes(from: oldMembers, to: newMembers)
        if !inner.isEmpty { previous[member.name] = .object(inner) }
      }
    }
    for member in old.members where !new.has(member.name) { previous[member.name] = member.value }
    return previous
  }
}
