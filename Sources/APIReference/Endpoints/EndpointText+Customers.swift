extension EndpointText {
  /// The calls about customers, their balance transactions and payment methods.
  static let customers = """
    create: POST /v1/customers -> customer
      address: address?
      balance: integer
      business_name: string?
      -cash_balance: hash
      # Before basil; `discounts` of a subscription since.
      coupon: string? @until 25-03 basil
      description: string?
      email: string?
      individual_name: string?
      invoice_prefix: string
      invoice_settings: hash
        custom_fields: [custom_field]?
        default_payment_method: string?
        footer: string?
        rendering_options: hash?
          amount_tax_display: enum exclude_tax|include_inclusive_tax?
          -template: string
      metadata: {string}?
      name: string?
      next_invoice_sequence: integer
      payment_method: string
      phone: string?
      preferred_locales: [string]
      -promotion_code: string @until 25-03 basil
      shipping: shipping?
      -source: string
      -tax: hash
      tax_exempt: enum exempt|none|reverse?
      -tax_id_data: [hash]
      test_clock: string
      -validate: boolean

    list: GET /v1/customers -> list customer
      created: range
      email: string?
      test_clock: string

    search: GET /v1/customers/search -> search customer

    update: POST /v1/customers/{customer} -> customer
      address: address?
      balance: integer
      business_name: string?
      -cash_balance: hash
      # Before basil; `discounts` of a subscription since.
      coupon: string? @until 25-03 basil
      -default_source: string
      description: string?
      email: string?
      individual_name: string?
      invoice_prefix: string
      invoice_settings: hash
        custom_fields: [custom_field]?
        default_payment_method: string?
        footer: string?
        rendering_options: hash?
          amount_tax_display: enum exclude_tax|include_inclusive_tax?
          -template: string
      metadata: {string}?
      name: string?
      next_invoice_sequence: integer
      phone: string?
      preferred_locales: [string]
      -promotion_code: string @until 25-03 basil
      shipping: shipping?
      -source: string
      -tax: hash
      tax_exempt: enum exempt|none|reverse?
      -validate: boolean

    retrieve: GET /v1/customers/{customer} -> customer

    delete: DELETE /v1/customers/{customer} -> deleted customer

    create: POST /v1/customers/{customer}/balance_transactions -> customer_balance_transaction
      amount!: integer
      currency!: string
      description: string?
      metadata: {string}?

    list: GET /v1/customers/{customer}/balance_transactions -> list customer_balance_transaction
      created: range
      invoice: string

    update: POST /v1/customers/{customer}/balance_transactions/{transaction} -> customer_balance_transaction
      description: string?
      metadata: {string}?

    retrieve: GET /v1/customers/{customer}/balance_transactions/{transaction} -> customer_balance_transaction

    delete_discount: DELETE /v1/customers/{customer}/discount -> deleted discount

    list: GET /v1/customers/{customer}/payment_methods -> list payment_method
      allow_redisplay: enum always|limited|unspecified
      type: payment_method_type

    retrieve: GET /v1/customers/{customer}/payment_methods/{payment_method} -> payment_method

    -update: POST /v1/customers/{customer}/cash_balance -> cash_balance
    -retrieve: GET /v1/customers/{customer}/cash_balance -> cash_balance
    -list: GET /v1/customers/{customer}/cash_balance_transactions -> list customer_cash_balance_transaction
    -retrieve: GET /v1/customers/{customer}/cash_balance_transactions/{transaction} -> customer_cash_balance_transaction
    -create: POST /v1/customers/{customer}/funding_instructions -> funding_instructions
    -create: POST /v1/customers/{customer}/sources -> source
    -list: GET /v1/customers/{customer}/sources -> list source
    -update: POST /v1/customers/{customer}/sources/{id} -> source
    -retrieve: GET /v1/customers/{customer}/sources/{id} -> source
    -delete: DELETE /v1/customers/{customer}/sources/{id} -> deleted source
    -verify: POST /v1/customers/{customer}/sources/{id}/verify -> source
    -create: POST /v1/customers/{customer}/tax_ids -> tax_id
    -list: GET /v1/customers/{customer}/tax_ids -> list tax_id
    -retrieve: GET /v1/customers/{customer}/tax_ids/{id} -> tax_id
    -delete: DELETE /v1/customers/{customer}/tax_ids/{id} -> deleted tax_id
    """
}
