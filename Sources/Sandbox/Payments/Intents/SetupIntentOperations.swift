/// The calls about setup intents.
enum SetupIntentOperations {
  static let operations = [
    Operation("POST", "/v1/setup_intents") { world, call in try create(world, call.params) },
    Operation("POST", "/v1/setup_intents/{intent}") { world, call in
      var intent = try open(world, call)
      try update(world, &intent, call.params)
      try world.save(&intent)
      return .record(intent)
    },
    Operation("POST", "/v1/setup_intents/{intent}/confirm") { world, call in
      var intent = try open(world, call)
      let method = try world.method(in: call.params)
      return try confirm(world, &intent, method, call.params)
    },
    Operation("POST", "/v1/setup_intents/{intent}/cancel") { world, call in
      var intent = try open(world, call)
      try world.cancelSetup(&intent, reason: call.params.text("cancellation_reason"))
      return .record(intent)
    },
  ]

  /// The intent in the path, in the time of its customer.
  private static func open(_ world: World, _ call: Call) throws -> Record {
    let intent = try world.require(.setupIntent, call, "intent")
    if let customer = try world.referred(.customer, by: intent.reference("customer")) {
      try world.enter(clockOf: customer)
    }
    return intent
  }

  private static func create(_ world: World, _ params: Params) throws -> Reply {
    let customer = try world.customer(in: params)
    let types = params.strings("allowed_payment_method_types") ?? params.strings("payment_method_types")
    try world.checkTypes(types ?? [])
    let method = try world.method(in: params)
    var members: JSONObject = [
      "automatic_payment_methods": world.automaticMethods(params, hasTypes: types != nil),
      "description": params["description"], "metadata": .object(try Merge.metadata([:], with: params)),
    ]
    if params.has("allowed_payment_method_types") { members["allowed_payment_method_types"] = .strings(types ?? []) }
    if params.has("payment_method_options") {
      members["payment_method_options"] = World.options(params, over: World.setupOptions(types ?? ["card"]))
    }
    if params.has("excluded_payment_method_types") {
      members["excluded_payment_method_types"] = params["excluded_payment_method_types"]
    }
    var intent = try world.makeSetupIntent(
      customer: customer?.id, paymentMethod: method?.id, usage: params.text("usage") ?? "off_session",
      types: types ?? ["card"], members: members, testClock: customer?.testClock)
    guard params.flag("confirm") == true else { return .record(intent) }
    return try confirm(world, &intent, method, params)
  }

  private static func confirm(
    _ world: World, _ intent: inout Record, _ method: Record?, _ params: Params
  ) throws -> Reply {
    let outcome = try world.setUp(&intent, with: method, returnURL: params.text("return_url"))
    if case .failed(let error) = outcome { return .failure(error) }
    return .record(intent)
  }

  private static func update(_ world: World, _ intent: inout Record, _ params: Params) throws {
    try intent.takeMetadata(params)
    intent.take(params, "description", "excluded_payment_method_types")
    if let customer = try world.customer(in: params) { intent["customer"] = .string(customer.id) }
    if let types = params.strings("allowed_payment_method_types") ?? params.strings("payment_method_types") {
      try world.checkTypes(types)
      intent["payment_method_types"] = .strings(types)
    }
    if params.has("payment_method_options") {
      intent["payment_method_options"] = World.options(params, over: intent["payment_method_options"])
    }
    guard let method = try world.method(in: params) else { return }
    let status = intent.text("status") ?? ""
    guard status.hasPrefix("requires_") else {
      throw World.unexpectedSetup(
        intent, "You cannot update the payment method of this SetupIntent because it has a status of \(status).")
    }
    intent["payment_method"] = .string(method.id)
    intent["status"] = "requires_confirmation"
  }
}
