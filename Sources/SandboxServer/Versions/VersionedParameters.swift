import APIReference
import Sandbox

/// Parameters of old versions, put in today's form where the engine knows that only (CONTRACT.md, section 12).
enum VersionedParameters {
  static func upgrade(_ params: Params, _ endpoint: Endpoint) -> Params {
    switch endpoint.object {
    case "subscription" where params.has("coupon"):
      // One coupon, before there were several discounts; an empty one takes them away.
      return renamed(params, "coupon", to: "discounts") { $0.isNull ? nil : [["coupon": $0]] }
    case "invoiceitem":
      let priced = renamed(params, "price", to: "pricing") { ["price": $0] }
      return renamed(priced, "unit_amount", to: "unit_amount_decimal") { .text($0.integer.map(String.init)) }
    default: return params
    }
  }

  private static func renamed(
    _ params: Params, _ old: String, to new: String, _ value: (JSON) -> JSON
  ) -> Params {
    guard params.has(old) else { return params }
    var values = params.values
    let sent = values.remove(old) ?? .null
    if !values.has(new) { values[new] = value(sent) }
    return Params(values)
  }
}
