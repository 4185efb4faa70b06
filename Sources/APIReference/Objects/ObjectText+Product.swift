extension ObjectText {
  /// The fields of a product.
  ///
  /// Source: docs.stripe.com/api/products/object.
  static let product = """
    id: string
    object: =product
    active: boolean
    # Undocumented, but sent: always empty.
    attributes?: [string]?
    created: integer
    default_price: ref price?
    description: string?
    images: [string]
    livemode: boolean
    # At most 15.
    marketing_features: [object]
      name?: string
    metadata: {string}
    name: string
    package_dimensions: object?
      height: number
      length: number
      weight: number
      width: number
    shippable: boolean?
    statement_descriptor: string?
    tax_code: ref tax_code?
    tax_details: object? @26-09 endive
      performance_location: string?
      tax_code: string?
    type: enum good|service|…
    unit_label: string?
    # The time of the last change.
    updated: integer
    url: string?
    """
}
