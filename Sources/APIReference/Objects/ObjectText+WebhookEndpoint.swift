extension ObjectText {
  /// The fields of a webhook endpoint.
  ///
  /// Source: docs.stripe.com/api/webhook_endpoints/object.
  static let webhookEndpoint = """
    id: string
    object: =webhook_endpoint
    api_version: string?
    application: string?
    created: integer
    description: string?
    # Event names or `["*"]`.
    enabled_events: [string]
    livemode: boolean
    metadata: {string}
    # `whsec_…`, returned only by create.
    secret?: string
    # Enabled, disabled.
    status: string
    url: string
    """
}
