/// The calls about customers, products, prices, coupons and webhook endpoints.
enum ResourceOperations {
  static let operations: [Operation] =
    customers + products + prices + coupons + webhookEndpoints

  private static let customers = [
    Operation("POST", "/v1/customers") { world, call in .record(try world.createCustomer(call.params)) },
    Operation("POST", "/v1/customers/{customer}") { world, call in
      .record(try world.updateCustomer(call.id("customer"), call.params))
    },
    Operation("DELETE", "/v1/customers/{customer}") { world, call in
      let customer = try world.require(.customer, call.id("customer"), param: "id", inPath: true)
      try world.deleteCustomer(customer)
      return .deleted(.customer, id: customer.id)
    },
    Operation("DELETE", "/v1/customers/{customer}/discount") { world, call in
      .object(try world.deleteDiscount(ofCustomer: call.id("customer")))
    },
    Operation("POST", "/v1/customers/{customer}/balance_transactions") { world, call in
      .record(try world.createCustomerBalanceTransaction(call.id("customer"), call.params))
    },
    Operation("POST", "/v1/customers/{customer}/balance_transactions/{transaction}") { world, call in
      .record(
        try world.updateCustomerBalanceTransaction(call.id("customer"), call.id("transaction"), call.params))
    },
  ]

  private static let products = [
    Operation("POST", "/v1/products") { world, call in .record(try world.createProduct(call.params)) },
    Operation("POST", "/v1/products/{id}") { world, call in
      .record(try world.updateProduct(call.id("id"), call.params))
    },
    Operation("DELETE", "/v1/products/{id}") { world, call in
      try world.deleteProduct(call.id("id"))
      return .deleted(.product, id: call.id("id"))
    },
  ]

  private static let prices = [
    Operation("POST", "/v1/prices") { world, call in .record(try world.createPrice(call.params)) },
    Operation("POST", "/v1/prices/{price}") { world, call in
      .record(try world.updatePrice(call.id("price"), call.params))
    },
  ]

  private static let coupons = [
    Operation("POST", "/v1/coupons") { world, call in .record(try world.createCoupon(call.params)) },
    Operation("POST", "/v1/coupons/{coupon}") { world, call in
      .record(try world.updateCoupon(call.id("coupon"), call.params))
    },
    Operation("DELETE", "/v1/coupons/{coupon}") { world, call in
      try world.deleteCoupon(call.id("coupon"))
      return .deleted(.coupon, id: call.id("coupon"))
    },
  ]

  private static let webhookEndpoints = [
    Operation("POST", "/v1/webhook_endpoints") { world, call in
      .record(try world.createWebhookEndpoint(call.params))
    },
    Operation("POST", "/v1/webhook_endpoints/{webhook_endpoint}") { world, call in
      .record(try world.updateWebhookEndpoint(call.id("webhook_endpoint"), call.params))
    },
    Operation("DELETE", "/v1/webhook_endpoints/{webhook_endpoint}") { world, call in
      try world.deleteWebhookEndpoint(call.id("webhook_endpoint"))
      return .deleted(.webhookEndpoint, id: call.id("webhook_endpoint"))
    },
  ]
}
