extension ObjectText {
  /// The fields of an account.
  ///
  /// Source: docs.stripe.com/api/accounts/object.
  static let account = """
    id: string
    object: =account
    business_profile: object…?
      annual_revenue: object?
        amount: integer?
        currency: string?
        fiscal_year_end: string?
      estimated_worker_count: integer?
      mcc: string?
      minority_owned_business_designation: [string]?
      name: string?
      product_description: string?
      support_address: address?
      support_email: string?
      support_phone: string?
      support_url: string?
      url: string?
    business_type: enum company|government_entity|individual|non_profit|…?
    # A capability's name with its state: `card_payments` is `active`.
    capabilities: {string}
    charges_enabled: boolean
    controller: object…
      type: enum account|application|…
    country: string
    created: integer
    default_currency: string
    details_submitted: boolean
    email: string?
    external_accounts: list<bank_account|card>
    future_requirements: requirements
    livemode?: boolean
    metadata: {string}
    payouts_enabled: boolean
    requirements: requirements
    settings: object…
      bacs_debit_payments: object
        display_name: string?
        service_user_number: string?
      branding: object
        icon: ref file?
        logo: ref file?
        primary_color: string?
        secondary_color: string?
      card_issuing: object
        tos_acceptance: object…
          date: integer?
          ip: string?
      card_payments: object
        decline_on: object
          avs_failure: boolean
          cvc_failure: boolean
        statement_descriptor_prefix: string?
        statement_descriptor_prefix_kana: string?
        statement_descriptor_prefix_kanji: string?
      dashboard: object
        display_name: string?
        timezone: string?
      invoices: object
        default_account_tax_ids: [ref tax_id]?
        hosted_payment_method_save: enum always|never|offer|…?
      payments: object
        statement_descriptor: string?
        statement_descriptor_kana: string?
        statement_descriptor_kanji: string?
        statement_descriptor_prefix_kana: string?
        statement_descriptor_prefix_kanji: string?
      payouts: object
        debit_negative_balances: boolean
        schedule: object…
          delay_days: integer
          interval: string
        statement_descriptor: string?
      sepa_debit_payments: object…
    tos_acceptance: object…
      date: integer?
      ip: string?
      user_agent: string?
    type: enum custom|express|none|standard|…
    """
}
