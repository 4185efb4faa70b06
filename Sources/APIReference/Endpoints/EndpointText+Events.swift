extension EndpointText {
  /// The calls about events, webhook endpoints and test clocks.
  static let events = """
    list: GET /v1/events -> list event
      created: range
      delivery_success: boolean
      type: string
      types: [string]

    retrieve: GET /v1/events/{id} -> event

    create: POST /v1/webhook_endpoints -> webhook_endpoint
      api_version: string
      -connect: boolean
      description: string?
      enabled_events!: [string]
      metadata: {string}?
      url!: string

    list: GET /v1/webhook_endpoints -> list webhook_endpoint

    update: POST /v1/webhook_endpoints/{webhook_endpoint} -> webhook_endpoint
      description: string?
      disabled: boolean
      enabled_events: [string]
      metadata: {string}?
      url: string

    retrieve: GET /v1/webhook_endpoints/{webhook_endpoint} -> webhook_endpoint

    delete: DELETE /v1/webhook_endpoints/{webhook_endpoint} -> deleted webhook_endpoint

    create: POST /v1/test_helpers/test_clocks -> test_helpers.test_clock
      customer: string
      frozen_time!: integer
      name: string

    list: GET /v1/test_helpers/test_clocks -> list test_helpers.test_clock

    retrieve: GET /v1/test_helpers/test_clocks/{test_clock} -> test_helpers.test_clock

    delete: DELETE /v1/test_helpers/test_clocks/{test_clock} -> deleted test_helpers.test_clock

    advance: POST /v1/test_helpers/test_clocks/{test_clock}/advance -> test_helpers.test_clock
      frozen_time!: integer
    """
}
