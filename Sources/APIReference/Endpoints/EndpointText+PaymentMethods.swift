extension EndpointText {
  /// The calls about payment methods.
  static let paymentMethods = """
    create: POST /v1/payment_methods -> payment_method
      allow_redisplay: enum always|limited|unspecified
      billing_details: billing_details
      card: hash
        cvc: string
        exp_month: integer
        exp_year: integer
        networks: hash
          preferred: enum cartes_bancaires|mastercard|visa
        number: string
        token: string
      customer: string
      link: hash
      metadata: {string}
      -payment_method: string
      sepa_debit: hash
        iban!: string
      type: payment_method_type
      us_bank_account: us_bank_account
      -acss_debit|affirm|afterpay_clearpay|alipay|alma|amazon_pay|au_becs_debit|bacs_debit|bancontact
        |billie|bizum|blik|boleto|cashapp|crypto|custom|customer_balance|eps|fpx|giropay|grabpay|ideal
        |interac_present|kakao_pay|klarna|konbini|kr_card|mb_way|mobilepay|multibanco|naver_pay
        |nz_bank_account|oxxo|p24|pay_by_bank|payco|paynow|paypal|paypay|payto|pix|promptpay
        |radar_options|revolut_pay|samsung_pay|satispay|scalapay|sequra|sofort|sunbit|swish|twint|upi
        |wechat_pay|zip: hash

    list: GET /v1/payment_methods -> list payment_method
      allow_redisplay: enum always|limited|unspecified
      customer: string
      -customer_account: string
      type: payment_method_type

    update: POST /v1/payment_methods/{payment_method} -> payment_method
      allow_redisplay: enum always|limited|unspecified
      billing_details: billing_details
      card: hash
        exp_month: integer
        exp_year: integer
        networks: hash
          preferred: enum cartes_bancaires|mastercard|visa?
      metadata: {string}?
      us_bank_account: hash
        account_holder_type: enum company|individual
        account_type: enum checking|savings

    retrieve: GET /v1/payment_methods/{payment_method} -> payment_method

    attach: POST /v1/payment_methods/{payment_method}/attach -> payment_method
      customer: string
      -customer_account: string

    detach: POST /v1/payment_methods/{payment_method}/detach -> payment_method
    """
}
