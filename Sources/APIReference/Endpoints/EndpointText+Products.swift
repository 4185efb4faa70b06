extension EndpointText {
  /// The calls about products.
  static let products = """
    create: POST /v1/products -> product
      active: boolean
      default_price_data: hash
        currency!: string
        -currency_options: hash
        -custom_unit_amount: hash
        metadata: {string}
        recurring: recurring
        tax_behavior: enum exclusive|inclusive|unspecified
        unit_amount: integer
        unit_amount_decimal: decimal
      description: string
      id: string
      images: [string]
      marketing_features: [hash]
        name!: string
      metadata: {string}
      name!: string
      package_dimensions: hash
        height!: number
        length!: number
        weight!: number
        width!: number
      shippable: boolean
      statement_descriptor: string
      tax_code: string
      -tax_details: hash
      type: enum good|service
      unit_label: string
      url: string

    list: GET /v1/products -> list product
      active: boolean
      created: range
      ids: [string]
      shippable: boolean
      type: enum good|service
      url: string

    search: GET /v1/products/search -> search product

    update: POST /v1/products/{id} -> product
      active: boolean
      default_price: string?
      description: string?
      images: [string]?
      marketing_features: [hash]?
        name!: string
      metadata: {string}?
      name: string
      package_dimensions: hash?
        height!: number
        length!: number
        weight!: number
        width!: number
      shippable: boolean
      statement_descriptor: string?
      tax_code: string?
      -tax_details: hash?
      unit_label: string?
      url: string?

    retrieve: GET /v1/products/{id} -> product

    delete: DELETE /v1/products/{id} -> deleted product
    """
}
