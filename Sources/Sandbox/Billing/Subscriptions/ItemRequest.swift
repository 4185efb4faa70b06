/// What a call wants of one subscription item.
struct ItemRequest {
  /// The item to change; nil to add one.
  var id: String?
  /// Its new price.
  var price: Record?
  var quantity: Int64?
  var isDeleted = false
  /// The whole hash, for metadata and discounts.
  var params: Params
}

extension World {
  /// Reads `items` of a subscription call.
  func itemRequests(_ list: [Params]) throws -> [ItemRequest] {
    guard list.count <= 20 else {
      throw StripeError.invalid("Array items exceeded maximum 20 allowed elements.", param: "items")
    }
    return try list.map { try itemRequest($0) }
  }

  /// Reads one item's hash.
  func itemRequest(_ params: Params) throws -> ItemRequest {
    try params.refuse("billing_thresholds", "tax_rates", "current_trial", "trial")
    let quantity = params.int("quantity")
    if let quantity, quantity < 0 {
      throw StripeError.tooSmall(0, param: params.path("quantity"))
    }
    return ItemRequest(
      id: params.text("id"), price: try recurringPrice(params), quantity: quantity,
      isDeleted: params.flag("deleted") ?? false, params: params)
  }

  /// The recurring price that `price`, `plan` or `price_data` names; nil when none of them is sent.
  private func recurringPrice(_ params: Params) throws -> Record? {
    guard let price = try price(params) else { return nil }
    let name = params.path(params.has("plan") ? "plan" : params.has("price_data") ? "price_data" : "price")
    guard price.text("type") == "recurring" else {
      throw StripeError.invalid(
        """
        The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.
        """, param: name)
    }
    if price["recurring"]["usage_type"] == "metered" { throw StripeError.unsupported("metered prices", param: name) }
    return price
  }

  /// The price that `price`, `plan` or `price_data` names; nil when none of them is sent.
  func price(_ params: Params) throws -> Record? {
    if let data = params.hash("price_data") {
      if let product = data.hash("product_data") {
        return try makePrice(data, product: try createProduct(product).id, inline: true)
      }
      let product = try require(.product, try data.require("product"), param: data.path("product"))
      return try makePrice(data, product: product.id, inline: true)
    }
    for name in ["price", "plan"] {
      guard let id = params.text(name) else { continue }
      guard let price = try find(.price, id), !price.isDeleted else {
        throw StripeError.noSuch(name, id, param: params.path(name))
      }
      guard price.flag("active") else {
        throw StripeError.invalid(
          "The price specified is inactive. This field only accepts active prices.", param: params.path(name))
      }
      return price
    }
    return nil
  }
}
