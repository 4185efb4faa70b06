extension EndpointText {
  /// The calls about coupons.
  static let coupons = """
    create: POST /v1/coupons -> coupon
      amount_off: integer
      applies_to: hash
        products: [string]
      currency: string
      -currency_options: hash
      duration: enum forever|once|repeating
      duration_in_months: integer
      id: string
      max_redemptions: integer
      metadata: {string}?
      name: string
      percent_off: number
      redeem_by: integer

    list: GET /v1/coupons -> list coupon
      created: range

    update: POST /v1/coupons/{coupon} -> coupon
      -currency_options: hash
      metadata: {string}?
      name: string

    retrieve: GET /v1/coupons/{coupon} -> coupon

    delete: DELETE /v1/coupons/{coupon} -> deleted coupon
    """
}
