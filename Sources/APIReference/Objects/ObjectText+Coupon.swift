extension ObjectText {
  /// The fields of a coupon.
  ///
  /// Source: docs.stripe.com/api/coupons/object.
  static let coupon = """
    id: string
    object: =coupon
    amount_off: integer?
    applies_to+: object
      products: [string]
    created: integer
    currency: string?
    currency_options+: {object}
      amount_off: integer
    duration: enum forever|once|repeating|…
    duration_in_months: integer?
    livemode: boolean
    max_redemptions: integer?
    metadata: {string}?
    name: string?
    percent_off: number?
    redeem_by: integer?
    times_redeemed: integer
    valid: boolean
    """
}
