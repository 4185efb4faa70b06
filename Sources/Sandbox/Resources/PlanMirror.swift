/// The legacy `plan` that stands beside every recurring price, with its id.
package enum PlanMirror {
  /// The plan of a price; nil for a one-time price.
  package static func plan(of price: Record) -> JSONObject? {
    guard case .object(let recurring) = price["recurring"] else { return nil }
    let divides = price["transform_quantity"]
    return [
      "id": price["id"], "object": "plan", "active": price["active"], "amount": price["unit_amount"],
      "amount_decimal": price["unit_amount_decimal"], "billing_scheme": price["billing_scheme"],
      "created": price["created"], "currency": price["currency"], "interval": recurring["interval"],
      "interval_count": recurring["interval_count"], "livemode": false, "metadata": price["metadata"],
      "meter": recurring["meter"], "nickname": price["nickname"], "product": price["product"],
      "tiers_mode": price["tiers_mode"], "transform_usage": divides,
      "trial_period_days": recurring["trial_period_days"], "usage_type": recurring["usage_type"],
    ]
  }
}
