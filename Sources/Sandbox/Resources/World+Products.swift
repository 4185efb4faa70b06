extension World {
  /// Makes a product, and its default price when `default_price_data` asks for one.
  func createProduct(_ params: Params) throws -> Record {
    let name = try params.require("name")
    var product = Record(blank: .product, created: now)
    if let id = params.text("id") {
      guard try find(.product, id) == nil else {
        throw StripeError.invalid("Product already exists.", code: "resource_already_exists", param: params.path("id"))
      }
      product["id"] = .string(id)
    }
    product["active"] = true
    product["images"] = []
    product["marketing_features"] = []
    product["metadata"] = [:]
    product["name"] = .string(name)
    product["type"] = .string(params.text("type") ?? "service")
    product["updated"] = .integer(now)
    try take(params, into: &product)
    try save(&product, emitting: "product.created")
    if let data = params.hash("default_price_data") {
      let price = try makePrice(data, product: product.id)
      product["default_price"] = .string(price.id)
      try save(&product, emitting: "product.updated")
    }
    return product
  }

  func updateProduct(_ id: String, _ params: Params) throws -> Record {
    var product = try require(.product, id, param: "id", inPath: true)
    let before = product.body
    if let price = params.text("default_price") {
      let found = try require(.price, price, param: params.path("default_price"))
      guard found.reference("product") == id else {
        throw StripeError.invalid(
          "The price \(price) does not belong to the product \(id).", param: params.path("default_price"))
      }
      product["default_price"] = .string(price)
    } else if params.isUnset("default_price") {
      product["default_price"] = .null
    }
    try take(params, into: &product)
    if product.body != before { product["updated"] = .integer(now) }
    try save(&product, emitting: "product.updated")
    return product
  }

  func deleteProduct(_ id: String) throws {
    var product = try require(.product, id, param: "id", inPath: true)
    guard try count(ListQuery(.price, [.equals("product", id)])) == 0 else {
      throw StripeError.invalid("This product cannot be deleted because it has one or more user-created prices.")
    }
    try delete(&product, emitting: "product.deleted")
  }

  private func take(_ params: Params, into product: inout Record) throws {
    product.take(
      params, "active", "description", "name", "shippable", "statement_descriptor", "tax_code", "unit_label", "url")
    product.takeArrays(params, "images", "marketing_features")
    product.takeHash(params, "package_dimensions", members: [])
    product.takeHash(params, "tax_details", members: ["performance_location", "tax_code"])
    try product.takeMetadata(params)
  }
}
