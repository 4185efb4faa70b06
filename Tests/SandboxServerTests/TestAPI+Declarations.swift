import APIReference

extension TestAPI {
  // MARK: objects

  static let objects: [String: ObjectShape] = {
    let shapes = [
      shape("customer", "balance", "created", "email", "name") + [
        reference("test_clock", "test_helpers.test_clock"),
        FieldShape(name: "address", type: .object, isNullable: true),
        FieldShape(
          name: "invoice_settings", type: .object, isNullable: false,
          fields: [reference("default_payment_method", "payment_method")]),
        FieldShape(name: "discount", type: .embedded(["discount"]), isNullable: true),
        expanded("subscriptions", .list(["subscription"])), expanded("sources", .list(["source"])),
        expanded("tax_ids", .list(["tax_id"])), expanded("tax", .object), expanded("cash_balance", .object),
        expanded("invoice_credit_balance", .map(.integer)),
      ],
      shape("charge", "amount", "currency", "status") + [
        reference("customer", "customer"), reference("payment_intent", "payment_intent"),
        reference("balance_transaction", "balance_transaction"), expanded("refunds", .list(["refund"])),
      ],
      shape("refund", "amount") + [reference("charge", "charge")],
      shape("balance_transaction", "amount") + [reference("source", "charge", "refund", "payout")],
      shape("payment_intent", "amount", "client_secret") + [
        reference("customer", "customer"), reference("latest_charge", "charge"),
      ],
      shape("product", "name") + [reference("default_price", "price")],
      shape("price", "currency") + [
        reference("product", "product"), FieldShape(name: "recurring", type: .object, isNullable: true),
        expanded("tiers", .array(.object)), expanded("currency_options", .map(.object)),
      ],
      shape("coupon", "name") + [expanded("applies_to", .object)],
      shape("discount") + [
        FieldShape(
          name: "source", type: .object, isNullable: false, fields: [reference("coupon", "coupon")]),
        reference("customer", "customer"),
      ],
      shape("subscription", "status") + [
        reference("customer", "customer"), reference("latest_invoice", "invoice"),
        FieldShape(name: "items", type: .list(["subscription_item"]), isNullable: false),
        FieldShape(name: "discounts", type: .array(.reference), isNullable: false, expandsTo: ["discount"]),
      ],
      shape("subscription_item", "quantity") + [
        FieldShape(name: "price", type: .embedded(["price"]), isNullable: false)
      ],
      shape("invoice", "total", "status") + [
        reference("customer", "customer"), expanded("payments", .list(["invoice_payment"])),
        expanded("confirmation_secret", .object),
        FieldShape(name: "lines", type: .list(["line_item"]), isNullable: false),
        FieldShape(name: "discounts", type: .array(.reference), isNullable: false, expandsTo: ["discount"]),
        FieldShape(
          name: "parent", type: .object, isNullable: true,
          fields: [
            FieldShape(
              name: "subscription_details", type: .object, isNullable: true,
              fields: [reference("subscription", "subscription")])
          ]),
      ],
      shape("line_item", "amount"),
      shape("invoice_payment") + [
        reference("invoice", "invoice"),
        FieldShape(
          name: "payment", type: .object, isNullable: false,
          fields: [reference("payment_intent", "payment_intent"), reference("charge", "charge")]),
      ],
      shape("payment_method", "type") + [reference("customer", "customer")],
    ]
    return Dictionary(uniqueKeysWithValues: shapes.map { ($0.name, $0) })
  }()

  private static func shape(_ name: String, _ plain: String...) -> ObjectShape {
    ObjectShape(
      name: name, fields: (["id", "object"] + plain).map { FieldShape(name: $0, type: .string, isNullable: true) })
  }

  private static func reference(_ name: String, _ targets: String...) -> FieldShape {
    FieldShape(name: name, type: .reference, isNullable: true, expandsTo: targets)
  }

  private static func expanded(_ name: String, _ type: FieldType) -> FieldShape {
    FieldShape(name: name, type: type, isNullable: true, isOnlyExpanded: true)
  }

  // MARK: calls

  static let endpoints: [Endpoint] = {
    var all = [
      Endpoint(
        method: "POST", path: "/v1/customers", operation: "create", object: "customer",
        parameters: customerParameters, answer: .object),
      Endpoint(
        method: "DELETE", path: "/v1/customers/{customer}", operation: "delete", object: "customer", parameters: [],
        answer: .deleted),
      Endpoint(
        method: "POST", path: "/v1/customers/{customer}", operation: "update", object: "customer",
        parameters: customerParameters, answer: .object),
      list(
        "/v1/subscription_items", "subscription_item",
        [Parameter(name: "subscription", type: .string, isRequired: true)]),
      list("/v1/customers/{customer}/payment_methods", "payment_method", [text("type")]),
      retrieve("/v1/customers/{customer}/payment_methods/{payment_method}", "payment_method"),
      list("/v1/invoices/{invoice}/lines", "line_item", []),
    ]
    for (collection, object, variable, filters) in collections {
      all.append(list("/v1/\(collection)", object, filters))
      all.append(retrieve("/v1/\(collection)/{\(variable)}", object))
    }
    for (collection, object) in [
      ("customers", "customer"), ("charges", "charge"), ("subscriptions", "subscription"), ("products", "product"),
      ("invoices", "invoice"), ("payment_intents", "payment_intent"), ("prices", "price"),
    ] {
      all.append(
        Endpoint(
          method: "GET", path: "/v1/\(collection)/search", operation: "search", object: object,
          parameters: [
            Parameter(name: "query", type: .string, isRequired: true), Parameter(name: "limit", type: .integer),
            text("page"),
          ], answer: .searchResult))
    }
    return all
  }()

  private static let created = Parameter(name: "created", type: .range)

  private static let collections: [(String, String, String, [Parameter])] = [
    ("customers", "customer", "customer", [created, text("email"), text("test_clock")]),
    ("charges", "charge", "charge", [created, text("customer"), text("payment_intent"), text("transfer_group")]),
    (
      "subscriptions", "subscription", "subscription_exposed_id",
      [
        text("customer"), text("price"), text("test_clock"), Parameter(name: "current_period_end", type: .range),
        Parameter(
          name: "status", type: .enumeration, values: ["active", "all", "canceled", "ended", "past_due", "trialing"]),
      ]
    ),
    (
      "events", "event", "id",
      [
        created, text("type"), Parameter(name: "types", type: .array(.string)),
        Parameter(name: "delivery_success", type: .boolean),
      ]
    ),
    (
      "products", "product", "id",
      [
        Parameter(name: "active", type: .boolean), Parameter(name: "ids", type: .array(.string)), text("url"),
        Parameter(name: "type", type: .enumeration, values: ["good", "service"]),
      ]
    ),
    (
      "prices", "price", "price",
      [
        text("product"), Parameter(name: "lookup_keys", type: .array(.string)),
        Parameter(name: "recurring", type: .hash, parameters: [text("interval"), text("meter"), text("usage_type")]),
      ]
    ),
    (
      "invoices", "invoice", "invoice",
      [text("customer"), text("subscription"), Parameter(name: "due_date", type: .range), text("status")]
    ),
    (
      "invoiceitems", "invoiceitem", "invoiceitem", [text("invoice"), Parameter(name: "pending", type: .boolean)]
    ),
    (
      "invoice_payments", "invoice_payment", "invoice_payment",
      [
        text("invoice"), text("status"),
        Parameter(name: "payment", type: .hash, parameters: [text("payment_intent"), text("type")]),
      ]
    ),
    ("payment_intents", "payment_intent", "intent", [text("customer")]),
    ("setup_intents", "setup_intent", "intent", [text("customer"), text("payment_method")]),
    ("balance_transactions", "balance_transaction", "id", [text("payout"), text("type"), text("source")]),
    ("payment_methods", "payment_method", "payment_method", [text("customer"), text("allow_redisplay")]),
    ("refunds", "refund", "refund", [text("charge")]),
  ]

  static let customerParameters = [
    text("email"), Parameter(name: "name", type: .string, isUnsettable: true),
    Parameter(name: "balance", type: .integer), Parameter(name: "validate", type: .boolean),
    Parameter(name: "metadata", type: .map),
    Parameter(name: "tax_exempt", type: .enumeration, isUnsettable: true, values: ["exempt", "none", "reverse"]),
    Parameter(
      name: "address", type: .hash, isUnsettable: true,
      parameters: [text("city"), Parameter(name: "country", type: .string, isRequired: true)]),
    Parameter(
      name: "tax_id_data", type: .array(.hash),
      parameters: [
        Parameter(name: "type", type: .enumeration, isRequired: true, values: ["eu_vat", "us_ein"]), text("value"),
      ]),
    Parameter(name: "types", type: .array(.string)), Parameter(name: "cash_balance", type: .hash, isSupported: false),
    Parameter(name: "rate", type: .decimal), Parameter(name: "percent", type: .number),
    Parameter(name: "up_to", type: .either([.enumeration, .integer]), values: ["inf"]),
  ]

  private static func text(_ name: String) -> Parameter { Parameter(name: name, type: .string) }

  private static func list(_ path: String, _ object: String, _ filters: [Parameter]) -> Endpoint {
    Endpoint(
      method: "GET", path: path, operation: "list", object: object,
      parameters: filters + [
        Parameter(name: "limit", type: .integer), text("starting_after"), text("ending_before"),
        Parameter(name: "expand", type: .array(.string)),
      ], answer: .list)
  }

  private static func retrieve(_ path: String, _ object: String) -> Endpoint {
    Endpoint(
      method: "GET", path: path, operation: "retrieve", object: object,
      parameters: [Parameter(name: "expand", type: .array(.string))], answer: .object)
  }
}

private func + (shape: ObjectShape, fields: [FieldShape]) -> ObjectShape {
  ObjectShape(name: shape.name, fields: shape.fields + fields)
}
