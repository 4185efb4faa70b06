extension EndpointText {
  /// The calls about the account, its balance, balance transactions and payouts.
  static let balance = """
    retrieve: GET /v1/account -> account

    retrieve: GET /v1/balance -> balance

    list: GET /v1/balance_transactions -> list balance_transaction
      created: range
      currency: string
      payout: string
      source: string
      type: string

    retrieve: GET /v1/balance_transactions/{id} -> balance_transaction

    create: POST /v1/payouts -> payout
      amount!: integer
      currency!: string
      description: string
      -destination: string
      metadata: {string}
      method: enum instant|standard
      -payout_method: string
      source_type: enum bank_account|card|fpx
      statement_descriptor: string

    list: GET /v1/payouts -> list payout
      arrival_date: range
      created: range
      destination: string
      status: string

    update: POST /v1/payouts/{payout} -> payout
      metadata: {string}?

    retrieve: GET /v1/payouts/{payout} -> payout

    cancel: POST /v1/payouts/{payout}/cancel -> payout

    -reverse: POST /v1/payouts/{payout}/reverse -> payout
    """
}
