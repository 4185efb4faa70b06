extension EndpointText {
  /// The calls about disputes.
  static let disputes = """
    list: GET /v1/disputes -> list dispute
      charge: string
      created: range
      payment_intent: string

    update: POST /v1/disputes/{dispute} -> dispute
      evidence: hash
        access_activity_log: string
        -appeal: hash?
        billing_address: string
        cancellation_policy: string
        cancellation_policy_disclosure: string
        cancellation_rebuttal: string
        customer_communication: string
        customer_email_address: string
        customer_name: string
        customer_purchase_ip: string
        customer_signature: string
        duplicate_charge_documentation: string
        duplicate_charge_explanation: string
        duplicate_charge_id: string
        -enhanced_evidence: hash?
        product_description: string
        receipt: string
        refund_policy: string
        refund_policy_disclosure: string
        refund_refusal_explanation: string
        service_date: string
        service_documentation: string
        shipping_address: string
        shipping_carrier: string
        shipping_date: string
        shipping_documentation: string
        shipping_tracking_number: string
        uncategorized_file: string
        uncategorized_text: string
      intended_submission_method: enum manual|prefer_manual|prefer_smart_disputes|smart_disputes
      metadata: {string}?
      submit: boolean

    retrieve: GET /v1/disputes/{dispute} -> dispute

    close: POST /v1/disputes/{dispute}/close -> dispute
    """
}
