extension EndpointText {
  /// The calls about setup intents.
  static let setupIntents = """
    create: POST /v1/setup_intents -> setup_intent
      allowed_payment_method_types: [string]
      -attach_to_self: boolean
      automatic_payment_methods: hash
        allow_redirects: enum always|never
        enabled!: boolean
      confirm: boolean
      -confirmation_token: string
      customer: string
      -customer_account: string
      description: string
      excluded_payment_method_types: [string]
      -flow_directions: [enum inbound|outbound]
      -mandate_data: hash?
      metadata: {string}
      -on_behalf_of: string
      payment_method: string
      -payment_method_configuration: string
      payment_method_data: payment_method_data
      payment_method_options: setup_method_options
      payment_method_types: [string] @until 26-09 endive
      return_url: string
      -single_use: hash
      usage: enum off_session|on_session
      use_stripe_sdk: boolean

    list: GET /v1/setup_intents -> list setup_intent
      -attach_to_self: boolean
      created: range
      customer: string
      -customer_account: string
      payment_method: string

    update: POST /v1/setup_intents/{intent} -> setup_intent
      allowed_payment_method_types: [string]?
      -attach_to_self: boolean
      customer: string
      -customer_account: string
      description: string?
      excluded_payment_method_types: [string]?
      -flow_directions: [enum inbound|outbound]
      metadata: {string}?
      payment_method: string
      -payment_method_configuration: string
      payment_method_data: payment_method_data
      payment_method_options: setup_method_options
      payment_method_types: [string] @until 26-09 endive

    retrieve: GET /v1/setup_intents/{intent} -> setup_intent
      client_secret: string

    cancel: POST /v1/setup_intents/{intent}/cancel -> setup_intent
      cancellation_reason: enum abandoned|duplicate|requested_by_customer

    confirm: POST /v1/setup_intents/{intent}/confirm -> setup_intent
      allowed_payment_method_types: [string]
      -confirmation_token: string
      -mandate_data: hash?
      payment_method: string
      payment_method_data: payment_method_data
      payment_method_options: setup_method_options
      return_url: string
      use_stripe_sdk: boolean

    -verify_microdeposits: POST /v1/setup_intents/{intent}/verify_microdeposits -> setup_intent
    """
}
