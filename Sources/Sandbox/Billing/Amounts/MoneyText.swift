import StripeModel

/// Money as the lines of an invoice say it: `$25.00`, `€9.50`, `¥500`, `CHF 12.00`.
enum MoneyText {
  private static let signs = ["usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "cad": "CA$", "aud": "A$"]

  /// An amount in minor units.
  static func text(_ minorUnits: Int64, _ currency: String) -> String {
    let number = CurrencyExponent.format(minorUnits: Int64(minorUnits.magnitude), currency: currency)
    let sign = signs[currency] ?? "\(currency.uppercased()) "
    return (minorUnits < 0 ? "-" : "") + sign + number
  }

  /// A line's text for a price: `1 user × Plan (at $25.00 / month)`.
  static func line(quantity: Int64, product: Record?, price: Record) -> String {
    let unit = product?.text("unit_label").map { " \($0)" } ?? ""
    let name = product?.text("name") ?? price.text("nickname") ?? "Subscription"
    return "\(quantity)\(unit) × \(name)" + at(price)
  }

  /// A trial's text: `Free trial for 1 user × Plan`.
  static func trialLine(quantity: Int64, product: Record?) -> String {
    let unit = product?.text("unit_label").map { " \($0)" } ?? ""
    return "Free trial for \(quantity)\(unit) × \(product?.text("name") ?? "Subscription")"
  }

  private static func at(_ price: Record) -> String {
    guard let interval = BillingInterval(price: .object(price.body)) else { return "" }
    guard price.text("billing_scheme") != "tiered", let amount = price["unit_amount"].integer else {
      return " (per \(interval.text))"
    }
    return " (at \(text(amount, price.text("currency") ?? "")) / \(interval.text))"
  }
}
