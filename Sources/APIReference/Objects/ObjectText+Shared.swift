extension ObjectText {
  /// Small objects and enumerations that several objects have, as fields whose names are the words for their types.
  static let shared = """
    address: object
      city: string?
      country: string?
      line1: string?
      line2: string?
      postal_code: string?
      state: string?

    # What went wrong with a payment, with the members of an error's answer.
    api_error: object
      advice_code?: string
      charge?: string
      code?: string
      decline_code?: string
      doc_url?: string
      message?: string
      network_advice_code?: string
      network_decline_code?: string
      param?: string
      payment_intent?: embed payment_intent
      payment_method?: embed payment_method
      payment_method_type?: string
      request_log_url?: string
      setup_intent?: embed setup_intent
      source?: embed account|bank_account|card|source
      type: enum api_error|card_error|idempotency_error|invalid_request_error|…

    # Holds one member named like `type`; those of cards and bank debits are listed.
    next_action: object…
      redirect_to_url?: object
        return_url: string?
        url: string?
      type: string
      use_stripe_sdk?: object…
      verify_with_microdeposits?: object
        arrival_date: integer
        hosted_verification_url: string
        microdeposit_type: enum amounts|descriptor_code|…?

    payment_method_type: enum acss_debit|affirm|afterpay_clearpay|alipay|alma|amazon_pay|au_becs_debit|bacs_debit
      |bancontact|billie|bizum|blik|boleto|card|card_present|cashapp|crypto|custom|customer_balance|eps|fpx|giropay
      |grabpay|ideal|interac_present|kakao_pay|klarna|konbini|kr_card|link|mb_way|mobilepay|multibanco|naver_pay
      |nz_bank_account|oxxo|p24|pay_by_bank|payco|paynow|paypal|paypay|payto|pix|promptpay|revolut_pay|samsung_pay
      |satispay|scalapay|sepa_debit|sequra|sofort|sunbit|swish|twint|upi|us_bank_account|wechat_pay|zip|…

    # What Stripe still wants to know of an account.
    requirements: object…
      alternatives: [object…]?
      current_deadline: integer?
      currently_due: [string]?
      disabled_reason: string?
      errors: [object…]?
      eventually_due: [string]?
      past_due: [string]?
      pending_verification: [string]?
    """
}
