import Sandbox

extension VersionChange {
  /// 2022-11-15: a payment intent names its latest charge instead of listing them; a charge's refunds must be asked
  /// for.
  static let november2022: [VersionChange] = {
    guard let version = APIVersion("2022-11-15") else { return [] }
    return [
      VersionChange(version, "payment_intent") { intent, source in
        guard let id = intent["id"].string else { return }
        intent["charges"] = try OnlyExpanded.list(
          ListQuery(.charge, [.equals("payment_intent", id)]), url: "/v1/charges?payment_intent=\(id)", source)
      },
      VersionChange(version, "charge") { charge, source in
        guard !charge.has("refunds") else { return }
        charge["refunds"] = try OnlyExpanded.value("refunds", of: charge, source)
      },
    ]
  }()
}
