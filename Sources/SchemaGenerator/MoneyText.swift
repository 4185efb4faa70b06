import StripeModel

/// The SQL function that writes an amount as exact decimal text; no float, no division.
package enum MoneyText {
  /// `{schema}._money_text`, from the one table of currency exponents.
  package static var function: SchemaSnapshot.Function {
    function(exponents: CurrencyExponent.exceptions)
  }

  /// The function for these exponents; currencies not named have the standard one.
  static func function(exponents: [(currency: String, exponent: Int)]) -> SchemaSnapshot.Function {
    let groups = Dictionary(grouping: exponents, by: \.exponent).sorted { $0.key < $1.key }
    let cases = groups.map { exponent, members in
      let list = members.map(\.currency).sorted().map(SQLName.literal).joined(separator: ", ")
      return "    when currency in (\(list)) then \(amount(exponent))"
    }
    return SchemaSnapshot.Function(
      name: "_money_text",
      definition: """
        create or replace function {schema}._money_text(amount bigint, currency text) returns text
        language sql immutable parallel safe
        as $$
          select case
            when currency is null then null
        \(cases.joined(separator: "\n"))
            else \(amount(CurrencyExponent.standard))
          end
        $$;
        """)
  }

  /// Multiplying by 0.01 keeps both decimals (`12.00`) and is exact: numeric adds the scales of its factors.
  private static func amount(_ exponent: Int) -> String {
    guard exponent > 0 else { return "amount::text" }
    return "(amount * 0.\(String(repeating: "0", count: exponent - 1))1)::text"
  }
}
