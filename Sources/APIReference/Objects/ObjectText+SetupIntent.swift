extension ObjectText {
  /// The fields of a setup intent.
  ///
  /// Source: docs.stripe.com/api/setup_intents/object.
  static let setupIntent = """
    id: string
    object: =setup_intent
    allowed_payment_method_types: [payment_method_type]? @26-09 endive
    application: ref application?
    attach_to_self?: boolean
    automatic_payment_methods: object?
      allow_redirects?: enum always|never|…
      enabled: boolean?
    cancellation_reason: enum abandoned|duplicate|requested_by_customer|…?
    client_secret: string?
    created: integer
    customer: ref customer?
    customer_account?: string? @≤26-02 clover
    description: string?
    excluded_payment_method_types: [payment_method_type]? @≤26-02 clover
    flow_directions: [enum inbound|outbound|…]?
    last_setup_error: api_error?
    latest_attempt: ref setup_attempt?
    livemode: boolean
    managed_payments?: object? @≤26-06 dahlia
      enabled: boolean
    mandate: ref mandate?
    metadata: {string}?
    next_action: next_action?
    on_behalf_of: ref account?
    payment_method: ref payment_method?
    payment_method_configuration_details: object?
      id: string
      parent: string?
    # One member per payment method type; those of cards are listed.
    payment_method_options: object…?
      card?: object
        mandate_options: object…?
        network: string?
        request_three_d_secure: enum any|automatic|challenge|…?
    payment_method_types: [string]
    single_use_mandate: ref mandate?
    status: enum canceled|processing|requires_action|requires_confirmation|requires_payment_method|succeeded
      |…
    usage: string
    """
}
