import Sandbox

extension VersionChange {
  /// 2025-09-30.clover: a discount names its source; thresholds came back after one version without.
  static let clover = [
    VersionChange(.clover, "discount", oldFields: [oldObject("coupon", "coupon")]) { discount, source in
      guard let origin = discount.remove("source") else { return }
      discount["coupon"] = try kept(.coupon, origin["coupon"], source)
    },
    VersionChange(.clover, since: .basil, "subscription") { subscription, _ in
      subscription.remove("billing_thresholds")
    },
    VersionChange(.clover, since: .basil, "subscription_item") { item, _ in item.remove("billing_thresholds") },
  ]
}
