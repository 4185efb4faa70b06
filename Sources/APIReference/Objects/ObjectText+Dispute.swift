extension ObjectText {
  /// The fields of a dispute.
  ///
  /// Source: docs.stripe.com/api/disputes/object.
  static let dispute = """
    id: string
    object: =dispute
    amount: integer
    # Undocumented, but sent: the first of `balance_transactions`.
    balance_transaction?: ref balance_transaction?
    # None to two, embedded.
    balance_transactions: [embed balance_transaction]
    charge: ref charge
    created: integer
    currency: string
    enhanced_eligibility_types: [enum mastercard_compliance|visa_compelling_evidence_3|visa_compliance|…]
    evidence: object
      access_activity_log: string?
      appeal?: object…? @26-10 endive
      billing_address: string?
      cancellation_policy: ref file?
      cancellation_policy_disclosure: string?
      cancellation_rebuttal: string?
      customer_communication: ref file?
      customer_email_address: string?
      customer_name: string?
      customer_purchase_ip: string?
      customer_signature: ref file?
      duplicate_charge_documentation: ref file?
      duplicate_charge_explanation: string?
      duplicate_charge_id: string?
      enhanced_evidence: object…
      product_description: string?
      receipt: ref file?
      refund_policy: ref file?
      refund_policy_disclosure: string?
      refund_refusal_explanation: string?
      service_date: string?
      service_documentation: ref file?
      shipping_address: string?
      shipping_carrier: string?
      shipping_date: string?
      shipping_documentation: ref file?
      shipping_tracking_number: string?
      uncategorized_file: ref file?
      uncategorized_text: string?
    evidence_details: object
      due_by: integer?
      enhanced_eligibility: object…
      has_evidence: boolean
      past_due: boolean
      submission_count: integer
      submission_method: enum manual|not_submitted|smart_disputes|… @26-10 endive
    intended_submission_method: enum manual|prefer_manual|prefer_smart_disputes
      |smart_disputes? @26-10 endive
    is_charge_refundable: boolean
    livemode: boolean
    metadata: {string}
    network_reason_code?: string?
    payment_intent: ref payment_intent?
    payment_method_details: object
      card?: object…
        brand: string
        case_type: enum block|chargeback|compliance|inquiry|resolution|…
        # In the official example; older answers lack it.
        network?: string?
        network_reason_code: string?
      type: enum amazon_pay|card|klarna|paypal|…
    reason: enum bank_cannot_process|check_returned|credit_not_processed|customer_initiated|debit_not_authorized
      |duplicate|fraudulent|general|incorrect_account_details|insufficient_funds|noncompliant
      |product_not_received|product_unacceptable|subscription_canceled|unrecognized|…
    status: enum appeal_needs_response|appeal_under_review|lost|needs_response|prevented|under_review
      |warning_closed|warning_needs_response|warning_under_review|won|…
    """
}
