extension ResourceDefinition {
  /// A card, bank account or wallet a customer pays with. Source: Stripe API reference, "The PaymentMethod object".
  ///
  /// Every type has an object of its own name; the columns cover cards and the debits that say most.
  static let paymentMethod = ResourceDefinition(
    name: .paymentMethod, table: "payment_methods", path: "/v1/payment_methods",
    listing: .each(.customer, at: ParentEndpoint("/v1/customers/{id}/payment_methods")),
    idPrefixes: ["pm_", "card_", "src_", "ba_"],
    help: "A card, bank account or wallet a customer pays with.",
    columns: [
      .unixTime("created", help: "When the payment method was created").required,
      .boolean("livemode", help: "True for real money, false in test mode"),
      .enumeration(
        "type",
        [
          "acss_debit", "affirm", "afterpay_clearpay", "alipay", "alma", "amazon_pay", "au_becs_debit", "bacs_debit",
          "bancontact", "billie", "bizum", "blik", "boleto", "card", "cashapp", "crypto", "custom",
          "customer_balance", "eps", "fpx", "giropay", "grabpay", "ideal", "interac_present", "kakao_pay", "klarna",
          "konbini", "kr_card", "link", "mb_way", "mobilepay", "multibanco", "naver_pay", "nz_bank_account", "oxxo",
          "p24", "pay_by_bank", "payco", "paynow", "paypal", "paypay", "payto", "pix", "promptpay", "revolut_pay",
          "samsung_pay", "satispay", "scalapay", "sepa_debit", "sequra", "sofort", "sunbit", "swish", "twint", "upi",
          "us_bank_account", "wechat_pay", "zip",
        ],
        help: "Kind of payment method; names the object that holds its details"
      ).required,
      .reference("customer", to: .customer, help: "Owner; null before attaching and after detaching"),
      .expandable("customer_account", help: "Account that stands for the customer in the newer API").unindexed,
      .enumeration(
        "allow_redisplay", ["always", "limited", "unspecified"], help: "Whether it may be offered again at checkout"),
      .text("billing_details.name", help: "Name of the payer").personal,
      .text("billing_details.email", help: "E-mail address of the payer").personal,
      .text("billing_details.phone", help: "Phone number of the payer").personal,
      .text("billing_details.tax_id", help: "Tax number of the payer").personal,
      .text("billing_details.address.line1", help: "Street and number").personal,
      .text("billing_details.address.line2", help: "Second address line").personal,
      .text("billing_details.address.city", help: "City").personal,
      .text("billing_details.address.state", help: "State, province or region").personal,
      .text("billing_details.address.postal_code", help: "Postal code").personal,
      .text("billing_details.address.country", help: "Country, two letters").personal,
      .text("card.brand", help: "Card brand, such as visa"),
      .text("card.display_brand", help: "Brand to show for cards of two networks"),
      .text("card.last4", help: "Last four digits of the card number").personal,
      .integer("card.exp_month", help: "Month of expiry, 1 to 12"),
      .integer("card.exp_year", help: "Year of expiry, four digits"),
      .text("card.country", help: "Country of the card's issuer, two letters"),
      .enumeration("card.funding", ["credit", "debit", "prepaid", "unknown"], help: "How the card is funded"),
      .text("card.fingerprint", help: "Same value for the same card number, within the account").personal,
      .text("card.issuer", help: "Bank that issued the card"),
      .text("card.iin", help: "First digits of the card number, which name the issuer").personal,
      .enumeration("card.regulated_status", ["regulated", "unregulated"], help: "Whether debit fee rules apply"),
      .text("card.checks.cvc_check", help: "Result of the security code check: pass, fail, unavailable, unchecked"),
      .text("card.checks.address_line1_check", help: "Result of the street check"),
      .text("card.checks.address_postal_code_check", help: "Result of the postal code check"),
      .text("card.networks.preferred", help: "Network to use for cards of two networks"),
      .json("card.networks.available", help: "Networks the card can be used on"),
      .boolean("card.three_d_secure_usage.supported", help: "Whether 3D Secure can be asked for"),
      .text("card.wallet.type", help: "Wallet the card came from, such as apple_pay"),
      .text("sepa_debit.bank_code", help: "Bank code of the debited account"),
      .text("sepa_debit.country", help: "Country of the debited account, two letters"),
      .text("sepa_debit.last4", help: "Last four characters of the IBAN").personal,
      .text("sepa_debit.fingerprint", help: "Same value for the same IBAN, within the account").personal,
      .text("us_bank_account.bank_name", help: "Name of the bank"),
      .enumeration("us_bank_account.account_type", ["checking", "savings"], help: "Kind of bank account"),
      .enumeration(
        "us_bank_account.account_holder_type", ["company", "individual"], help: "Who holds the bank account"),
      .text("us_bank_account.last4", help: "Last four digits of the account number").personal,
      .text("us_bank_account.fingerprint", help: "Same value for the same account number").personal,
      .text("link.email", help: "E-mail address of the Link account").personal,
      .reference(
        "generated_from_charge", to: .charge, from: ["card.generated_from.charge", "sepa_debit.generated_from.charge"],
        help: "Payment this method was derived from"
      ).unindexed,
      .json("metadata", help: "The merchant's own keys and values").personal,
    ],
    events: ["payment_method.*"],
    collapsed: ["card.generated_from.setup_attempt", "sepa_debit.generated_from.setup_attempt"],
    unread: ["radar_options", "shared_payment_granted_token"])
}
