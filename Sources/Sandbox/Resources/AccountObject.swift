/// The account as `GET /v1/account` shows it: an account that may do everything, with the sandbox's settings.
package enum AccountObject {
  /// The object at our API version.
  package static func body(_ settings: AccountSettings, created: Int64 = 1_577_836_800) -> JSONObject {
    [
      "id": .string(settings.id), "object": "account", "business_profile": businessProfile, "business_type": "company",
      "capabilities": ["card_payments": "active", "transfers": "active"], "charges_enabled": true,
      "controller": ["type": "account"], "country": .string(settings.country), "created": .integer(created),
      "default_currency": .string(settings.defaultCurrency), "details_submitted": true,
      "email": "sandbox@example.com",
      "external_accounts": [
        "object": "list", "data": [], "has_more": false, "total_count": 0,
        "url": .string("/v1/accounts/\(settings.id)/external_accounts"),
      ],
      "future_requirements": noRequirements, "metadata": [:], "payouts_enabled": true, "requirements": noRequirements,
      "settings": .object(self.settings(settings)),
      "tos_acceptance": ["date": nil, "ip": nil, "user_agent": nil], "type": "standard",
    ]
  }

  private static let businessProfile: JSON = [
    "annual_revenue": nil, "estimated_worker_count": nil, "mcc": "5734", "minority_owned_business_designation": nil,
    "name": "Okapi Sandbox", "product_description": nil, "support_address": nil, "support_email": nil,
    "support_phone": nil, "support_url": nil, "url": nil,
  ]

  private static let noRequirements: JSON = [
    "alternatives": [], "current_deadline": nil, "currently_due": [], "disabled_reason": nil, "errors": [],
    "eventually_due": [], "past_due": [], "pending_verification": [],
  ]

  private static func settings(_ settings: AccountSettings) -> JSONObject {
    let weekday = settings.payoutWeekday.map { weekdays[($0 % 7 + 7) % 7] }
    var schedule: JSONObject = ["delay_days": .integer(settings.availabilityDays)]
    schedule["interval"] = weekday == nil ? "manual" : "weekly"
    if let weekday { schedule["weekly_anchor"] = .string(weekday) }
    return [
      "bacs_debit_payments": ["display_name": nil, "service_user_number": nil],
      "branding": ["icon": nil, "logo": nil, "primary_color": nil, "secondary_color": nil],
      "card_issuing": ["tos_acceptance": ["date": nil, "ip": nil]],
      "card_payments": [
        "decline_on": ["avs_failure": false, "cvc_failure": false], "statement_descriptor_prefix": nil,
        "statement_descriptor_prefix_kana": nil, "statement_descriptor_prefix_kanji": nil,
      ],
      "dashboard": ["display_name": "Okapi Sandbox", "timezone": "Etc/UTC"],
      "invoices": ["default_account_tax_ids": nil, "hosted_payment_method_save": nil],
      "payments": [
        "statement_descriptor": "OKAPI SANDBOX", "statement_descriptor_kana": nil,
        "statement_descriptor_kanji": nil, "statement_descriptor_prefix_kana": nil,
        "statement_descriptor_prefix_kanji": nil,
      ],
      "payouts": [
        "debit_negative_balances": true, "schedule": .object(schedule), "statement_descriptor": nil,
      ],
      "sepa_debit_payments": [:],
    ]
  }

  private static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
}
