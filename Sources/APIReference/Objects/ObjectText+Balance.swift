extension ObjectText {
  /// The fields of the balance.
  ///
  /// Source: docs.stripe.com/api/balance/object.
  static let balance = """
    object: =balance
    available: [object]
      amount: integer
      currency: string
      source_types?: {integer}
    connect_reserved: [object]
      amount: integer
      currency: string
      source_types?: {integer}
    instant_available?: [object]
      amount: integer
      currency: string
      net_available?: [object…]
      source_types?: {integer}
    issuing?: object
      available: [object]
        amount: integer
        currency: string
        source_types?: {integer}
    livemode: boolean
    pending: [object]
      amount: integer
      currency: string
      source_types?: {integer}
    refund_and_dispute_prefunding?: object…? @≤25-09 clover
    """
}
