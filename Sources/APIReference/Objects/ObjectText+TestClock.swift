extension ObjectText {
  /// The fields of a test clock.
  ///
  /// Source: docs.stripe.com/api/test_clocks/object.
  static let testClock = """
    id: string
    object: =test_helpers.test_clock
    created: integer
    # Thirty days after `created`.
    deletes_after: integer
    frozen_time: integer
    livemode: boolean
    name: string?
    status: enum advancing|internal_failure|ready|…
    status_details: object
      advancing?: object
        target_frozen_time: integer
    """
}
