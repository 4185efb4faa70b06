extension ObjectText {
  /// The fields of a discount.
  ///
  /// Source: docs.stripe.com/api/discounts/object.
  static let discount = """
    id: string
    object: =discount
    checkout_session: string?
    customer: ref customer?
    customer_account: string? @≤26-02 clover
    end: integer?
    invoice: string?
    invoice_item: string?
    promotion_code: ref promotion_code?
    # In place of `coupon`, the whole object, before 2025-09-30.clover.
    source: object @≤25-09 clover
      coupon: ref coupon?
      type: enum coupon|…
    start: integer
    subscription: string?
    subscription_item: string?
    """
}
