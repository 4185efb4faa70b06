extension EndpointText {
  /// The calls about payment intents.
  static let paymentIntents = """
    create: POST /v1/payment_intents -> payment_intent
      allowed_payment_method_types: [string]
      amount!: integer
      -amount_details: hash
      -application_fee_amount: integer
      automatic_payment_methods: hash
        allow_redirects: enum always|never
        enabled!: boolean
      capture_method: enum automatic|automatic_async|manual
      confirm: boolean
      confirmation_method: enum automatic|manual
      -confirmation_token: string
      currency!: string
      customer: string
      -customer_account: string
      description: string
      error_on_requires_action: boolean
      excluded_payment_method_types: [string]
      -hooks: hash
      -mandate: string
      -mandate_data: hash?
      metadata: {string}
      off_session: boolean or enum one_off|recurring
      -on_behalf_of: string
      payment_details: payment_details
      payment_method: string
      -payment_method_configuration: string
      payment_method_data: payment_method_data
      payment_method_options: payment_method_options
      payment_method_types: [string] @until 26-09 endive
      -radar_options: hash
      receipt_email: string
      return_url: string
      setup_future_usage: enum off_session|on_session
      shipping: tracked_shipping
      statement_descriptor: string
      statement_descriptor_suffix: string
      -transfer_data: hash
      transfer_group: string
      use_stripe_sdk: boolean

    list: GET /v1/payment_intents -> list payment_intent
      created: range
      customer: string
      -customer_account: string

    search: GET /v1/payment_intents/search -> search payment_intent

    update: POST /v1/payment_intents/{intent} -> payment_intent
      allowed_payment_method_types: [string]
      amount: integer
      -amount_details: hash?
      -application_fee_amount: integer?
      capture_method: enum automatic|automatic_async|manual
      currency: string
      customer: string?
      -customer_account: string
      description: string?
      excluded_payment_method_types: [string]?
      -hooks: hash
      metadata: {string}?
      payment_details: payment_details?
      payment_method: string?
      -payment_method_configuration: string
      payment_method_data: payment_method_data
      payment_method_options: payment_method_options
      payment_method_types: [string] @until 26-09 endive
      receipt_email: string?
      setup_future_usage: enum off_session|on_session?
      shipping: tracked_shipping?
      statement_descriptor: string
      statement_descriptor_suffix: string
      -transfer_data: hash
      transfer_group: string

    retrieve: GET /v1/payment_intents/{intent} -> payment_intent
      client_secret: string

    cancel: POST /v1/payment_intents/{intent}/cancel -> payment_intent
      cancellation_reason: enum abandoned|duplicate|fraudulent|requested_by_customer

    capture: POST /v1/payment_intents/{intent}/capture -> payment_intent
      -amount_details: hash
      amount_to_capture: integer
      -application_fee_amount: integer
      -final_capture: boolean
      -hooks: hash
      metadata: {string}?
      payment_details: payment_details?
      statement_descriptor: string
      statement_descriptor_suffix: string
      -transfer_data: hash

    confirm: POST /v1/payment_intents/{intent}/confirm -> payment_intent
      allowed_payment_method_types: [string]
      -amount_details: hash?
      amount_to_confirm: integer
      capture_method: enum automatic|automatic_async|manual
      -confirmation_token: string
      error_on_requires_action: boolean
      excluded_payment_method_types: [string]?
      -hooks: hash
      -mandate: string
      -mandate_data: hash?
      off_session: boolean or enum one_off|recurring
      payment_details: payment_details?
      payment_method: string
      payment_method_data: payment_method_data
      payment_method_options: payment_method_options
      payment_method_types: [string] @until 26-09 endive
      -radar_options: hash
      receipt_email: string?
      return_url: string
      setup_future_usage: enum off_session|on_session?
      shipping: tracked_shipping?
      use_stripe_sdk: boolean

    -list: GET /v1/payment_intents/{intent}/amount_details_line_items -> list payment_intent_amount_details_line_item
    -apply_customer_balance: POST /v1/payment_intents/{intent}/apply_customer_balance -> payment_intent
    -increment_authorization: POST /v1/payment_intents/{intent}/increment_authorization -> payment_intent
    -verify_microdeposits: POST /v1/payment_intents/{intent}/verify_microdeposits -> payment_intent
    """
}
