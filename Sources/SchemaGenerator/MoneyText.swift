/// The SQL function that writes an amount as exact decimal text; no float, no division.
package enum MoneyText {
  /// `{schema}._money_text`, from the one table of currency exponents.
  package static var function: SchemaSnapshot.Function {
    function(exponents: ["jpy": 0, "kwd": 3])
  }

  /// The function for these exponents; currencies not named have two decimals.
  static func function(exponents: [String: Int]) -> SchemaSnapshot.Function {
    let groups = Dictionary(grouping: exponents.filter { $0.value != 2 }.keys) { exponents[$0] ?? 2 }
    let cases = groups.sorted { $0.key < $1.key }.map { exponent, currencies in
      let list = currencies.sorted().map(SQLName.literal).joined(separator: ", ")
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
            else \(amount(2))
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
