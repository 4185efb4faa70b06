extension ObjectText {
  /// The fields of an event.
  ///
  /// Source: docs.stripe.com/api/events/object.
  static let event = """
    id: string
    object: =event
    # Of a connected account only.
    account?: string
    # The version that `data` is written in, for ever.
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
    # Null, or with a null `id`, where no call caused it.
    request: object?
      id: string?
      idempotency_key: string?
    type: string
    """
}
