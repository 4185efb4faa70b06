extension ObjectText {
  /// The fields of an event.
  ///
  /// Source: docs.stripe.com/api/events/object.
  static let event = """
    id: string
    object: =event
    # Connect only.
    account?: string
    # Version the snapshot is rendered in; fixed for ever.
    api_version: string?
    context?: string? @25-04 basil
    created: integer
    data: object
      # The whole object at the time of the event.
      object: embed *
      # The members that changed, with the values before; only for updates.
      previous_attributes?: object…
    livemode: boolean
    pending_webhooks: integer
    # `{id, idempotency_key}`; null/null id when not caused by an API call.
    request: object?
      id: string?
      idempotency_key: string?
    type: string
    """
}
