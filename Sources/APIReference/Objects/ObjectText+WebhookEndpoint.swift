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
    # Names of events, or `*` alone for all.
    enabled_events: [string]
    livemode: boolean
    metadata: {string}
    # Begins with `whsec_`; only in the answer that creates it.
    secret?: string
    status: enum disabled|enabled|…
    url: string
    """
}
