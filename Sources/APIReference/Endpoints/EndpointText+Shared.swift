extension EndpointText {
  /// Hashes and enumerations that several calls take, as parameters whose names are the words for their types.
  static let shared = """
    payment_method_type: enum acss_debit|affirm|afterpay_clearpay|alipay|alma|amazon_pay|au_becs_debit
      |bacs_debit|bancontact|billie|bizum|blik|boleto|card|card_present|cashapp|crypto|custom|customer_balance
      |eps|fpx|giropay|grabpay|ideal|interac_present|kakao_pay|klarna|konbini|kr_card|link|mb_way|mobilepay
      |multibanco|naver_pay|nz_bank_account|oxxo|p24|pay_by_bank|payco|paynow|paypal|paypay|payto|pix
      |promptpay|revolut_pay|samsung_pay|satispay|scalapay|sepa_debit|sequra|sofort|sunbit|swish|twint|upi
      |us_bank_account|wechat_pay|zip

    address: hash
      city: string
      country: string
      line1: string
      line2: string
      postal_code: string
      state: string

    discount: hash
      coupon: string
      discount: string
      -promotion_code: string

    custom_field: hash
      name!: string
      value!: string

    billing_details: hash
      address: address?
      email: string?
      name: string?
      phone: string?
      tax_id: string

    shipping: hash
      address!: address
      name!: string
      phone: string

    tracked_shipping: hash
      address!: address
      carrier: string
      name!: string
      phone: string
      tracking_number: string

    recurring: hash
      interval!: enum day|month|week|year
      interval_count: integer

    one_time_price_data: hash
      currency!: string
      product!: string
      tax_behavior: enum exclusive|inclusive|unspecified
      unit_amount: integer
      unit_amount_decimal: decimal

    recurring_price_data: hash
      currency!: string
      product!: string
      recurring!: recurring
      tax_behavior: enum exclusive|inclusive|unspecified
      unit_amount: integer
      unit_amount_decimal: decimal

    add_invoice_item: hash
      discountable: boolean
      discounts: [discount]
      metadata: {string}
      period: hash
        end!: hash
          timestamp: integer
          type!: enum min_item_period_end|timestamp
        start!: hash
          timestamp: integer
          type!: enum max_item_period_start|now|timestamp
      price: string
      price_data: one_time_price_data
      quantity: integer
      -tax_rates: [string]?

    tier: hash
      flat_amount: integer
      flat_amount_decimal: decimal
      unit_amount: integer
      unit_amount_decimal: decimal
      up_to!: integer or enum inf

    period: hash
      end!: integer
      start!: integer

    pricing: hash
      price: string

    automatic_tax: hash
      enabled!: boolean
      -liability: hash

    cancellation_details: hash
      comment: string?
      feedback: enum customer_service|low_quality|missing_features|other|switched_service|too_complex
        |too_expensive|unused?
      -feedback_option: string

    payment_settings: hash
      payment_method_options: hash
        card: hash?
          -mandate_options: hash
          network: enum amex|cartes_bancaires|diners|discover|eftpos_au|girocard|interac|jcb|link|mastercard
            |unionpay|unknown|visa
          request_three_d_secure: enum any|automatic|challenge
        -acss_debit|bancontact|billie|blik|customer_balance|konbini|payto|pix|sepa_debit|upi
          |us_bank_account: hash?
      payment_method_types: [string]?
      save_default_payment_method: enum off|on_subscription

    invoice_payment_settings: hash
      -default_mandate: string?
      payment_method_options: hash
        card: hash?
          -installments: hash
          request_three_d_secure: enum any|automatic|challenge
        -acss_debit|bancontact|billie|blik|customer_balance|konbini|payto|pix|sepa_debit|upi
          |us_bank_account: hash?
      payment_method_types: [string]?

    trial_settings: hash
      end_behavior!: hash
        billing_cycle_anchor: enum now|unchanged
        missing_payment_method: enum cancel|create_invoice|pause

    rendering: hash
      amount_tax_display: enum exclude_tax|include_inclusive_tax?
      pdf: hash
        page_size: enum a4|auto|letter
      -template: string
      -template_version: integer?

    payment_details: hash
      customer_reference: string?
      order_reference: string?

    us_bank_account: hash
      account_holder_type: enum company|individual
      account_number: string
      account_type: enum checking|savings
      -financial_connections_account: string
      routing_number: string

    payment_method_data: hash
      allow_redisplay: enum always|limited|unspecified
      billing_details: billing_details
      card: hash
        cvc: string
        exp_month: integer
        exp_year: integer
        number: string
        token: string
      link: hash
      metadata: {string}
      sepa_debit: hash
        iban!: string
      type!: payment_method_type
      us_bank_account: us_bank_account
      -acss_debit|affirm|afterpay_clearpay|alipay|alma|amazon_pay|au_becs_debit|bacs_debit|bancontact
        |billie|bizum|blik|boleto|cashapp|crypto|customer_balance|eps|fpx|giropay|grabpay|ideal
        |interac_present|kakao_pay|klarna|konbini|kr_card|mb_way|mobilepay|multibanco|naver_pay
        |nz_bank_account|oxxo|p24|pay_by_bank|payco|paynow|paypal|paypay|payto|pix|promptpay
        |radar_options|revolut_pay|samsung_pay|satispay|scalapay|sequra|sofort|sunbit|swish|twint|upi
        |wechat_pay|zip: hash

    payment_method_options: hash
      card: hash?
        capture_method: enum manual?
        -cvc_token: string
        -installments: hash
        -mandate_options: hash
        -moto: boolean
        network: enum amex|cartes_bancaires|diners|discover|eftpos_au|girocard|interac|jcb|link|mastercard
          |unionpay|unknown|visa
        -request_extended_authorization: enum if_available|never
        -request_incremental_authorization: enum if_available|never
        -request_multicapture: enum if_available|never
        -request_overcapture: enum if_available|never
        request_three_d_secure: enum any|automatic|challenge
        -require_cvc_recollection: boolean
        -setup_credential_usage: enum installment|recurring|unscheduled
        setup_future_usage: enum none|off_session|on_session?
        statement_descriptor_suffix_kana: string?
        statement_descriptor_suffix_kanji: string?
        -stored_credential_usage: enum installment|recurring|unscheduled
        -three_d_secure: hash
      -acss_debit|affirm|afterpay_clearpay|alipay|alma|amazon_pay|au_becs_debit|bacs_debit|bancontact
        |billie|bizum|blik|boleto|card_present|cashapp|crypto|customer_balance|eps|fpx|giropay|grabpay
        |ideal|interac_present|kakao_pay|klarna|konbini|kr_card|link|mb_way|mobilepay|multibanco
        |naver_pay|nz_bank_account|oxxo|p24|pay_by_bank|payco|paynow|paypal|paypay|payto|pix|promptpay
        |revolut_pay|samsung_pay|satispay|scalapay|sepa_debit|sequra|sofort|sunbit|swish|twint|upi
        |us_bank_account|wechat_pay|zip: hash?

    setup_method_options: hash
      card: hash
        -mandate_options: hash
        -moto: boolean
        network: enum amex|cartes_bancaires|diners|discover|eftpos_au|girocard|interac|jcb|link|mastercard
          |unionpay|unknown|visa
        request_three_d_secure: enum any|automatic|challenge
        -setup_credential_usage: enum installment|recurring|unscheduled
        -three_d_secure: hash
      -acss_debit|amazon_pay|bacs_debit|bizum|blik|card_present|klarna|link|paypal|payto|pix
        |sepa_debit|upi|us_bank_account: hash
    """
}
